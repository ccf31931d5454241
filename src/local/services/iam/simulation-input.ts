import type { AccountId, Principal, RequestContext } from '../../../core/index.ts'
import { parseAccountId, parseArn, parsePrincipal } from '../../../core/index.ts'
import { ServiceError } from '../../service-error.ts'
import { invalidInput } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import type { PageInput } from './page.ts'
import { nameKey, usersOf } from './tables.ts'

/** What both simulations take. */
export interface SimulationInput extends PageInput {
  readonly ActionNames: readonly string[]
  readonly ResourceArns?: readonly string[]
  readonly PolicyInputList?: readonly string[]
  readonly PermissionsBoundaryPolicyInputList?: readonly string[]
  readonly ResourcePolicy?: string
  readonly ResourceOwner?: string
  readonly CallerArn?: string
  readonly ContextEntries?: readonly ContextEntry[]
  readonly ResourceHandlingOption?: string
}

export interface ContextEntry {
  readonly ContextKeyName?: string
  readonly ContextKeyValues?: readonly string[]
  readonly ContextKeyType?: string
}

/** Throws for what a simulation cannot be about. */
export function requireSimulatable(input: SimulationInput): void {
  if (input.ResourceHandlingOption !== undefined) {
    const message = 'ResourceHandlingOption, which simulates several resources of EC2 at once'
    throw new ServiceError('NotImplemented', `${message}, is not built`, { status: 501 })
  }
  const wrong = input.ActionNames.find((name) => !/^[A-Za-z0-9-]+:[A-Za-z0-9_-]+$/.test(name))
  if (wrong !== undefined) throw invalidInput(`Invalid action name: ${wrong}`)
  const resource = (input.ResourceArns ?? []).find((arn) => arn !== '*' && !parseArn(arn))
  if (resource !== undefined) {
    throw invalidInput(`ResourceNames are not in a valid ARN format: ${resource}.`)
  }
  if ((input.PermissionsBoundaryPolicyInputList ?? []).length > 1) {
    throw invalidInput('Only one permissions boundary can be simulated')
  }
}

/** The condition keys that the caller of the simulation gives values for. */
export function contextOf(entries: readonly ContextEntry[] = []): RequestContext {
  return Object.fromEntries(
    entries.map(({ ContextKeyName: name = '', ContextKeyValues: values = [], ...entry }) => {
      const isList = entry.ContextKeyType?.endsWith('List') === true
      const [first] = values
      if (isList || values.length !== 1 || first === undefined) return [name, [...values]]
      return [name, first]
    }),
  )
}

/** AWS: only a user can be the caller of a simulation. */
export function simulatedCaller(
  arn: string | undefined,
  call: IamCall,
): Extract<Principal, { kind: 'user' }> | undefined {
  if (arn === undefined) return undefined
  const principal = parsePrincipal(arn)
  if (principal?.kind !== 'user') {
    throw invalidInput(`Invalid CallerArn ${arn}: it must be the ARN of an IAM user`)
  }
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  const user = usersOf(call.store, principal.accountId).get(nameKey(name))
  return user?.arn === arn ? { ...principal, uniqueId: user.id } : principal
}

/** AWS: an account id, or an ARN that holds one. */
export function simulatedOwner(owner: string | undefined): AccountId | undefined {
  if (owner === undefined) return undefined
  const id = parseAccountId(owner) ?? parseAccountId(parseArn(owner)?.accountId ?? '')
  if (id === undefined) throw invalidInput(`Invalid ResourceOwner: ${owner}`)
  return id
}

import type { AccountId, Principal } from '../../../core/index.ts'
import { parseArn } from '../../../core/index.ts'
import type { ServiceError } from '../../service-error.ts'
import type { PolicyHolder } from './entities.ts'
import { groupKind, type HolderKind, requireHolder, roleKind, userKind } from './holder.ts'
import { invalidInput, noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import type { SimulatedPolicy } from './simulated-policy.ts'
import { attachedPolicies, managedPolicy } from './simulated-policy.ts'

/** Whose policies a simulation is about. */
export interface PolicySource {
  readonly policies: readonly SimulatedPolicy[]
  readonly boundary: readonly SimulatedPolicy[] | null
  /** Absent for groups, which do not call. */
  readonly principal?: Extract<Principal, { accountId: AccountId }>
}

/** The user, group or role of the call's account with this ARN. */
export function requireSource(arn: string, call: IamCall): PolicySource {
  const parts = parseArn(arn)
  const word = parts?.resource.split('/')[0]
  const isIam = parts?.service === 'iam' && parts.accountId === call.accountId
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  if (isIam && word === 'user') {
    const user = requireAt(userKind, { arn, name }, call)
    const { accountId, id: uniqueId } = user
    const principal = { kind: 'user' as const, accountId, arn, uniqueId }
    return { ...sourceOf(userKind, user, call), principal }
  }
  if (isIam && word === 'role') {
    const role = requireAt(roleKind, { arn, name }, call)
    return { ...sourceOf(roleKind, role, call), principal: sessionOf(role) }
  }
  if (isIam && word === 'group') {
    return sourceOf(groupKind, requireAt(groupKind, { arn, name }, call), call)
  }
  throw unclear(arn)
}

/** The ARN that a simulation is asked about, whatever it names. */
export function requireEntityArn(arn: string): string {
  if (parseArn(arn) !== undefined) return arn
  throw unclear(arn)
}

function unclear(arn: string): ServiceError {
  return invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`)
}

interface Named {
  readonly arn: string
  readonly name: string
}

function requireAt<T extends PolicyHolder>(
  kind: HolderKind<T>,
  { arn, name }: Named,
  call: IamCall,
): T {
  const holder = requireHolder(kind, name, call)
  if (holder.arn === arn) return holder
  throw noSuchEntity(`The ${kind.word} with name ${name} cannot be found.`)
}

function sourceOf<T extends PolicyHolder>(
  kind: HolderKind<T>,
  holder: T,
  call: IamCall,
): PolicySource {
  const { boundaryArn } = holder
  return {
    policies: attachedPolicies(kind, holder, call),
    boundary: boundaryArn === undefined ? null : managedPolicy(boundaryArn, 'boundary', call),
  }
}

/** A session of the role; its name is open, so `aws:userid` has no value. */
function sessionOf(role: PolicyHolder): Extract<Principal, { kind: 'roleSession' }> {
  const { accountId, arn: roleArn, name } = role
  return {
    kind: 'roleSession',
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${name}/simulation`,
    roleArn,
    roleArnIsDerived: false,
    sessionName: 'simulation',
  }
}

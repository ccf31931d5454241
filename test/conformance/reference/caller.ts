import { partsOf, type ReferencePrincipal, type ReferenceScenario } from './document.ts'
import type { Lookup } from './text.ts'

/** What the reference knows of a caller. */
export interface Caller {
  readonly kind: 'root' | 'user' | 'session' | 'federatedUser' | 'anonymous' | 'service' | 'web'
  /** Empty for callers of no account. */
  readonly account: string
  /** The ARN that calls. */
  readonly arn: string
  /** Of a role session: its role. Of a federated user: the user who federated, where that is told. */
  readonly behind?: string
  readonly uniqueId?: string
}

export function callerOf(principal: ReferencePrincipal): Caller {
  if ('type' in principal) {
    if (principal.type === 'Anonymous') return { kind: 'anonymous', account: '', arn: '' }
    if (principal.type === 'Service') {
      return { kind: 'service', account: '', arn: principal.service }
    }
    return { kind: 'web', account: '', arn: principal.arn }
  }
  const { arn, roleArn, userArn, uniqueId } = principal
  const parts = partsOf(arn) ?? []
  const account = parts[4] ?? ''
  const own = { account, arn, ...(uniqueId === undefined ? {} : { uniqueId }) }
  const resource = parts[5] ?? ''
  if (resource === 'root') return { kind: 'root', ...own }
  if (resource.startsWith('user/')) return { kind: 'user', ...own }
  if (resource.startsWith('assumed-role/'))
    return { kind: 'session', ...own, behind: roleArn ?? '' }
  return { kind: 'federatedUser', ...own, ...(userArn === undefined ? {} : { behind: userArn }) }
}

/**
 * The request context, with the keys that follow from who calls.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function lookupOf({ request }: ReferenceScenario, caller: Caller): Lookup {
  const values = new Map<string, readonly string[]>()
  for (const [key, value] of principalKeys(caller)) values.set(key, [value])
  values.set('aws:resourceaccount', [request.resourceAccount])
  for (const [key, value] of Object.entries(request.context)) {
    values.set(key.toLowerCase(), Array.isArray(value) ? value : [String(value)])
  }
  return (key) => values.get(key)
}

function principalKeys(caller: Caller): readonly (readonly [string, string])[] {
  const { kind, account, arn, uniqueId } = caller
  const inAccount = [
    ['aws:principalaccount', account],
    ['aws:principalisawsservice', 'false'],
  ] as const
  const last = arn.slice(arn.lastIndexOf('/') + 1)
  switch (kind) {
    case 'root':
      return [
        ...inAccount,
        ['aws:principalarn', arn],
        ['aws:principaltype', 'Account'],
        ['aws:userid', account],
      ]
    case 'user':
      return [
        ...inAccount,
        ['aws:principalarn', arn],
        ['aws:principaltype', 'User'],
        ['aws:username', last],
        ['aws:userid', uniqueId ?? ''],
      ]
    case 'session':
      return [
        ...inAccount,
        ['aws:principalarn', caller.behind ?? ''],
        ['aws:principaltype', 'AssumedRole'],
        ['aws:userid', `${uniqueId ?? ''}:${last}`],
      ]
    case 'federatedUser':
      return [
        ...inAccount,
        ['aws:principalarn', arn],
        ['aws:principaltype', 'FederatedUser'],
        ['aws:userid', `${account}:${last}`],
      ]
    case 'anonymous':
      return [['aws:principaltype', 'Anonymous']]
    case 'service':
      return [['aws:principalisawsservice', 'true']]
    default:
      return []
  }
}

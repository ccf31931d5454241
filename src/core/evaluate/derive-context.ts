import { parseArn } from '../arn/arn.ts'
import type { ContextValue, Principal, Request, RequestContext } from './request.ts'

interface DerivedKey {
  readonly name: string
  readonly read: (principal: Principal) => ContextValue | undefined
}

/**
 * The condition keys that follow from who calls. A row answers undefined where the key is absent or cannot be known:
 * nothing is invented.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const derivedKeys: readonly DerivedKey[] = [
  { name: 'aws:PrincipalArn', read: principalArn },
  { name: 'aws:PrincipalAccount', read: (p) => ('accountId' in p ? p.accountId : undefined) },
  { name: 'aws:PrincipalType', read: (p) => principalTypes[p.kind] },
  { name: 'aws:username', read: (p) => (p.kind === 'user' ? lastPart(p.arn) : undefined) },
  { name: 'aws:userid', read: userId },
  { name: 'aws:PrincipalIsAWSService', read: isAwsService },
  {
    name: 'aws:PrincipalServiceName',
    read: (p) => (p.kind === 'service' ? p.service : undefined),
  },
]

const principalTypes: Readonly<Record<Principal['kind'], string | undefined>> = {
  root: 'Account',
  user: 'User',
  roleSession: 'AssumedRole',
  federatedUser: 'FederatedUser',
  anonymous: 'Anonymous',
  federated: undefined,
  service: undefined,
}

/**
 * The condition keys that follow from the principal alone. The authorizer adds them where a request lacks them;
 * values that a request states win.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function deriveContext(principal: Principal): RequestContext {
  const pairs = derivedKeys.flatMap(({ name, read }) => {
    const value = read(principal)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(pairs)
}

const readers = new Map(derivedKeys.map(({ name, read }) => [name.toLowerCase(), read]))

/** One derived value, by lower-case key; also `aws:ResourceAccount`, which follows from the request. */
export function deriveValue(request: Request, key: string): ContextValue | undefined {
  if (key === 'aws:resourceaccount') {
    return request.resource === '*' ? undefined : request.resourceAccount
  }
  return readers.get(key)?.(request.principal)
}

function principalArn(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'root':
    case 'user':
    case 'federatedUser':
      return principal.arn
    case 'roleSession':
      return principal.roleArn
    default:
      return undefined
  }
}

function userId(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'root':
      return principal.accountId
    case 'user':
      return principal.uniqueId
    case 'roleSession':
      return principal.uniqueId && `${principal.uniqueId}:${principal.sessionName}`
    case 'federatedUser':
      return `${principal.accountId}:${lastPart(principal.arn)}`
    default:
      return undefined
  }
}

function isAwsService(principal: Principal): boolean | undefined {
  if (principal.kind === 'service') return true
  return 'accountId' in principal ? false : undefined
}

function lastPart(arn: string): string {
  const resource = parseArn(arn)?.resource ?? ''
  return resource.slice(resource.lastIndexOf('/') + 1)
}

import { type AccountId, parseAccountId } from '../arn/account-id.ts'
import { type Arn, parseArn, renderArn } from '../arn/arn.ts'
import { rememberLatest } from '../remember-latest.ts'
import type { Principal } from './request.ts'

/**
 * Who calls, from ARN text or from the scenario format's objects: `{"arn", "roleArn", "uniqueId"}`,
 * `{"type": "Anonymous"}`, `{"type": "Federated", "arn"}`, `{"type": "Service", "service"}`.
 * Undefined for anything that cannot call: a role itself cannot, only its sessions.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function parsePrincipal(value: unknown): Principal | undefined {
  if (typeof value === 'string') return parseText(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const fields = readTexts(value)
  if (fields === undefined) return undefined
  const { type, ...rest } = fields
  if (type === undefined) return parseCaller(rest)
  return typed.get(type)?.(rest)
}

/** The callers read latest, by text: whoever decides much decides much for the same ones. */
const parseText = rememberLatest((text) => parseCaller({ arn: text }), {
  limit: 1024,
  longest: 256,
})

type Texts = Readonly<Partial<Record<string, string>>>

type ReadCaller = (fields: Texts) => Principal | undefined

const typed: ReadonlyMap<string, ReadCaller> = new Map<string, ReadCaller>([
  ['Anonymous', (fields) => (hasOnly(fields, []) ? { kind: 'anonymous' } : undefined)],
  [
    'Federated',
    ({ arn, ...rest }) => (arn && hasOnly(rest, []) ? { kind: 'federated', arn } : undefined),
  ],
  [
    'Service',
    ({ service, ...rest }) =>
      service && hasOnly(rest, []) ? { kind: 'service', service } : undefined,
  ],
])

function readTexts(value: object): Texts | undefined {
  const entries = Object.entries(value)
  return entries.every(([, each]) => typeof each === 'string')
    ? Object.fromEntries(entries)
    : undefined
}

function hasOnly(fields: Texts, names: readonly string[]): boolean {
  for (const name in fields) if (!names.includes(name)) return false
  return true
}

const ofRoot = ['arn']
const ofUser = ['arn', 'uniqueId']
const ofFederatedUser = ['arn', 'userArn', 'userUniqueId']
const ofRoleSession = ['arn', 'roleArn', 'uniqueId']

function parseCaller(fields: Texts): Principal | undefined {
  const text = fields.arn ?? ''
  const arn = parseArn(text)
  if (arn === undefined || arn.region !== '') return undefined
  const accountId = parseAccountId(arn.accountId)
  if (accountId === undefined) return undefined
  if (arn.service === 'sts') return parseSession(fields, arn, accountId)
  if (arn.service !== 'iam') return undefined
  if (arn.resource === 'root') {
    return hasOnly(fields, ofRoot) ? { kind: 'root', accountId, arn: text } : undefined
  }
  if (!/^user\/\S*[^/\s]$/.test(arn.resource) || !hasOnly(fields, ofUser)) return undefined
  return withUniqueId({ kind: 'user', accountId, arn: text }, fields.uniqueId)
}

function parseSession(fields: Texts, arn: Arn, accountId: AccountId): Principal | undefined {
  const text = fields.arn ?? ''
  const [kind, name, sessionName, more] = arn.resource.split('/', 4)
  if (!name || more !== undefined) return undefined
  if (kind === 'federated-user' && sessionName === undefined) {
    if (!hasOnly(fields, ofFederatedUser)) return undefined
    const { userArn, userUniqueId } = fields
    return {
      kind: 'federatedUser',
      accountId,
      arn: text,
      ...(userArn === undefined ? {} : { userArn }),
      ...(userUniqueId === undefined ? {} : { userUniqueId }),
    }
  }
  if (kind !== 'assumed-role' || !sessionName || !hasOnly(fields, ofRoleSession)) return undefined
  const derived = `arn:${arn.partition}:iam::${accountId}:role/${name}`
  const roleArn = fields.roleArn ?? derived
  const roleArnIsDerived = fields.roleArn === undefined
  if (!roleArnIsDerived && !isArnOfRole(roleArn, derived)) return undefined
  return withUniqueId(
    { kind: 'roleSession', accountId, arn: text, roleArn, roleArnIsDerived, sessionName },
    fields.uniqueId,
  )
}

function withUniqueId(
  principal: Extract<Principal, { kind: 'user' | 'roleSession' }>,
  uniqueId: string | undefined,
): Principal {
  return uniqueId === undefined ? principal : { ...principal, uniqueId }
}

/** Whether `stated` is `atRoot` with any path: same partition, account and name. */
function isArnOfRole(stated: string, atRoot: string): boolean {
  const [arn, root] = [parseArn(stated), parseArn(atRoot)]
  if (arn === undefined || root === undefined || !arn.resource.startsWith('role/')) return false
  const name = arn.resource.slice(arn.resource.lastIndexOf('/') + 1)
  return renderArn({ ...arn, resource: `role/${name}` }) === renderArn(root)
}

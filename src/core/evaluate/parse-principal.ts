import { type AccountId, parseAccountId } from '../arn/account-id.ts'
import { type Arn, parseArn, renderArn } from '../arn/arn.ts'
import type { Principal } from './request.ts'

/**
 * Who calls, from ARN text or from the scenario format's objects: `{"arn", "roleArn", "uniqueId"}`,
 * `{"type": "Anonymous"}`, `{"type": "Federated", "arn"}`, `{"type": "Service", "service"}`.
 * Undefined for anything that cannot call: a role itself cannot, only its sessions.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function parsePrincipal(value: unknown): Principal | undefined {
  if (typeof value === 'string') return parseCaller({ arn: value })
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const fields = readTexts(value)
  if (fields === undefined) return undefined
  const { type, ...rest } = fields
  if (type === undefined) return parseCaller(rest)
  return typed.get(type)?.(rest)
}

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

function parseCaller(fields: Texts): Principal | undefined {
  const text = fields.arn ?? ''
  const arn = parseArn(text)
  const accountId = parseAccountId(arn?.accountId ?? '')
  if (arn === undefined || accountId === undefined || arn.region !== '') return undefined
  const uniqueId = fields.uniqueId === undefined ? {} : { uniqueId: fields.uniqueId }
  if (arn.service === 'iam' && arn.resource === 'root' && hasOnly(fields, ['arn'])) {
    return { kind: 'root', accountId, arn: text }
  }
  if (arn.service === 'iam' && /^user\/\S*[^/\s]$/.test(arn.resource)) {
    return hasOnly(fields, ['arn', 'uniqueId'])
      ? { kind: 'user', accountId, arn: text, ...uniqueId }
      : undefined
  }
  return arn.service === 'sts' ? parseSession(fields, arn, accountId) : undefined
}

function parseSession(fields: Texts, arn: Arn, accountId: AccountId): Principal | undefined {
  const text = fields.arn ?? ''
  const [kind, name, sessionName, more] = arn.resource.split('/')
  if (!name || more !== undefined) return undefined
  if (kind === 'federated-user' && sessionName === undefined) {
    const userArn = fields.userArn === undefined ? {} : { userArn: fields.userArn }
    if (!hasOnly(fields, ['arn', 'userArn'])) return undefined
    return { kind: 'federatedUser', accountId, arn: text, ...userArn }
  }
  if (kind !== 'assumed-role' || !sessionName) return undefined
  if (!hasOnly(fields, ['arn', 'roleArn', 'uniqueId'])) return undefined
  const derived = `arn:${arn.partition}:iam:${arn.region}:${arn.accountId}:role/${name}`
  const stated = fields.roleArn
  if (stated !== undefined && !isArnOfRole(stated, derived)) return undefined
  const uniqueId = fields.uniqueId === undefined ? {} : { uniqueId: fields.uniqueId }
  return {
    kind: 'roleSession',
    accountId,
    arn: text,
    roleArn: stated ?? derived,
    roleArnIsDerived: stated === undefined,
    sessionName,
    ...uniqueId,
  }
}

/** Whether `stated` is `atRoot` with any path: same partition, account and name. */
function isArnOfRole(stated: string, atRoot: string): boolean {
  const [arn, root] = [parseArn(stated), parseArn(atRoot)]
  if (arn === undefined || root === undefined || !arn.resource.startsWith('role/')) return false
  const name = arn.resource.slice(arn.resource.lastIndexOf('/') + 1)
  return renderArn({ ...arn, resource: `role/${name}` }) === renderArn(root)
}

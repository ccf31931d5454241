import type { PolicyDocument, PolicyType, Statement } from '../policy/policy.ts'
import { renderPolicy } from '../policy/render-policy.ts'
import type { FlipState } from './flip-change.ts'
import { type PolicySpot, placeOf } from './flip-layers.ts'
import type { StatementPair } from './flip-match.ts'

/** What a document of each layer is called in a sentence. */
const names: Readonly<Record<PolicyType, string>> = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  scp: 'service control policy',
  rcp: 'resource control policy',
  vpce: 'VPC endpoint policy',
  resource: 'resource-based policy',
  trust: 'trust policy',
}

/** A statement as a document holds it. */
export function renderOne(
  statement: Statement,
  version: '2012-10-17' | '2008-10-17',
): PolicyDocument {
  const { Statement: list } = renderPolicy({ type: 'identity', version, statements: [statement] })
  const [only]: readonly unknown[] = Array.isArray(list) ? list : []
  return typeof only === 'object' && only !== null ? Object.fromEntries(Object.entries(only)) : {}
}

/** `in the trust policy in 222222222222, Statement[0] (push): …`. */
export function describeChange(
  state: FlipState,
  { spot, pair }: { readonly spot: PolicySpot; readonly pair: StatementPair },
  words: string,
): string {
  return `in ${describeDocument(state, spot)}, ${describeStatement(pair)}: ${words}`
}

export function describeStatement({ index, statement }: StatementPair): string {
  return `Statement[${index}]${statement.sid === undefined ? '' : ` (${statement.sid})`}`
}

export function describeDocument(
  state: FlipState,
  { layer, policy }: Pick<PolicySpot, 'layer' | 'policy'>,
): string {
  const isAlone = layer === 'resource' || layer === 'trust'
  const label = isAlone ? '' : ` \`${policy.label}\``
  return `the ${names[layer]}${label}${describeAccount(state, layer)}`
}

/** `an identity-based policy in 111111111111`. */
export function describeNew(
  state: FlipState,
  { layer, level }: Pick<PolicySpot, 'layer' | 'level'>,
): string {
  const article = layer === 'identity' ? 'an' : 'a'
  const where = layer === 'scp' ? ` at level ${level}` : describeAccount(state, layer)
  return `${article} ${names[layer]}${where}`
}

function describeAccount(state: FlipState, layer: PolicyType): string {
  const { account } = placeOf(state, layer)
  return account === '' ? '' : ` in ${account}`
}

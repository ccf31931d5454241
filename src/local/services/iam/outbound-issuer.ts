import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import type { AccountId } from '../../../core/index.ts'
import type { LocalTools } from '../../operation.ts'
import type { Store, Table } from '../../store/store.ts'
import { newUuid } from './unique-id.ts'

/** How an account signs what it says of its principals to services outside. */
export type SigningAlgorithm = 'RS256' | 'ES384'

/** What an account has once it switched outbound identity federation on. It outlives being switched off. */
export interface OutboundIssuer {
  readonly accountId: AccountId
  /** The first label of its host, which no other account has. */
  readonly id: string
  readonly isEnabled: boolean
  /** Private keys, with the names and uses that their public halves are published with. */
  readonly keys: Readonly<Record<SigningAlgorithm, JsonWebKey>>
}

/** By account id. */
export const outboundIssuersOf = (store: Store): Table<OutboundIssuer> =>
  store.table('iam.outbound-issuers', '')

/** The account's id by that of its issuer. */
const issuerPlacesOf = (store: Store): Table<AccountId> =>
  store.table('iam.outbound-issuer-places', '')

const domain = 'tokens.sts.global.api.aws'

/** `iss` of the account's tokens. */
export function issuerUrl({ id }: OutboundIssuer): string {
  return `https://${id}.${domain}`
}

/** Whether a URL is where some account of AWS, here or elsewhere, would sign for its principals. */
export function isOutboundIssuerUrl(url: string): boolean {
  return URL.canParse(url) && new URL(url).hostname.endsWith(`.${domain}`)
}

export function findIssuerById(store: Store, id: string): OutboundIssuer | undefined {
  const accountId = issuerPlacesOf(store).get(id)
  return accountId === undefined ? undefined : outboundIssuersOf(store).get(accountId)
}

export function addOutboundIssuer(tools: LocalTools, accountId: AccountId): OutboundIssuer {
  const issuer: OutboundIssuer = {
    accountId,
    id: newUuid(tools.randomBytes),
    isEnabled: true,
    keys: { RS256: newRsaKey(), ES384: newEllipticKey() },
  }
  outboundIssuersOf(tools.store).set(accountId, issuer)
  issuerPlacesOf(tools.store).set(issuer.id, accountId)
  return issuer
}

/** AWS names its keys so in every account. */
function newRsaKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), kid: 'RSA_0', alg: 'RS256', use: 'sig' }
}

function newEllipticKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  return { ...privateKey.export({ format: 'jwk' }), kid: 'EC384_0', alg: 'ES384', use: 'sig' }
}

const publicMembers = ['kty', 'kid', 'alg', 'use', 'n', 'e', 'crv', 'x', 'y']

/** What anybody may know of the keys, as a key set. */
export function publicKeySet({ keys }: OutboundIssuer): { readonly keys: readonly JsonWebKey[] } {
  const publicHalf = (key: JsonWebKey): JsonWebKey =>
    Object.fromEntries(Object.entries(key).filter(([name]) => publicMembers.includes(name)))
  return { keys: [publicHalf(keys.RS256), publicHalf(keys.ES384)] }
}

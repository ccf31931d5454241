import { createPublicKey, type JsonWebKey } from 'node:crypto'
import type { Store, Table } from '../store/store.ts'
import { findTestIssuerKeys } from './test-issuer-key.ts'

/** A key set as identity providers publish it. */
export interface JsonWebKeySet {
  readonly keys: readonly JsonWebKey[]
}

/** An identity provider outside whose keys the operator vouches for: nothing is ever fetched. */
export interface KnownIssuer {
  /** `iss` of its tokens: `https://token.actions.githubusercontent.com`. */
  readonly url: string
  readonly jwks: JsonWebKeySet
}

/** By URL. */
const issuersOf = (store: Store): Table<KnownIssuer> => store.table('local.issuers', '')

/** Throws when the URL or a key is no good: a private or a shared key has no place in a key set. */
export function addIssuer(store: Store, issuer: KnownIssuer): void {
  if (!URL.canParse(issuer.url) || !issuer.url.startsWith('https://')) {
    throw new Error(`issuer \`${issuer.url}\`: the URL has to begin with \`https://\``)
  }
  const keys = issuer.jwks.keys.map((key, at) => {
    const problem = findKeyProblem(key)
    if (problem === undefined) return key
    throw new Error(`issuer \`${issuer.url}\`: jwks.keys[${at}]: ${problem}`)
  })
  store.transact(() => issuersOf(store).set(issuer.url, { url: issuer.url, jwks: { keys } }))
}

/** Whether the operator gave this issuer's keys: then nobody else may sign for it. */
export function isKnownIssuer(store: Store, url: string): boolean {
  return issuersOf(store).get(url) !== undefined
}

/** The keys that may sign for an issuer: the operator's, else those of the server's own test issuer. */
export function findIssuerKeys(store: Store, url: string): JsonWebKeySet | undefined {
  return issuersOf(store).get(url)?.jwks ?? findTestIssuerKeys(store)
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

function findKeyProblem(key: JsonWebKey): string | undefined {
  if (key.kty !== 'RSA' && key.kty !== 'EC') return 'only RSA and EC keys sign tokens for AWS'
  if (privateMembers.some((name) => Object.hasOwn(key, name))) return 'this is a private key'
  try {
    createPublicKey({ key, format: 'jwk' })
    return undefined
  } catch {
    return 'this is no public key'
  }
}

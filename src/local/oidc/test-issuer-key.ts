import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import type { LocalTools } from '../operation.ts'
import type { Store, Table } from '../store/store.ts'

const keysOf = (store: Store): Table<JsonWebKey> => store.table('local.oidc-keys', '')
const name = 'test issuer'

/** The private key of the test issuer, made when it first signs and kept with the rest of the state. */
export function requireTestIssuerKey(tools: LocalTools): JsonWebKey {
  const known = keysOf(tools.store).get(name)
  if (known !== undefined) return known
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = tools.randomBytes(16).toString('hex')
  const made = { ...privateKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' }
  tools.store.transact(() => keysOf(tools.store).set(name, made))
  return made
}

/** Its public half; undefined until it has signed or was asked for its keys. */
export function findTestIssuerKeys(
  store: Store,
): { readonly keys: readonly JsonWebKey[] } | undefined {
  const key = keysOf(store).get(name)
  if (key === undefined) return undefined
  const { d: _, ...publicKey } = key
  return { keys: [publicKey] }
}

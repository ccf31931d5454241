import { createHmac } from 'node:crypto'
import { createRecentValues } from '../recent-values.ts'
import type { SignText } from './hmac.ts'
import { createSignText } from './hmac.ts'

/** `20260101/us-east-1/sts/aws4_request`, taken apart. */
export interface Scope {
  readonly date: string
  readonly region: string
  readonly service: string
}

export function renderScope(scope: Scope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`
}

export interface SigningKey {
  readonly bytes: Buffer
  readonly sign: SignText
}

/** Gives the key that signs all requests of one secret, day, region and service. */
export type SigningKeys = (secretAccessKey: string, scope: Scope) => SigningKey

/**
 * Remembers the latest keys it derived: four hashes per request are most of a signature's cost. Most requests come with
 * the scope of one before, the very object, which is found without a text of both.
 */
export function createSigningKeys(limit = 1000): SigningKeys {
  const known = createRecentValues<SigningKey>(limit)
  const byScope = new WeakMap<Scope, { readonly secret: string; readonly key: SigningKey }>()
  const find = (secretAccessKey: string, scope: Scope): SigningKey => {
    const id = `${secretAccessKey}\n${renderScope(scope)}`
    const found = known.get(id)
    if (found !== undefined) return found
    const bytes = deriveSigningKey(secretAccessKey, scope)
    const key = { bytes, sign: createSignText(bytes) }
    known.set(id, key)
    return key
  }
  return (secretAccessKey, scope) => {
    const latest = byScope.get(scope)
    if (latest?.secret === secretAccessKey) return latest.key
    const key = find(secretAccessKey, scope)
    byScope.set(scope, { secret: secretAccessKey, key })
    return key
  }
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key */
export function deriveSigningKey(secretAccessKey: string, scope: Scope): Buffer {
  const parts = [scope.date, scope.region, scope.service, 'aws4_request']
  let key = Buffer.from(`AWS4${secretAccessKey}`, 'utf8')
  for (const part of parts) key = createHmac('sha256', key).update(part).digest()
  return key
}

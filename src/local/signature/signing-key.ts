import { createHmac } from 'node:crypto'
import { createRecentValues } from '../recent-values.ts'

/** `20260101/us-east-1/sts/aws4_request`, taken apart. */
export interface Scope {
  readonly date: string
  readonly region: string
  readonly service: string
}

export function renderScope(scope: Scope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`
}

/** Gives the key that signs all requests of one secret, day, region and service. */
export type SigningKeys = (secretAccessKey: string, scope: Scope) => Buffer

/** Remembers the latest keys it derived: four hashes per request are most of a signature's cost. */
export function createSigningKeys(limit = 1000): SigningKeys {
  const known = createRecentValues<Buffer>(limit)
  return (secretAccessKey, scope) => {
    const id = `${secretAccessKey}\n${renderScope(scope)}`
    const found = known.get(id)
    if (found !== undefined) return found
    const key = deriveSigningKey(secretAccessKey, scope)
    known.set(id, key)
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

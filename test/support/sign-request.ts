import { createHash, createHmac } from 'node:crypto'
import type { Keys } from './aws-under-test.ts'
import type { RawRequest } from './two-accounts.ts'

export interface SigningPlace {
  readonly service: string
  readonly host: string
  readonly nowMs: number
}

/** Signs a POST to `/` as the documentation says, for requests that no SDK would send. */
export function signPost(
  keys: Keys,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  place: SigningPlace,
): RawRequest {
  const time = new Date(place.nowMs).toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${time.slice(0, 8)}/us-east-1/${place.service}/aws4_request`
  const headers: Record<string, string> = {
    ...request.headers,
    host: place.host,
    'x-amz-date': time,
  }
  if (keys.sessionToken !== undefined) headers['x-amz-security-token'] = keys.sessionToken
  const names = Object.keys(headers).sort()
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    hash(request.body),
  ].join('\n')
  const text = ['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n')
  const key = [...scope.split('/')].reduce<Buffer | string>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${keys.secretAccessKey}`,
  )
  const signature = createHmac('sha256', key).update(text).digest('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { method: 'POST', path: '/', headers: { ...headers, authorization }, body: request.body }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

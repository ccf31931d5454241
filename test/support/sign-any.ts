import { createHash, createHmac } from 'node:crypto'
import { connect } from 'node:net'
import type { Keys } from './aws-under-test.ts'

/** A request before it is signed. `query` is sorted and percent-encoded already, as the path is. */
export interface Unsigned {
  readonly service: string
  readonly method: string
  readonly path: string
  readonly query?: string
  /** Lower-case names; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** A request on its way: header names and values in the order they are sent. */
export interface Signed {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

const region = 'us-east-1'

export function signingScope(service: string, nowMs: number): string {
  return `${basicTime(nowMs).slice(0, 8)}/${region}/${service}/aws4_request`
}

export function basicTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** Written from the documentation and not from the server: signs by the `Authorization` header. */
export function signHeader(keys: Keys, request: Unsigned, nowMs: number): Signed {
  const { body = '', query = '', service } = request
  const stated = request.headers['x-amz-content-sha256'] ?? sha256(body)
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-date': basicTime(nowMs),
    ...(service === 's3' ? { 'x-amz-content-sha256': stated } : {}),
    ...(keys.sessionToken === undefined ? {} : { 'x-amz-security-token': keys.sessionToken }),
  }
  const names = Object.keys(headers).sort()
  const canonical = canonicalText(request, { query, headers, names, payload: stated })
  const scope = signingScope(service, nowMs)
  const signature = sign(keys, { canonical, scope, nowMs })
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return {
    method: request.method,
    target: query === '' ? request.path : `${request.path}?${query}`,
    headers: [...Object.entries(headers), ['authorization', authorization]],
    body,
  }
}

/** Signs by the query, as a link that is handed on. */
export function signQuery(
  keys: Keys,
  request: Unsigned,
  times: { readonly nowMs: number; readonly expires: number },
): Signed {
  const { service, headers } = request
  const scope = signingScope(service, times.nowMs)
  const names = Object.keys(headers).sort()
  const parameters: [string, string][] = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${keys.accessKeyId}/${scope}`],
    ['X-Amz-Date', basicTime(times.nowMs)],
    ['X-Amz-Expires', String(times.expires)],
    ...(keys.sessionToken === undefined
      ? []
      : [['X-Amz-Security-Token', keys.sessionToken] satisfies [string, string]]),
    ['X-Amz-SignedHeaders', names.join(';')],
  ]
  const own = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  const given = request.query === undefined ? [] : request.query.split('&')
  const query = [...given, ...own].sort().join('&')
  const payload = service === 's3' ? 'UNSIGNED-PAYLOAD' : sha256(request.body ?? '')
  const canonical = canonicalText(request, { query, headers, names, payload })
  const signature = sign(keys, { canonical, scope, nowMs: times.nowMs })
  return {
    method: request.method,
    target: `${request.path}?${query}&X-Amz-Signature=${signature}`,
    headers: Object.entries(headers),
    body: request.body ?? '',
  }
}

interface CanonicalParts {
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly names: readonly string[]
  readonly payload: string
}

function canonicalText(request: Unsigned, parts: CanonicalParts): string {
  const { names, headers, query, payload } = parts
  const lines = names.map((name) => `${name}:${headers[name]?.trim().replace(/ +/g, ' ')}`)
  return [request.method, request.path, query, ...lines, '', names.join(';'), payload].join('\n')
}

function sign(
  keys: Keys,
  facts: { readonly canonical: string; readonly scope: string; readonly nowMs: number },
): string {
  const time = basicTime(facts.nowMs)
  const text = ['AWS4-HMAC-SHA256', time, facts.scope, sha256(facts.canonical)].join('\n')
  return createHmac('sha256', signingKey(keys, facts.scope)).update(text).digest('hex')
}

export function signingKey(keys: Keys, scope: string): Buffer {
  return scope
    .split('/')
    .reduce<Buffer>(
      (key, part) => createHmac('sha256', key).update(part).digest(),
      Buffer.from(`AWS4${keys.secretAccessKey}`),
    )
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The bytes of a request, as they go over the wire. */
export function renderRequest(request: Signed, version = 'HTTP/1.1'): Buffer {
  const lines = [
    `${request.method} ${request.target} ${version}`,
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${request.body}`, 'latin1')
}

/** Sends bytes as they are over a connection of their own; status 0 where the server answered nothing. */
export function sendBytes(
  port: number,
  bytes: Buffer,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const received: Buffer[] = []
    socket.on('data', (piece: Buffer) => received.push(piece))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      const text = Buffer.concat(received).toString('latin1')
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text })
    })
    socket.write(bytes)
  })
}

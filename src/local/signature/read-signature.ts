import { rememberLatest } from '../recent-values.ts'
import type { RequestHead } from './canonical-request.ts'
import { readQueryPair, trimBlanks } from './canonical-request.ts'
import type { SignatureFault } from './signature-fault.ts'
import type { Scope } from './signing-key.ts'
import { parseBasicTime, renderBasicTime } from './time.ts'

/** What a request says about its own signature; nothing of it is proved yet. */
export interface PresentedSignature {
  readonly kind: 'header' | 'presigned'
  readonly accessKeyId: string
  readonly scope: Scope
  /** Lower-case names. */
  readonly signedHeaders: readonly string[]
  readonly signature: string
  readonly atMs: number
  /** `atMs` in the form that is signed. */
  readonly time: string
  readonly sessionToken?: string
  /** Present for `presigned`. */
  readonly expiresSeconds?: number
  /** What a presigned request says of its body, if it says anything. */
  readonly payloadHash?: string
}

export type SignatureReading =
  | { readonly kind: 'signed'; readonly presented: PresentedSignature }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'fault'; readonly fault: SignatureFault; readonly service?: string }

/** Finds the signature in the `Authorization` header or in the query. */
export function readSignature(head: RequestHead): SignatureReading {
  const authorization = head.headers.authorization
  if (head.query === '') {
    return authorization === undefined ? { kind: 'unsigned' } : readHeader(head, authorization)
  }
  const query = readPresignedQuery(head.query)
  const isVersion2 = hasVersion2Names(head.query)
  if (authorization !== undefined && (query.size > 0 || isVersion2)) {
    return fault({ kind: 'twoWays' })
  }
  // What version 1 of the AWS CLI makes of `s3 presign`. Whoever signs does not mean to be anonymous.
  if (isVersion2) return fault({ kind: 'unsupported' })
  if (authorization !== undefined) return readHeader(head, authorization)
  if (query.size > 0) return readPresigned(query)
  return { kind: 'unsigned' }
}

function fault(value: SignatureFault, service?: string): SignatureReading {
  return { kind: 'fault', fault: value, ...(service === undefined ? {} : { service }) }
}

const presignedNames = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
  'X-Amz-Security-Token',
  'X-Amz-Content-Sha256',
])

/** Empty unless the query carries a signature of any version. A parameter given twice counts as malformed: `\0`. */
function readPresignedQuery(query: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const part of query.split('&')) {
    const pair = readQueryPair(part)
    if (pair === undefined || !presignedNames.has(pair[0])) continue
    found.set(pair[0], found.has(pair[0]) ? '\0' : pair[1])
  }
  const isSigned = found.has('X-Amz-Algorithm') || found.has('X-Amz-Signature')
  return isSigned ? found : new Map()
}

/** Signature version 2 in the query, which AWS takes in none of the newer regions. */
function hasVersion2Names(query: string): boolean {
  const names = new Set(query.split('&').map((part) => readQueryPair(part)?.[0]))
  return names.has('AWSAccessKeyId') && names.has('Signature')
}

/** The header as nearly all clients write it: what else it may look like is read with more care. */
const usualForm =
  /^AWS4-HMAC-SHA256 Credential=([^,=\s]+), ?SignedHeaders=([^,=\s]+), ?Signature=([0-9a-f]{64})$/

function readHeader(head: RequestHead, authorization: string): SignatureReading {
  const [, credential, signedHeaders, signature] = usualForm.exec(authorization) ?? []
  const time = readTime(head)
  if (!credential || !signedHeaders || !signature || time === undefined) {
    return readAnyHeader(head, authorization)
  }
  const parts = { kind: 'header' as const, credential, signedHeaders, signature, time }
  const sessionToken = head.headers['x-amz-security-token']
  return complete(sessionToken === undefined ? parts : { ...parts, sessionToken })
}

function readAnyHeader(head: RequestHead, authorization: string): SignatureReading {
  const [algorithm = '', rest = ''] = splitOnce(trimBlanks(authorization), ' ')
  if (algorithm !== 'AWS4-HMAC-SHA256') return fault({ kind: 'unsupported' })
  const parts = new Map<string, string>()
  for (const part of rest.split(',')) {
    const [name = '', value = ''] = splitOnce(trimBlanks(part), '=')
    if (parts.has(name)) return incomplete(`Authorization header has '${name}' twice.`)
    parts.set(name, value)
  }
  const credential = parts.get('Credential')
  const signedHeaders = parts.get('SignedHeaders')
  const signature = parts.get('Signature')
  const time = readTime(head)
  if (!credential || !signedHeaders || !signature || time === undefined) {
    return incomplete(missingParts(parts, time))
  }
  const sessionToken = head.headers['x-amz-security-token']
  const parsed = { kind: 'header' as const, credential, signedHeaders, signature, time }
  return complete(sessionToken === undefined ? parsed : { ...parsed, sessionToken })
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** AWS: `X-Amz-Date` counts before `Date`, which may have the form of RFC 9110. */
function readTime(head: RequestHead): string | undefined {
  const text = head.headers['x-amz-date'] ?? head.headers.date
  if (text === undefined || parseBasicTime(text) !== undefined) return text
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? undefined : renderBasicTime(atMs)
}

function missingParts(parts: ReadonlyMap<string, string>, time: string | undefined): string {
  const sentences = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => !parts.get(name))
    .map((name) => `Authorization header requires '${name}' parameter.`)
  if (time === undefined) {
    const demand = "requires existence of either a 'X-Amz-Date' or a 'Date' header."
    sentences.push(`Authorization header ${demand}`)
  }
  return sentences.join(' ')
}

function incomplete(detail: string): SignatureReading {
  return fault({ kind: 'incomplete', detail })
}

function readPresigned(query: ReadonlyMap<string, string>): SignatureReading {
  const credential = query.get('X-Amz-Credential')
  const signedHeaders = query.get('X-Amz-SignedHeaders')
  const signature = query.get('X-Amz-Signature')
  const time = query.get('X-Amz-Date')
  const expires = query.get('X-Amz-Expires')
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    const detail = 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"'
    return fault({ kind: 'malformedQuery', detail })
  }
  if (!credential || !signedHeaders || !signature || !time || !expires) {
    const detail =
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.'
    return fault({ kind: 'malformedQuery', detail })
  }
  const problem = expiresProblem(expires)
  if (problem !== undefined) return fault({ kind: 'malformedQuery', detail: problem })
  const sessionToken = query.get('X-Amz-Security-Token')
  const payloadHash = query.get('X-Amz-Content-Sha256')
  return complete({
    kind: 'presigned',
    credential,
    signedHeaders,
    signature,
    time,
    expiresSeconds: Number(expires),
    ...(payloadHash === undefined ? {} : { payloadHash }),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  })
}

const weekSeconds = 604_800

function expiresProblem(expires: string): string | undefined {
  if (!/^-?\d+$/.test(expires)) return 'X-Amz-Expires should be a number'
  if (expires.startsWith('-')) return 'X-Amz-Expires must be non-negative'
  if (Number(expires) <= weekSeconds) return undefined
  return 'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds'
}

interface Parts extends Pick<PresentedSignature, 'kind' | 'signature' | 'time'> {
  readonly credential: string
  readonly signedHeaders: string
  readonly sessionToken?: string
  readonly expiresSeconds?: number
  readonly payloadHash?: string
}

function complete(parts: Parts): SignatureReading {
  const { credential, signedHeaders, kind, signature, time } = parts
  const parsed = parseCredential(credential)
  if (parsed === undefined && kind === 'presigned') {
    const form = '<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request'
    const detail = `Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "${form}".`
    return fault({ kind: 'malformedQuery', detail })
  }
  if (parsed === undefined) {
    const form = 'keyid/date/region/service/term'
    const detail = `Credential must have exactly 5 slash-delimited elements, e.g. ${form}, got '${credential}'`
    return fault({ kind: 'incomplete', detail })
  }
  const { accessKeyId, scope } = parsed
  const { service } = scope
  const atMs = parseBasicTime(parts.time)
  if (atMs === undefined) {
    const detail = `Date must be in ISO-8601 'basic format'. Got '${parts.time}'. See http://en.wikipedia.org/wiki/ISO_8601`
    return fault({ kind: 'incomplete', detail }, service)
  }
  const problem = scopeProblem(parsed, parts.time)
  if (problem !== undefined) return fault({ kind: 'badScope', detail: problem }, service)
  if (!isRegion(scope.region)) return fault({ kind: 'badRegion', region: scope.region }, service)
  const names = namesOf(signedHeaders)
  if (names === undefined) return fault({ kind: 'mismatch' }, service)
  const presented = { kind, accessKeyId, scope, signedHeaders: names, signature, atMs, time }
  return { kind: 'signed', presented: withOptional(presented, parts) }
}

const latest = { limit: 1000, longest: 512 }

interface Credential {
  readonly accessKeyId: string
  readonly scope: Scope
  readonly terminal: string
}

/** A client's requests name one credential and few lists of headers, again and again. */
const parseCredential = rememberLatest<Credential | undefined>((credential) => {
  const elements = credential.split('/')
  const [accessKeyId = '', date = '', region = '', service = '', terminal = ''] = elements
  if (elements.length !== 5) return undefined
  return { accessKeyId, scope: { date, region, service }, terminal }
}, latest)

/** The headers' names; undefined unless they are in lower case. */
const namesOf = rememberLatest((signedHeaders) => {
  const names = signedHeaders.split(';')
  const isCanonical = signedHeaders === signedHeaders.toLowerCase() && !names.includes('')
  return isCanonical ? names : undefined
}, latest)

/** The commonest requests carry none of these. */
function withOptional(presented: PresentedSignature, parts: Parts): PresentedSignature {
  const { sessionToken, expiresSeconds, payloadHash } = parts
  if (sessionToken === undefined && expiresSeconds === undefined) return presented
  return {
    ...presented,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(expiresSeconds === undefined ? {} : { expiresSeconds }),
    ...(payloadHash === undefined ? {} : { payloadHash }),
  }
}

function scopeProblem({ scope, terminal }: Credential, time: string): string | undefined {
  const date = time.slice(0, 8)
  if (terminal !== 'aws4_request') {
    return `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminal}'.`
  }
  if (scope.date !== date) {
    return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${date}', from '${time}'.`
  }
  return undefined
}

function isRegion(text: string): boolean {
  return /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text)
}

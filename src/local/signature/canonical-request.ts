import { hash } from 'node:crypto'
import { compareKeys } from '../store/compare-keys.ts'
import { decodeUri, encodeUri } from './uri-encoding.ts'

/** The head of a request as it came over the wire: path and query still encoded, header names in lower case. */
export interface RequestHead {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
}

export interface CanonicalOptions {
  /** Lower-case names, in the order they were signed. */
  readonly signedHeaders: readonly string[]
  readonly payloadHash: string
  /** AWS: S3 signs the path as it is; every other service removes dot segments and encodes once more. */
  readonly path: 'as-is' | 'normalized'
}

/**
 * The text that both sides hash and sign. Undefined when path or query hold a broken percent-encoding.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function renderCanonicalRequest(
  head: RequestHead,
  options: CanonicalOptions,
): string | undefined {
  const path = options.path === 'as-is' ? canonicalPath(head.path) : normalizedPath(head.path)
  const query = canonicalQuery(head.query)
  if (path === undefined || query === undefined) return undefined
  const { signedHeaders, payloadHash } = options
  let headers = ''
  for (const name of signedHeaders) {
    headers += `${name}:${canonicalValue(head.headers[name] ?? '')}\n`
  }
  return `${head.method}\n${path}\n${query}\n${headers}\n${signedHeaders.join(';')}\n${payloadHash}`
}

export interface StringToSignOptions {
  /** `20260101T000000Z`. */
  readonly time: string
  /** `20260101/us-east-1/sts/aws4_request`. */
  readonly scope: string
}

export function renderStringToSign(canonicalRequest: string, options: StringToSignOptions): string {
  const digest = hash('sha256', canonicalRequest, 'hex')
  return `AWS4-HMAC-SHA256\n${options.time}\n${options.scope}\n${digest}`
}

function canonicalPath(path: string): string | undefined {
  const segments: string[] = []
  for (const segment of path.split('/')) {
    const text = decodeUri(segment)
    if (text === undefined) return undefined
    segments.push(encodeUri(text))
  }
  return segments.join('/')
}

function normalizedPath(path: string): string | undefined {
  if (path === '/') return path
  const once = canonicalPath(path)
  if (once === undefined) return undefined
  const kept: string[] = []
  const segments = once.split('/').filter((segment) => segment !== '' && segment !== '.')
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else kept.push(encodeUri(segment))
  }
  const joined = `/${kept.join('/')}`
  return path.endsWith('/') && joined !== '/' ? `${joined}/` : joined
}

function canonicalQuery(query: string): string | undefined {
  if (query === '') return ''
  const pairs: (readonly [string, string])[] = []
  for (const part of query.split('&')) {
    if (part === '') continue
    const pair = readQueryPair(part)
    if (pair === undefined) return undefined
    if (pair[0] !== 'X-Amz-Signature') pairs.push([encodeUri(pair[0]), encodeUri(pair[1])])
  }
  pairs.sort((a, b) => compareKeys(a[0], b[0]) || compareKeys(a[1], b[1]))
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

/** `a=b` decoded; a `+` is a space, as everywhere in a query. */
export function readQueryPair(part: string): readonly [string, string] | undefined {
  const equals = part.indexOf('=')
  const name = equals === -1 ? part : part.slice(0, equals)
  const value = equals === -1 ? '' : part.slice(equals + 1)
  const decodedName = decodeUri(name.replaceAll('+', ' '))
  const decodedValue = decodeUri(value.replaceAll('+', ' '))
  if (decodedName === undefined || decodedValue === undefined) return undefined
  return [decodedName, decodedValue]
}

/** Spaces and tabs alone mean nothing; `trim` would drop others too, and what it drops would stand unsigned. */
function canonicalValue(value: string): string {
  const isSingle = !value.includes('  ') && !value.includes('\t')
  return trimBlanks(isSingle ? value : value.replace(/[ \t]+/g, ' '))
}

/** Without the blanks around it that HTTP has no meaning for: spaces and tabs, and no other white space. */
export function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === space || code === tab
}

const space = 0x20
const tab = 0x09

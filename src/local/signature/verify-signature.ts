import { timingSafeEqual } from 'node:crypto'
import type { RequestHead } from './canonical-request.ts'
import { renderCanonicalRequest, renderStringToSign } from './canonical-request.ts'
import type { PresentedSignature } from './read-signature.ts'
import type { SignatureFault } from './signature-fault.ts'
import type { SigningKeys } from './signing-key.ts'
import { renderScope } from './signing-key.ts'
import { renderBasicTime } from './time.ts'

export interface Verification {
  readonly secretAccessKey: string
  readonly signingKeys: SigningKeys
  readonly nowMs: number
  /** What the canonical request ends with: a hash of the body, or what stands in for one. */
  readonly payloadHash: string
}

/**
 * Compares the signature that a request carries with the one its caller's secret gives.
 * Undefined when it holds. Times are compared first, so that an old request says so whatever else is wrong with it.
 */
export function verifySignature(
  head: RequestHead,
  presented: PresentedSignature,
  verification: Verification,
): SignatureFault | undefined {
  const timing = checkTime(presented, verification.nowMs)
  if (timing !== undefined) return timing
  const unsigned = findUnsignedHeaders(head, presented)
  if (unsigned.length > 0) return { kind: 'unsignedHeaders', headers: unsigned }
  const expected = computeSignature(head, presented, verification)
  if (expected === undefined || !isSame(expected, presented.signature))
    return mismatch(head, presented, verification)
  return undefined
}

/** AWS: five minutes is the rule; the services here that are older than it take a quarter of an hour. */
const fiveMinutes = 5
const skewMinutes: ReadonlyMap<string, number> = new Map([
  ['sts', 15],
  ['iam', 15],
  ['s3', 15],
])

function checkTime(presented: PresentedSignature, nowMs: number): SignatureFault | undefined {
  const minutes = skewMinutes.get(presented.scope.service) ?? fiveMinutes
  const { atMs } = presented
  const latestMs = nowMs + minutes * 60_000
  if (presented.kind === 'presigned') {
    if (atMs > latestMs) return { kind: 'presignedNotYet', detail: laterText(presented, nowMs) }
    const endsAtMs = atMs + (presented.expiresSeconds ?? 0) * 1000
    if (endsAtMs >= nowMs) return undefined
    const detail = `Signature expired: ${renderBasicTime(endsAtMs)} is now earlier than ${renderBasicTime(nowMs)}`
    const { time: requestTime, expiresSeconds = 0 } = presented
    const times = { requestTime, nowMs, expiresSeconds, endsAtMs }
    return { kind: 'presignedExpired', detail, times }
  }
  const earliestMs = nowMs - minutes * 60_000
  if (atMs < earliestMs) {
    const earliest = renderBasicTime(earliestMs)
    const now = renderBasicTime(nowMs)
    const detail = `Signature expired: ${presented.time} is now earlier than ${earliest} (${now} - ${minutes} min.)`
    return { kind: 'tooOld', detail, times: { requestTime: presented.time, nowMs } }
  }
  if (atMs > latestMs)
    return {
      kind: 'notYet',
      detail: laterText(presented, nowMs),
      times: { requestTime: presented.time, nowMs },
    }
  return undefined
}

function laterText({ time, scope }: PresentedSignature, nowMs: number): string {
  const minutes = skewMinutes.get(scope.service) ?? fiveMinutes
  const latest = renderBasicTime(nowMs + minutes * 60_000)
  const now = renderBasicTime(nowMs)
  return `Signature not yet current: ${time} is still later than ${latest} (${now} + ${minutes} min.)`
}

/** Everything that changes what a request means must be under the signature: the host, and AWS's own headers. */
function findUnsignedHeaders(
  { headers }: RequestHead,
  { signedHeaders }: PresentedSignature,
): readonly string[] {
  // A list is quicker to search while it is short, as those of all clients are.
  const long = signedHeaders.length > 50 ? new Set(signedHeaders) : undefined
  const isSigned = (name: string) => long?.has(name) ?? signedHeaders.includes(name)
  const unsigned = isSigned('host') ? [] : ['host']
  for (const name in headers) {
    if (name.startsWith('x-amz-') && !isSigned(name)) unsigned.push(name)
  }
  return unsigned.length === 0 ? unsigned : unsigned.sort()
}

function computeSignature(
  head: RequestHead,
  presented: PresentedSignature,
  verification: Verification,
): string | undefined {
  for (const name of presented.signedHeaders) {
    if (head.headers[name] === undefined) return undefined
  }
  const canonical = renderCanonicalRequest(head, {
    signedHeaders: presented.signedHeaders,
    payloadHash: verification.payloadHash,
    path: presented.scope.service === 's3' ? 'as-is' : 'normalized',
  })
  if (canonical === undefined) return undefined
  const scope = renderScope(presented.scope)
  const text = renderStringToSign(canonical, { time: presented.time, scope })
  const key = verification.signingKeys(verification.secretAccessKey, presented.scope)
  return key.sign(text)
}

function mismatch(
  head: RequestHead,
  presented: PresentedSignature,
  { payloadHash }: Verification,
): SignatureFault {
  const { accessKeyId, signature, signedHeaders, time } = presented
  // Only S3 shows it.
  if (presented.scope.service !== 's3') return { kind: 'mismatch' }
  const options = { signedHeaders, payloadHash, path: 'as-is' } as const
  const canonicalRequest = renderCanonicalRequest(head, options)
  if (canonicalRequest === undefined) return { kind: 'mismatch' }
  const scope = renderScope(presented.scope)
  const stringToSign = renderStringToSign(canonicalRequest, { time, scope })
  return {
    kind: 'mismatch',
    compared: { accessKeyId, signature, stringToSign, canonicalRequest },
  }
}

/** In constant time, whatever the lengths. */
export function isSame(expected: string, presented: string): boolean {
  const a = Buffer.from(expected, 'utf8')
  const b = Buffer.from(presented, 'utf8')
  return a.length === b.length && timingSafeEqual(a, b)
}

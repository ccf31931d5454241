import type { Caller } from '../../../caller.ts'
import { findCredential } from '../../../credential.ts'
import type { DispatchTools } from '../../../incoming.ts'
import type { SigningFacts } from '../../../operation.ts'
import type { ServiceError } from '../../../service-error.ts'
import { faultError } from '../../../signature/fault-error.ts'
import type { SignatureFault } from '../../../signature/signature-fault.ts'
import { isSame } from '../../../signature/verify-signature.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'

/** Who a form's fields stand for. */
export interface PostCaller {
  readonly caller: Caller
  readonly region: string
  /** Absent for forms of strangers. */
  readonly signedBy?: SigningFacts
}

const skewMs = 15 * 60 * 1000
const lifetimeMs = 7 * 24 * 60 * 60 * 1000

/** Proves who signed the policy of a form; a form without a policy is a stranger's. Throws S3's errors. */
export function readPostCaller(
  tools: DispatchTools,
  fields: ReadonlyMap<string, string>,
): PostCaller {
  const policy = fields.get('policy')
  const credential = fields.get('x-amz-credential')
  const signature = fields.get('x-amz-signature')
  if (!signatureNames.some((name) => fields.has(name.toLowerCase()))) {
    // A policy without a signature is nobody's word.
    if (policy !== undefined) throw s3Error('AccessDenied')
    return { caller: { kind: 'anonymous', principal: { kind: 'anonymous' } }, region: 'us-east-1' }
  }
  requireFields(fields)
  const [accessKeyId = '', date = '', region = '', service, end, ...more] =
    credential?.split('/') ?? []
  if (service !== 's3' || end !== 'aws4_request' || more.length > 0)
    throw invalidArgument('the credential is malformed', 'x-amz-credential', credential)
  const atMs = readTime(fields.get('x-amz-date'), date, tools.clock.nowMs())
  const sessionToken = fields.get('x-amz-security-token')
  const presented = { accessKeyId, ...(sessionToken === undefined ? {} : { sessionToken }) }
  const found = findCredential(tools, presented)
  if (found.kind === 'unknownKey') throw fault({ kind: 'unknownKey', accessKeyId })
  if (found.kind !== 'found') throw fault({ kind: found.kind })
  const key = tools.signingKeys(found.secretAccessKey, { date, region, service })
  if (!isSame(key.sign(policy ?? ''), signature ?? ''))
    throw fault({
      kind: 'mismatch',
      compared: { accessKeyId, signature: signature ?? '', stringToSign: policy ?? '' },
    })
  return { caller: found.caller, region, signedBy: { kind: 'post', atMs } }
}

/** The fields of a signature of version 4, and of version 2, which is not taken. */
const version4 = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Signature']
const version2 = ['AWSAccessKeyId', 'signature']
const signatureNames = [...version4, ...version2]

function requireFields(fields: ReadonlyMap<string, string>): void {
  const isVersion2 = version2.some((name) => fields.has(name.toLowerCase()))
  const wanted = [...(isVersion2 ? version2 : version4), 'policy']
  const missing = wanted.find((name) => !fields.has(name.toLowerCase()))
  if (missing !== undefined)
    throw invalidArgument(
      `Bucket POST must contain a field named '${missing}'.  If it is specified, please check the order of the fields.`,
      missing,
      '',
    )
  if (isVersion2) throw fault({ kind: 'unsupported' })
  if (fields.get('x-amz-algorithm') !== 'AWS4-HMAC-SHA256')
    throw invalidArgument('Only AWS4-HMAC-SHA256 is supported', 'x-amz-algorithm')
}

/** The signature's time must be of the credential's day, and not of a day to come. */
function readTime(given: string | undefined, date: string, nowMs: number): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(given ?? '') ?? []
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(atMs) || !given?.startsWith(date) || date.length !== 8)
    throw invalidArgument('X-Amz-Date must be formatted as yyyyMMddTHHmmssZ', 'x-amz-date', given)
  if (atMs > nowMs + skewMs)
    throw fault({ kind: 'presignedNotYet', detail: 'Request is not yet valid' })
  if (atMs < nowMs - lifetimeMs)
    throw fault({ kind: 'presignedExpired', detail: 'Request has expired' })
  return atMs
}

function fault(kind: SignatureFault): ServiceError {
  return faultError(kind, 's3')
}

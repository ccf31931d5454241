import { ServiceError } from '../service-error.ts'
import type { ComparedSignature, ComparedTimes, SignatureFault } from './signature-fault.ts'

/** The three ways in which AWS's services word a refused signature. */
export type FaultDialect = 'query' | 'json' | 's3'

export function dialectOf(service: string): FaultDialect {
  if (service === 's3') return 's3'
  return service === 'sts' || service === 'iam' ? 'query' : 'json'
}

/** The error that an AWS service of this dialect answers a refused signature with. */
export function faultError(fault: SignatureFault, dialect: FaultDialect): ServiceError {
  const row = rows[fault.kind][dialect]
  const detail = detailOf(fault)
  const message = row.message ?? detail
  const details = dialect === 's3' ? detailsOf(fault) : {}
  return new ServiceError(row.code, message, { status: row.status, details })
}

/** Where S3 would be, when it is asked in a place that is none: every region is on one port. */
const home = 'us-east-1'

function detailOf(fault: SignatureFault): string {
  if (fault.kind === 'badRegion')
    return `The authorization header is malformed; the region '${fault.region}' is wrong; expecting '${home}'`
  return 'detail' in fault ? fault.detail : ''
}

/** What S3 says besides its message. */
function detailsOf(fault: SignatureFault): Readonly<Record<string, string>> {
  if (fault.kind === 'badRegion') return { Region: home }
  if (fault.kind === 'unknownKey') return { AWSAccessKeyId: fault.accessKeyId }
  if (fault.kind === 'unsignedHeaders') return { HeadersNotSigned: fault.headers.join(', ') }
  if ('times' in fault && fault.times !== undefined) return shownTimes(fault.times)
  return fault.kind === 'mismatch' && fault.compared !== undefined ? shown(fault.compared) : {}
}

function shownTimes(times: ComparedTimes): Readonly<Record<string, string>> {
  const { requestTime, nowMs, expiresSeconds, endsAtMs } = times
  const ServerTime = secondsText(nowMs)
  if (endsAtMs === undefined)
    return { RequestTime: requestTime, ServerTime, MaxAllowedSkewMilliseconds: '900000' }
  return { 'X-Amz-Expires': String(expiresSeconds), Expires: secondsText(endsAtMs), ServerTime }
}

function secondsText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

function shown(compared: ComparedSignature): Readonly<Record<string, string>> {
  const { accessKeyId, signature, stringToSign, canonicalRequest } = compared
  return {
    AWSAccessKeyId: accessKeyId,
    StringToSign: stringToSign,
    SignatureProvided: signature,
    StringToSignBytes: bytesOf(stringToSign),
    ...(canonicalRequest === undefined
      ? {}
      : { CanonicalRequest: canonicalRequest, CanonicalRequestBytes: bytesOf(canonicalRequest) }),
  }
}

function bytesOf(text: string): string {
  return [...Buffer.from(text, 'utf8')].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

interface Row {
  readonly code: string
  readonly status: number
  /** Left out where the fault's own detail is the message. */
  readonly message?: string
}

type Rows = Readonly<Record<SignatureFault['kind'], Readonly<Record<FaultDialect, Row>>>>

const tokenInvalid = 'The security token included in the request is invalid.'
const tokenExpired = 'The security token included in the request is expired'
const doesNotMatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
const doesNotMatchS3 =
  'The request signature we calculated does not match the signature you provided. Check your key and signing method.'
const unsignedHeaders = 'There were headers present in the request which were not signed'
const onlyOneWay =
  'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified'
const badRegion = 'Credential should be scoped to a valid region.'
const useVersion4 =
  'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.'

const queryMismatch: Row = { code: 'SignatureDoesNotMatch', status: 403 }
const jsonMismatch: Row = { code: 'InvalidSignatureException', status: 400 }
const s3Malformed: Row = { code: 'AuthorizationHeaderMalformed', status: 400 }
const queryIncomplete: Row = { code: 'IncompleteSignature', status: 400 }
const jsonIncomplete: Row = { code: 'IncompleteSignatureException', status: 400 }
const s3Skewed: Row = {
  code: 'RequestTimeTooSkewed',
  status: 403,
  message: 'The difference between the request time and the current time is too large.',
}
const s3Denied: Row = { code: 'AccessDenied', status: 403 }
const s3Mismatch: Row = { code: 'SignatureDoesNotMatch', status: 403, message: doesNotMatchS3 }
const s3Incomplete: Row = {
  code: 'IncompleteBody',
  status: 400,
  message: 'The request body terminated unexpectedly',
}

const mismatch = {
  query: { ...queryMismatch, message: doesNotMatch },
  json: { ...jsonMismatch, message: doesNotMatch },
  s3: s3Mismatch,
}
const missing = {
  query: {
    code: 'MissingAuthenticationToken',
    status: 403,
    message: 'Request is missing Authentication Token',
  },
  json: {
    code: 'MissingAuthenticationTokenException',
    status: 400,
    message: 'Missing Authentication Token',
  },
  s3: { ...s3Denied, message: 'Access Denied' },
}

const rows: Rows = {
  missing,
  incomplete: { query: queryIncomplete, json: jsonIncomplete, s3: s3Malformed },
  malformedQuery: {
    query: queryIncomplete,
    json: jsonIncomplete,
    s3: { code: 'AuthorizationQueryParametersError', status: 400 },
  },
  unsupported: {
    query: missing.query,
    json: missing.json,
    s3: { code: 'InvalidRequest', status: 400, message: useVersion4 },
  },
  twoWays: {
    query: { ...queryIncomplete, message: onlyOneWay },
    json: { ...jsonIncomplete, message: onlyOneWay },
    s3: { code: 'InvalidArgument', status: 400, message: onlyOneWay },
  },
  badRegion: {
    query: { ...queryMismatch, message: badRegion },
    json: { ...jsonMismatch, message: badRegion },
    s3: s3Malformed,
  },
  badScope: { query: queryMismatch, json: jsonMismatch, s3: s3Malformed },
  unknownKey: {
    query: { code: 'InvalidClientTokenId', status: 403, message: tokenInvalid },
    json: { code: 'UnrecognizedClientException', status: 400, message: tokenInvalid },
    s3: {
      code: 'InvalidAccessKeyId',
      status: 403,
      message: 'The AWS Access Key Id you provided does not exist in our records.',
    },
  },
  invalidToken: {
    query: { code: 'InvalidClientTokenId', status: 403, message: tokenInvalid },
    json: { code: 'UnrecognizedClientException', status: 400, message: tokenInvalid },
    s3: {
      code: 'InvalidToken',
      status: 400,
      message: 'The provided token is malformed or otherwise invalid.',
    },
  },
  expiredToken: {
    query: { code: 'ExpiredToken', status: 403, message: tokenExpired },
    json: { code: 'ExpiredTokenException', status: 400, message: tokenExpired },
    s3: { code: 'ExpiredToken', status: 400, message: 'The provided token has expired.' },
  },
  mismatch,
  unsignedHeaders: {
    query: { ...queryMismatch, message: unsignedHeaders },
    json: { ...jsonMismatch, message: unsignedHeaders },
    s3: { ...s3Denied, message: unsignedHeaders },
  },
  tooOld: { query: queryMismatch, json: jsonMismatch, s3: s3Skewed },
  notYet: { query: queryMismatch, json: jsonMismatch, s3: s3Skewed },
  presignedExpired: {
    query: queryMismatch,
    json: jsonMismatch,
    s3: { ...s3Denied, message: 'Request has expired' },
  },
  presignedNotYet: {
    query: queryMismatch,
    json: jsonMismatch,
    s3: { ...s3Denied, message: 'Request is not yet valid' },
  },
  badPayloadHash: {
    ...mismatch,
    s3: {
      code: 'InvalidRequest',
      status: 400,
      message: 'Missing required header for this request: x-amz-content-sha256',
    },
  },
  payloadMismatch: {
    ...mismatch,
    s3: {
      code: 'XAmzContentSHA256Mismatch',
      status: 400,
      message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
    },
  },
  badChunk: { ...mismatch, s3: s3Incomplete },
}

import { type AccountRef, CloudError, type CloudErrorCode, renderAccount } from './cloud-error.ts'

/** What kind of failure an SDK error is, which decides whether to try again and what to tell the user. */
export interface AwsFailure {
  readonly kind: 'network' | 'throttled' | 'server' | 'propagation' | 'answered'
  /** AWS's code, or Node's for the network. */
  readonly awsCode: string
  readonly message: string
}

const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'TimeoutError',
])

const throttlingCodes: ReadonlySet<string> = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
])

/** Conflicts that pass by themselves within seconds. */
const passingConflicts: ReadonlySet<string> = new Set([
  'ConcurrentModification',
  'ConcurrentModificationException',
  'EntityTemporarilyUnmodifiable',
  'EntityTemporarilyUnmodifiableException',
])

/** Reads an error that an SDK client threw. Errors that did not come from a call are `answered` with an empty code. */
export function readFailure(error: unknown): AwsFailure {
  const seen = error instanceof Error ? error : new Error(String(error))
  const awsCode = codeOf(seen)
  const message = seen.message
  if (networkCodes.has(awsCode) || /socket hang up|other side closed/i.test(message)) {
    return { kind: 'network', awsCode, message }
  }
  if (throttlingCodes.has(awsCode)) return { kind: 'throttled', awsCode, message }
  if (statusOf(seen) >= 500 && awsCode !== 'NotImplemented') {
    return { kind: 'server', awsCode, message }
  }
  if (passingConflicts.has(awsCode) || isUnknownPrincipal(awsCode, message)) {
    return { kind: 'propagation', awsCode, message }
  }
  return { kind: 'answered', awsCode, message }
}

/** AWS's code of an error, without the `Exception` that the SDK adds to some. */
export function isAwsCode(error: unknown, code: string): boolean {
  const seen = error instanceof CloudError ? (error.awsCode ?? '') : readFailure(error).awsCode
  return seen === code || seen === `${code}Exception`
}

// AWS: a principal made seconds ago is not yet known to the trusting account's validation.
function isUnknownPrincipal(awsCode: string, message: string): boolean {
  return awsCode.startsWith('MalformedPolicyDocument') && /invalid principal/i.test(message)
}

function codeOf(error: Error): string {
  const own = textField(error, 'Code') ?? textField(error, 'code')
  if (own !== undefined) return own
  if (error.name !== 'Error' && error.name !== 'AggregateError') return error.name
  return error.cause instanceof Error ? codeOf(error.cause) : ''
}

function textField(value: object, name: string): string | undefined {
  const field: unknown = Reflect.get(value, name)
  return typeof field === 'string' && field !== '' ? field : undefined
}

function statusOf(error: Error): number {
  const metadata: unknown = Reflect.get(error, '$metadata')
  if (typeof metadata !== 'object' || metadata === null) return 0
  const status: unknown = Reflect.get(metadata, 'httpStatusCode')
  return typeof status === 'number' ? status : 0
}

interface Advice {
  readonly code: CloudErrorCode
  readonly todo: string
}

const badKey: Advice = {
  code: 'bad-credentials',
  todo: 'the credentials are not valid there; check the profile or sign in again',
}
const expired: Advice = {
  code: 'expired-credentials',
  todo: 'the session has expired; sign in again',
}
const denied: Advice = {
  code: 'access-denied',
  todo: 'the credentials lack this permission; use a profile that has it',
}
const noCredentials: Advice = {
  code: 'no-credentials',
  todo: 'name a `profile` for the account in the access file, or sign in in this terminal',
}

const adviceByCode: Readonly<Record<string, Advice>> = {
  InvalidClientTokenId: badKey,
  UnrecognizedClientException: badKey,
  InvalidAccessKeyId: badKey,
  SignatureDoesNotMatch: {
    code: 'bad-credentials',
    todo: 'the secret key is wrong, or this clock is; check both',
  },
  IncompleteSignature: badKey,
  AuthFailure: badKey,
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  RequestExpired: expired,
  AccessDenied: denied,
  AccessDeniedException: denied,
  CredentialsProviderError: noCredentials,
  TokenProviderError: expired,
}

/** The error to throw for a failed call. `call` is the API call, such as `iam:GetRole`. */
export function toCloudError(
  error: unknown,
  place: { readonly account: AccountRef; readonly call: string; readonly endpoint?: string },
): CloudError {
  if (error instanceof CloudError) return error
  const failure = readFailure(error)
  const { code, todo } = adviceFor(failure, place.endpoint)
  const where = `account ${renderAccount(place.account)}, ${place.call}`
  const what = [failure.awsCode, failure.message].filter((part) => part !== '').join(': ')
  return new CloudError(`${where}: ${todo} (${what})`, {
    code,
    account: place.account,
    call: place.call,
    awsCode: failure.awsCode,
    cause: error,
  })
}

function adviceFor(failure: AwsFailure, endpoint: string | undefined): Advice {
  if (failure.kind === 'network') {
    const target = endpoint === undefined ? 'AWS' : `the endpoint ${endpoint}`
    return {
      code: 'endpoint-down',
      todo: `cannot reach ${target}; check the network, then run again`,
    }
  }
  if (failure.kind === 'throttled') {
    return { code: 'throttled', todo: 'AWS kept throttling; wait a minute, then run again' }
  }
  return (
    adviceByCode[failure.awsCode] ?? {
      code: 'refused',
      todo: failure.kind === 'server' ? 'AWS failed; run again later' : 'AWS refused',
    }
  )
}

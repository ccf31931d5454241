import type { STSClient, Credentials as StsCredentials } from '@aws-sdk/client-sts'
import { type Credentials, withoutSecrets } from './credentials.ts'
import { SessionError } from './session-error.ts'

/** Where STS is. */
export interface StsEndpoint {
  readonly region: string
  /** Left out: AWS's own endpoint for the region, or what the SDK's configuration says. */
  readonly endpointUrl?: string
}

/** STS answered, and the answer was no. `denied` is about permissions, `failed` about all else. */
export interface StsRefusal {
  readonly kind: 'denied' | 'failed'
  /** AWS's own, such as `AccessDenied` or `ExpiredToken`. */
  readonly code: string
  readonly message: string
}

export type StsAnswer<Output> = { readonly kind: 'output'; readonly output: Output } | StsRefusal

/**
 * Calls STS once, with the SDK's retries. Throws a `SessionError` when no answer came: the endpoint is down, the
 * name unknown, the connection cut.
 */
export async function callSts<Output>(
  credentials: Credentials,
  endpoint: StsEndpoint,
  call: (client: STSClient) => Promise<Output>,
): Promise<StsAnswer<Output>> {
  // Loaded here: most of this room has no use for 90 ms of client.
  const { STSClient } = await import('@aws-sdk/client-sts')
  const client = new STSClient({
    region: endpoint.region,
    ...(endpoint.endpointUrl === undefined ? {} : { endpoint: endpoint.endpointUrl }),
    credentials: {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken }),
    },
    requestHandler: { connectionTimeout: 5000, requestTimeout: 30_000 },
  })
  try {
    return { kind: 'output', output: await call(client) }
  } catch (error) {
    const refusal = refusalOf(error, credentials)
    if (refusal !== undefined) return refusal
    const message = `cannot reach STS at ${placeOf(endpoint)}: ${withoutSecrets(reasonOf(error), credentials)}`
    throw new SessionError(message, { code: 'endpoint-unreachable', cause: error })
  } finally {
    client.destroy()
  }
}

/** The credentials of an answer. Throws a `SessionError` where a part is missing. */
export function requireCredentials(
  given: StsCredentials | undefined,
  operation: string,
): Credentials & { readonly expiresAtMs: number } {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {}
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw new SessionError(`STS answered ${operation} without credentials`, {
      code: 'incomplete-answer',
    })
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiresAtMs: Expiration.getTime(),
  }
}

/** What AWS refused with, when `error` is an answer of AWS's and not a failure to get one. */
export function refusalOf(error: unknown, credentials?: Credentials): StsRefusal | undefined {
  if (!isServiceException(error)) return undefined
  const kind = deniedCodes.has(error.name) ? 'denied' : 'failed'
  const message =
    credentials === undefined ? error.message : withoutSecrets(error.message, credentials)
  return { kind, code: error.name, message }
}

const deniedCodes: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException'])

/** STS itself is in trouble: what it was asked for may be given a minute later. */
export function isOutage(failure: { readonly code: string }): boolean {
  return outageCodes.has(failure.code)
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
const outageCodes: ReadonlySet<string> = new Set([
  'endpoint-unreachable',
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'Throttling',
  'ThrottlingException',
])

interface ServiceException extends Error {
  readonly $fault: 'client' | 'server'
}

function isServiceException(error: unknown): error is ServiceException {
  if (!(error instanceof Error) || !('$fault' in error) || !('$metadata' in error)) return false
  const metadata = error.$metadata
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
}

function placeOf(endpoint: StsEndpoint): string {
  return endpoint.endpointUrl === undefined
    ? `its endpoint in ${endpoint.region}`
    : `\`${endpoint.endpointUrl}\``
}

/** A refused connection to `localhost` comes as one error per address, with an empty message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.message !== '') return error.message
  return 'code' in error ? String(error.code) : error.name
}

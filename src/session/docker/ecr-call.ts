import type { ECRClient } from '@aws-sdk/client-ecr'
import { type Credentials, withoutSecrets } from '../credentials.ts'
import { SessionError } from '../session-error.ts'
import { refusalOf, type StsAnswer, type StsEndpoint } from '../sts-call.ts'

/** Calls ECR, with the SDK's retries. Throws a `SessionError` when no answer came. */
export async function callEcr<Output>(
  credentials: Credentials,
  endpoint: StsEndpoint,
  call: (client: ECRClient) => Promise<Output>,
): Promise<StsAnswer<Output>> {
  const { ECRClient: Client } = await import('@aws-sdk/client-ecr')
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const client = new Client({
    region: endpoint.region,
    ...(endpoint.endpointUrl === undefined ? {} : { endpoint: endpoint.endpointUrl }),
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    requestHandler: { connectionTimeout: 5000, requestTimeout: 30_000 },
  })
  try {
    return { kind: 'output', output: await call(client) }
  } catch (error) {
    const refusal = refusalOf(error, credentials)
    if (refusal !== undefined) return refusal
    const reason = error instanceof Error ? error.message : String(error)
    const where = endpoint.endpointUrl ?? `its endpoint in ${endpoint.region}`
    const message = `cannot reach ECR at ${where}: ${withoutSecrets(reason, credentials)}`
    throw new SessionError(message, { code: 'endpoint-unreachable', cause: error })
  } finally {
    client.destroy()
  }
}

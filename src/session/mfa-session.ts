import type { Credentials } from './credentials.ts'
import { callSts, requireCredentials, type StsEndpoint, type StsRefusal } from './sts-call.ts'

export interface MfaRequest {
  readonly serialNumber: string
  readonly tokenCode: string
  /** 900 to 129,600; left out, AWS gives twelve hours. */
  readonly durationSeconds?: number
}

/**
 * A session of the user with a second factor. One code covers every role that asks for one: assuming a role from it
 * is no chaining.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export async function getMfaSession(
  source: Credentials,
  request: MfaRequest,
  endpoint: StsEndpoint,
): Promise<
  | { readonly kind: 'credentials'; readonly credentials: Credentials & { expiresAtMs: number } }
  | StsRefusal
> {
  const answer = await callSts(source, endpoint, async (client) => {
    const { GetSessionTokenCommand } = await import('@aws-sdk/client-sts')
    return client.send(
      new GetSessionTokenCommand({
        SerialNumber: request.serialNumber,
        TokenCode: request.tokenCode,
        DurationSeconds: request.durationSeconds,
      }),
    )
  })
  if (answer.kind !== 'output') return answer
  const credentials = requireCredentials(answer.output.Credentials, 'GetSessionToken')
  return { kind: 'credentials', credentials }
}

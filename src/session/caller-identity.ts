import type { Credentials } from './credentials.ts'
import { callSts, type StsEndpoint, type StsRefusal } from './sts-call.ts'

export type CallerIdentity =
  | {
      readonly kind: 'identity'
      readonly arn: string
      readonly accountId: string
      readonly userId: string
    }
  | StsRefusal

/**
 * Who these credentials are. Needs no permission, so a refusal speaks of the credentials themselves.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function getCallerIdentity(
  credentials: Credentials,
  endpoint: StsEndpoint,
): Promise<CallerIdentity> {
  const answer = await callSts(credentials, endpoint, async (client) => {
    const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
    return client.send(new GetCallerIdentityCommand({}))
  })
  if (answer.kind !== 'output') return answer
  const { Arn = '', Account = '', UserId = '' } = answer.output
  return { kind: 'identity', arn: Arn, accountId: Account, userId: UserId }
}

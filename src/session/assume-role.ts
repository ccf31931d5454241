import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from '@aws-sdk/client-sts'
import type { Credentials } from './credentials.ts'
import { callSts, requireCredentials, type StsEndpoint, type StsRefusal } from './sts-call.ts'

/** What is asked of `sts:AssumeRole`. */
export interface AssumeRoleRequest {
  readonly roleArn: string
  readonly sessionName: string
  /** 900 to 43,200; left out, AWS gives an hour. Of a chain at most 3,600. */
  readonly durationSeconds?: number
  readonly externalId?: string
  readonly mfa?: { readonly serialNumber: string; readonly tokenCode: string }
  readonly tags?: Readonly<Record<string, string>>
  readonly transitiveTagKeys?: readonly string[]
  readonly sourceIdentity?: string
  /** A session policy, as JSON text. */
  readonly policy?: string
  /** Managed policies as session policies. */
  readonly policyArns?: readonly string[]
}

export type AssumeOutcome =
  | {
      readonly kind: 'credentials'
      readonly credentials: Credentials & { readonly expiresAtMs: number }
      /** `arn:aws:sts::ID:assumed-role/NAME/SESSION`. */
      readonly sessionArn: string
    }
  | StsRefusal

/**
 * Asks for a role session. AWS answers the same `AccessDenied` to a role that does not exist, a wrong external id and
 * a missing permission: only both sides' documents tell which. Throws a `SessionError` when STS cannot be reached.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export async function assumeRole(
  source: Credentials,
  request: AssumeRoleRequest,
  endpoint: StsEndpoint,
): Promise<AssumeOutcome> {
  const answer = await callSts(source, endpoint, async (client) => {
    const { AssumeRoleCommand } = await import('@aws-sdk/client-sts')
    return client.send(new AssumeRoleCommand(toInput(request)))
  })
  return answer.kind === 'output' ? readSession(answer.output) : answer
}

function toInput(request: AssumeRoleRequest): AssumeRoleCommandInput {
  const tags = Object.entries(request.tags ?? {}).map(([Key, Value]) => ({ Key, Value }))
  return {
    RoleArn: request.roleArn,
    RoleSessionName: request.sessionName,
    DurationSeconds: request.durationSeconds,
    ExternalId: request.externalId,
    SerialNumber: request.mfa?.serialNumber,
    TokenCode: request.mfa?.tokenCode,
    SourceIdentity: request.sourceIdentity,
    Policy: request.policy,
    Tags: tags.length === 0 ? undefined : tags,
    TransitiveTagKeys: listOrNone(request.transitiveTagKeys),
    PolicyArns: listOrNone(request.policyArns)?.map((arn) => ({ arn })),
  }
}

function listOrNone(list: readonly string[] = []): string[] | undefined {
  return list.length === 0 ? undefined : [...list]
}

function readSession(output: AssumeRoleCommandOutput): AssumeOutcome {
  return {
    kind: 'credentials',
    credentials: requireCredentials(output.Credentials, 'AssumeRole'),
    sessionArn: output.AssumedRoleUser?.Arn ?? '',
  }
}

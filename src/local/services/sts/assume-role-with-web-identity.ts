import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { SessionTokens } from '../../session-token.ts'
import type { FederatedIdentity } from './federated-role.ts'
import { federatedQuestions, issueFederatedSession } from './federated-role.ts'
import { requireRoleAccount } from './find-role.ts'
import type { SessionPolicyInput } from './session-policy.ts'
import { claimedSourceIdentity, claimedTags, webIdentityKeys } from './web-identity-claims.ts'
import type { WebIdentity } from './web-identity-token.ts'
import { verifyWebIdentityToken } from './web-identity-token.ts'

interface Input extends SessionPolicyInput {
  readonly RoleArn: string
  readonly RoleSessionName: string
  readonly WebIdentityToken: string
  readonly ProviderId?: string
  readonly DurationSeconds?: number
  /** What the token says; set by `prepare` alone, for the protocol reads no such member. */
  readonly verified?: WebIdentity
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export function assumeRoleWithWebIdentity(sessionTokens: SessionTokens): Operation {
  const operation: Operation<Input, object> = {
    service: 'sts',
    name: 'AssumeRoleWithWebIdentity',
    async prepare(input, call) {
      requireIdToken(input)
      const accountId = requireRoleAccount(input.RoleArn)
      const verified = await verifyWebIdentityToken(input.WebIdentityToken, accountId, call)
      return { ...input, verified }
    },
    authorize: (input, call) =>
      federatedQuestions('sts:AssumeRoleWithWebIdentity', identityOf(input), call),
    run(input, call) {
      const identity = identityOf(input)
      const { subject, clientId } = requireVerified(input)
      return {
        ...issueFederatedSession(sessionTokens, { identity, policies: input }, call),
        SubjectFromWebIdentityToken: subject,
        Provider: identity.providerArn,
        Audience: clientId,
      }
    },
  }
  return operation as unknown as Operation
}

/** AWS takes the access tokens of two providers too, which it can only check by asking them. */
function requireIdToken({ ProviderId: providerId }: Input): void {
  if (providerId === undefined) return
  const message = `OAuth access tokens, such as those of ${providerId}, are not built`
  throw new ServiceError('NotImplemented', message, { status: 501 })
}

function requireVerified({ verified }: Input): WebIdentity {
  if (verified === undefined) throw new Error('bug: the token was not verified')
  return verified
}

function identityOf(input: Input): FederatedIdentity {
  const verified = requireVerified(input)
  const { provider, claims } = verified
  const sourceIdentity = claimedSourceIdentity(claims)
  return {
    roleArn: input.RoleArn,
    accountId: provider.accountId,
    providerArn: provider.arn,
    sessionName: input.RoleSessionName,
    durationSeconds: input.DurationSeconds ?? 3600,
    ...claimedTags(claims),
    ...webIdentityKeys(verified, input.RoleArn),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  }
}

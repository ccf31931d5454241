import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { SessionPrincipal, SessionTokens } from '../../session-token.ts'
import { issueSession, sessionTimes } from './issue-session.ts'
import type { SessionPolicyInput } from './session-policy.ts'
import { newSessionPolicies, packedPolicySize } from './session-policy.ts'
import type { TagInput } from './session-tags.ts'
import { newSessionTags, sessionTagContext } from './session-tags.ts'
import type { StsCall } from './sts-operation.ts'
import { stsOperation } from './sts-operation.ts'

interface Input extends TagInput, SessionPolicyInput {
  readonly Name: string
  readonly DurationSeconds?: number
}

/**
 * A session with the user's permissions as far as the session policies of the call go; without any it has none.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
 */
export function getFederationToken(sessionTokens: SessionTokens): Operation {
  return stsOperation<Input, object>({
    name: 'GetFederationToken',
    authorize(input, call) {
      requireLastingCredentials(call)
      const context = sessionTagContext(input, undefined)
      const resource = arnOf(input, call)
      const asked = { resource, resourceAccount: call.caller.accountId, context }
      const federate = { ...asked, action: 'sts:GetFederationToken' }
      if (context['aws:TagKeys'] === undefined) return [federate]
      return [federate, { ...asked, action: 'sts:TagSession' }]
    },
    run(input, call) {
      const { accountId } = call.caller
      const facts = {
        kind: 'federatedUser' as const,
        ...sessionTimes(durationOf(input, call), call),
        ...newSessionTags(input, undefined),
        ...newSessionPolicies(input, accountId, call),
        isChained: false,
      }
      const packed = packedPolicySize(facts)
      const principal = principalOf(input, call)
      return {
        Credentials: issueSession(sessionTokens, { accountId, principal, facts }, call),
        FederatedUser: {
          FederatedUserId: `${accountId}:${input.Name}`,
          Arn: arnOf(input, call),
        },
        ...(packed === undefined ? {} : { PackedPolicySize: packed }),
      }
    },
  })
}

function requireLastingCredentials(call: StsCall): void {
  if (call.caller.session === undefined) return
  const message = 'Cannot call GetFederationToken with session credentials'
  throw new ServiceError('AccessDenied', message, { status: 403 })
}

function arnOf(input: Input, call: StsCall): string {
  return `arn:aws:sts::${call.caller.accountId}:federated-user/${input.Name}`
}

/** AWS: twelve hours by default; a root user's session lasts an hour at most. */
function durationOf(input: Input, call: StsCall): number {
  const asked = input.DurationSeconds ?? 43_200
  return call.caller.principal.kind === 'root' ? Math.min(asked, 3600) : asked
}

function principalOf({ Name: name }: Input, call: StsCall): SessionPrincipal {
  const { principal } = call.caller
  if (principal.kind === 'root') return { kind: 'federatedUser', name }
  if (principal.kind === 'user' && principal.uniqueId !== undefined) {
    return { kind: 'federatedUser', name, userId: principal.uniqueId }
  }
  throw new Error('bug: only users and root users have credentials that last')
}

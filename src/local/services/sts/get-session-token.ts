import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { SessionPrincipal, SessionTokens } from '../../session-token.ts'
import { issueSession, sessionTimes } from './issue-session.ts'
import type { SecondFactorInput } from './second-factor.ts'
import { spendSecondFactor } from './second-factor.ts'
import type { StsCall } from './sts-operation.ts'
import { stsOperation } from './sts-operation.ts'

interface Input extends SecondFactorInput {
  readonly DurationSeconds?: number
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
export function getSessionToken(sessionTokens: SessionTokens): Operation {
  return stsOperation<Input, object>({
    name: 'GetSessionToken',
    // AWS: needs no permission, and policies do not control it.
    run(input, call) {
      if (call.caller.session !== undefined) {
        const message = 'Cannot call GetSessionToken with session credentials'
        throw new ServiceError('AccessDenied', message, { status: 403 })
      }
      const hasSecondFactor = spendSecondFactor(input, call)
      const times = sessionTimes(durationOf(input, call), call)
      const session = {
        accountId: call.caller.accountId,
        principal: principalOf(call),
        facts: {
          kind: 'sessionToken' as const,
          ...times,
          ...(hasSecondFactor ? { mfaAuthenticatedAtMs: times.issuedAtMs } : {}),
          tags: {},
          transitiveTagKeys: [],
          policyArns: [],
          isChained: false,
        },
      }
      return { Credentials: issueSession(sessionTokens, session, call) }
    },
  })
}

/** AWS: twelve hours by default; a root user's session lasts an hour at most. */
function durationOf(input: Input, call: StsCall): number {
  const isRoot = call.caller.principal.kind === 'root'
  const asked = input.DurationSeconds ?? 43_200
  return isRoot ? Math.min(asked, 3600) : asked
}

function principalOf(call: StsCall): SessionPrincipal {
  const { principal } = call.caller
  if (principal.kind === 'root') return { kind: 'root' }
  if (principal.kind === 'user' && principal.uniqueId !== undefined) {
    return { kind: 'user', uniqueId: principal.uniqueId }
  }
  throw new Error('bug: only users and root users have credentials that last')
}

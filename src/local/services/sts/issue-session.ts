import type { AccountId } from '../../../core/index.ts'
import type { SessionFacts } from '../../caller.ts'
import type { Call } from '../../operation.ts'
import type { SessionPrincipal, SessionTokens } from '../../session-token.ts'
import { newAccessKeyId } from '../iam/unique-id.ts'

export interface NewSession {
  readonly accountId: AccountId
  readonly principal: SessionPrincipal
  readonly facts: SessionFacts
}

/** The `Credentials` of STS's answers. Nothing is written: the token carries it all. */
export function issueSession(
  sessionTokens: SessionTokens,
  { accountId, principal, facts }: NewSession,
  call: Call,
): object {
  const accessKeyId = newAccessKeyId('ASIA', accountId, call.randomBytes)
  const { token, secretAccessKey } = sessionTokens.seal({
    accessKeyId,
    accountId,
    principal,
    facts,
  })
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: token,
    Expiration: new Date(facts.expiresAtMs),
  }
}

/** When a session that is issued now ends. AWS counts in whole seconds. */
export function sessionTimes(
  durationSeconds: number,
  call: Call,
): { readonly issuedAtMs: number; readonly expiresAtMs: number } {
  const issuedAtMs = Math.floor(call.nowMs / 1000) * 1000
  return { issuedAtMs, expiresAtMs: issuedAtMs + durationSeconds * 1000 }
}

import { unreachable } from '../../../core/index.ts'
import type { AuthenticatedCaller } from '../../caller.ts'
import type { RecordedCall } from '../../event-history.ts'

/**
 * Who called, as a record says it to the account `recipient`: another account than the caller's hears no name.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function userIdentity(call: RecordedCall, recipient: string): object {
  const { caller } = call
  if (caller === undefined) return unsignedIdentity(call)
  const { accountId, userId } = caller
  if (accountId !== recipient) return { type: 'AWSAccount', principalId: userId, accountId }
  const { arn } = caller.principal
  const { accessKeyId } = caller
  return {
    type: types[caller.principal.kind],
    principalId: userId,
    arn,
    accountId,
    ...(accessKeyId === '' ? {} : { accessKeyId }),
    ...(caller.principal.kind === 'user' ? { userName: lastSegment(arn) } : {}),
    ...sessionContext(caller),
  }
}

const types = {
  root: 'Root',
  user: 'IAMUser',
  roleSession: 'AssumedRole',
  federatedUser: 'FederatedUser',
} as const satisfies Readonly<Record<AuthenticatedCaller['principal']['kind'], string>>

/** A user of an identity provider, or nobody. */
function unsignedIdentity({ operation, decisions }: RecordedCall): object {
  const principal = decisions[0]?.request.principal
  if (principal?.kind !== 'federated') return { type: 'AWSAccount', accountId: 'anonymous' }
  const type = operation === 'AssumeRoleWithSAML' ? 'SAMLUser' : 'WebIdentityUser'
  return { type, identityProvider: principal.arn }
}

function sessionContext({ principal, session, accountId, userId }: AuthenticatedCaller): object {
  if (session === undefined) return {}
  const creationDate = `${new Date(session.issuedAtMs).toISOString().slice(0, 19)}Z`
  const mfaAuthenticated = String(session.mfaAuthenticatedAtMs !== undefined)
  const { sourceIdentity } = session
  const issuer =
    principal.kind === 'roleSession'
      ? {
          type: 'Role',
          principalId: principal.uniqueId ?? userId.split(':')[0],
          arn: principal.roleArn,
          accountId,
          userName: lastSegment(principal.roleArn),
        }
      : undefined
  return {
    sessionContext: {
      ...(issuer === undefined ? {} : { sessionIssuer: issuer }),
      attributes: { creationDate, mfaAuthenticated },
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
      ...(session.kind === 'assumedRoot' ? { assumedRoot: 'true' } : {}),
    },
  }
}

/** The name that `LookupEvents` knows a caller by; undefined where the account hears none. */
export function userNameOf({ caller }: RecordedCall, recipient: string): string | undefined {
  if (caller === undefined || caller.accountId !== recipient) return undefined
  const { principal } = caller
  switch (principal.kind) {
    case 'root':
      return 'root'
    case 'user':
    case 'federatedUser':
      return lastSegment(principal.arn)
    case 'roleSession':
      return principal.sessionName
    default:
      return unreachable(principal)
  }
}

function lastSegment(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

import type { AccountId, RequestContext } from '../../../core/index.ts'
import type { SessionFacts } from '../../caller.ts'
import type { AuthorizationQuestion, Call } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { SessionTokens } from '../../session-token.ts'
import type { Role } from '../iam/entities.ts'
import { resourceTagContext } from '../iam/tags.ts'
import { findRole, nobody } from './find-role.ts'
import { issueSession, sessionTimes } from './issue-session.ts'
import type { SessionPolicyInput } from './session-policy.ts'
import { newSessionPolicies, packedPolicySize } from './session-policy.ts'
import type { TagInput } from './session-tags.ts'
import { newSessionTags, sessionTagContext } from './session-tags.ts'

/** What an identity provider vouches for, after its word was verified. */
export interface FederatedIdentity extends TagInput {
  readonly roleArn: string
  /** The account of the role and of the provider. */
  readonly accountId: AccountId
  readonly providerArn: string
  readonly sessionName: string
  readonly durationSeconds: number
  readonly sourceIdentity?: string
  /** Condition keys of this call. */
  readonly keys: RequestContext
  /** Condition keys of this call that every call of the session carries as well. */
  readonly lastingKeys: RequestContext
}

/** Everything that the role's trust policy has to allow the provider. */
export function federatedQuestions(
  action: string,
  identity: FederatedIdentity,
  call: Call,
): readonly AuthorizationQuestion[] {
  const { roleArn, accountId, providerArn, sourceIdentity } = identity
  const role = findRole(roleArn, call)
  const context = {
    ...resourceTagContext(role?.tags),
    ...sessionTagContext(identity, undefined),
    ...identity.keys,
    // AWS, as measured: a provider counts as a user of its account that has no ARN.
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalType': 'User',
    'aws:userid': providerArn,
    'aws:FederatedProvider': providerArn,
    'sts:RoleSessionName': identity.sessionName,
    ...(sourceIdentity === undefined ? {} : { 'sts:SourceIdentity': sourceIdentity }),
  }
  const shared = {
    principal: { kind: 'federated' as const, arn: providerArn },
    resource: roleArn,
    resourceAccount: accountId,
    context,
    resourcePolicy: {
      type: 'trust' as const,
      name: roleArn,
      document: role?.trustPolicy ?? nobody,
    },
  }
  const actions = [
    action,
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
    ...((identity.Tags ?? []).length === 0 ? [] : ['sts:TagSession']),
  ]
  return actions.map((one) => ({ ...shared, action: one }))
}

/** The members that the answers of both calls share. */
export function issueFederatedSession(
  sessionTokens: SessionTokens,
  { identity, policies }: { identity: FederatedIdentity; policies: SessionPolicyInput },
  call: Call,
): object {
  const { roleArn, sessionName, sourceIdentity, accountId } = identity
  const role = findRole(roleArn, call)
  if (role === undefined) throw new Error('bug: a role that is not there trusts nobody')
  requireDuration(identity, role)
  const facts: SessionFacts = {
    kind: 'assumedRole',
    ...sessionTimes(identity.durationSeconds, call),
    ...newSessionTags(identity, undefined),
    ...newSessionPolicies(policies, accountId, call),
    federation: { ...identity.lastingKeys, 'aws:FederatedProvider': identity.providerArn },
    isChained: false,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  }
  const packed = packedPolicySize(facts)
  const principal = { kind: 'role' as const, uniqueId: role.id, sessionName }
  return {
    Credentials: issueSession(sessionTokens, { accountId, principal, facts }, call),
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${sessionName}`,
      Arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${sessionName}`,
    },
    ...(packed === undefined ? {} : { PackedPolicySize: packed }),
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
  }
}

function requireDuration({ durationSeconds }: FederatedIdentity, role: Role): void {
  if (durationSeconds <= role.maxSessionDurationSeconds) return
  const limit = 'MaxSessionDuration set for this role'
  throw new ServiceError('ValidationError', `The requested DurationSeconds exceeds the ${limit}.`)
}

import type { ContextValue, RequestContext } from '../../../core/index.ts'
import type { SessionFacts } from '../../caller.ts'
import { addStated } from '../../global-context.ts'
import type { AuthorizationQuestion, Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { SessionTokens } from '../../session-token.ts'
import type { Role } from '../iam/entities.ts'
import { resourceTagContext } from '../iam/tags.ts'
import { findRole, nobody, requireRoleAccount } from './find-role.ts'
import { issueSession, sessionTimes } from './issue-session.ts'
import type { SecondFactorInput } from './second-factor.ts'
import { findSecondFactor, spendSecondFactor } from './second-factor.ts'
import type { SessionPolicyInput } from './session-policy.ts'
import { newSessionPolicies, packedPolicySize } from './session-policy.ts'
import type { TagInput } from './session-tags.ts'
import { newSessionTags, sessionTagContext } from './session-tags.ts'
import type { StsCall } from './sts-operation.ts'
import { stsOperation } from './sts-operation.ts'

interface Input extends TagInput, SessionPolicyInput, SecondFactorInput {
  readonly RoleArn: string
  readonly RoleSessionName: string
  readonly DurationSeconds?: number
  readonly ExternalId?: string
  readonly SourceIdentity?: string
  readonly ProvidedContexts?: readonly object[]
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function assumeRole(sessionTokens: SessionTokens): Operation {
  return stsOperation<Input, object>({
    name: 'AssumeRole',
    authorize: questions,
    run(input, call) {
      const role = findRole(input.RoleArn, call)
      if (role === undefined) throw denied(input, call)
      // AWS: the session does not remember the second factor; the trust policy has seen it.
      spendSecondFactor(input, call)
      const facts = newFacts(input, role, call)
      const packed = packedPolicySize(facts)
      const { accountId, id, name } = role
      const { RoleSessionName: sessionName } = input
      const principal = { kind: 'role' as const, uniqueId: id, sessionName }
      const answer = {
        Credentials: issueSession(sessionTokens, { accountId, principal, facts }, call),
        AssumedRoleUser: {
          AssumedRoleId: `${id}:${sessionName}`,
          Arn: `arn:aws:sts::${accountId}:assumed-role/${name}/${sessionName}`,
        },
      }
      const { sourceIdentity } = facts
      if (packed === undefined && sourceIdentity === undefined) return answer
      return { ...answer, PackedPolicySize: packed, SourceIdentity: sourceIdentity }
    },
  })
}

function newFacts(input: Input, role: Role, call: StsCall): SessionFacts {
  const { session } = call.caller
  const isChained = session?.kind === 'assumedRole'
  const durationSeconds = requireDuration(input, role, isChained)
  const { issuedAtMs, expiresAtMs } = sessionTimes(durationSeconds, call)
  const { tags, transitiveTagKeys } = newSessionTags(input, session)
  const { policy, policyArns } = newSessionPolicies(input, role.accountId, call)
  return {
    kind: 'assumedRole',
    issuedAtMs,
    expiresAtMs,
    tags,
    transitiveTagKeys,
    policyArns,
    isChained,
    policy,
    sourceIdentity: input.SourceIdentity ?? session?.sourceIdentity,
  }
}

/** AWS: a session that assumes a role gets an hour at most, whatever the role allows. */
function requireDuration(input: Input, role: Role, isChained: boolean): number {
  const seconds = input.DurationSeconds ?? 3600
  if (isChained && seconds > 3600) {
    const limit = '1 hour session limit for roles assumed by role chaining'
    throw new ServiceError('ValidationError', `The requested DurationSeconds exceeds the ${limit}.`)
  }
  if (seconds > role.maxSessionDurationSeconds) {
    const limit = 'MaxSessionDuration set for this role'
    throw new ServiceError('ValidationError', `The requested DurationSeconds exceeds the ${limit}.`)
  }
  return seconds
}

/**
 * Everything that both sides have to allow. A role that is not there is asked about as well, without a trust
 * policy: nobody learns from the answer which roles exist.
 */
function questions(input: Input, call: StsCall): readonly AuthorizationQuestion[] {
  requirePossible(input, call)
  const role = findRole(input.RoleArn, call)
  const resourceAccount = requireRoleAccount(input.RoleArn)
  const resourcePolicy = {
    type: 'trust' as const,
    name: input.RoleArn,
    document: role?.trustPolicy ?? nobody,
  }
  const secondFactor = findSecondFactor(input, call) === undefined ? undefined : 'proved'
  const context = contextOf(input, role, call)
  const asked: AuthorizationQuestion = {
    action: 'sts:AssumeRole',
    resource: input.RoleArn,
    resourceAccount,
    resourcePolicy,
    secondFactor,
    context,
  }
  const further: string[] = []
  if (context['aws:TagKeys'] !== undefined) further.push('sts:TagSession')
  if (context['sts:SourceIdentity'] !== undefined) further.push('sts:SetSourceIdentity')
  if (further.length === 0) return [asked]
  // AWS: the external id is no key of the two other actions.
  const { 'sts:ExternalId': _, ...furtherContext } = context
  return [asked, ...further.map((action) => ({ ...asked, action, context: furtherContext }))]
}

function requirePossible(input: Input, call: StsCall): void {
  if ((input.ProvidedContexts ?? []).length > 0) {
    const message = 'AssumeRole: contexts that a provider asserts (ProvidedContexts) are not built'
    throw new ServiceError('NotImplemented', message, { status: 501 })
  }
  if (call.caller.principal.kind === 'root') {
    const message = 'Roles may not be assumed by root accounts.'
    throw new ServiceError('AccessDenied', message, { status: 403 })
  }
  const inherited = call.caller.session?.sourceIdentity
  if (input.SourceIdentity === undefined || inherited === undefined) return
  if (input.SourceIdentity !== inherited) throw denied(input, call)
}

function denied(input: Input, call: StsCall): ServiceError {
  const user = `User: ${call.caller.principal.arn}`
  const message = `${user} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`
  return new ServiceError('AccessDenied', message, { status: 403 })
}

function contextOf(input: Input, role: Role | undefined, call: StsCall): RequestContext {
  const sourceIdentity = input.SourceIdentity ?? call.caller.session?.sourceIdentity
  const context: Record<string, ContextValue> = { 'sts:RoleSessionName': input.RoleSessionName }
  if (input.ExternalId !== undefined) context['sts:ExternalId'] = input.ExternalId
  if (sourceIdentity !== undefined) context['sts:SourceIdentity'] = sourceIdentity
  addStated(context, resourceTagContext(role?.tags))
  addStated(context, sessionTagContext(input, call.caller.session))
  return context
}

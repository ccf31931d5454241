import type { AccountId, PolicyDocument } from '../../../core/index.ts'
import { parseAccountId } from '../../../core/index.ts'
import type { SessionFacts } from '../../caller.ts'
import type { AuthorizationQuestion, Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { SessionTokens } from '../../session-token.ts'
import { findOverseenOrganization, rootFeaturesOf } from '../iam/organizations-features.ts'
import type { Organization } from '../organizations/entities.ts'
import { findMember } from '../organizations/tree.ts'
import { issueSession, sessionTimes } from './issue-session.ts'
import { featureNames, featureOfTask } from './root-task.ts'
import type { StsCall } from './sts-operation.ts'
import { stsOperation } from './sts-operation.ts'

interface Input {
  readonly TargetPrincipal: string
  readonly TaskPolicyArn: { readonly arn?: string }
  readonly DurationSeconds?: number
}

/**
 * A short session of a member account's root user that is good for one task. The organization's management account may
 * start one, or its delegated administrator for IAM.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
 */
export function assumeRoot(sessionTokens: SessionTokens): Operation {
  return stsOperation<Input, object>({
    name: 'AssumeRoot',
    authorize(input, call) {
      const target = requireTarget(input)
      const task = requireTask(input)
      if (call.caller.principal.kind === 'root') throw denied(target, call)
      return [question(target, task, call)]
    },
    run(input, call) {
      const accountId = requireTarget(input)
      const organization = findOrganizationOver(accountId, call)
      if (organization === undefined) throw denied(accountId, call)
      requireFeature(input, organization, call)
      const facts = newFacts(input, call)
      const { sourceIdentity } = facts
      const session = { accountId, principal: { kind: 'root' as const }, facts }
      return {
        Credentials: issueSession(sessionTokens, session, call),
        ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
      }
    },
  })
}

/** AWS takes an account's id or its root user's ARN. */
function requireTarget({ TargetPrincipal: target }: Input): AccountId {
  const id = /^arn:aws:iam::(\d{12}):root$/.exec(target)?.[1] ?? target
  const accountId = parseAccountId(id)
  if (accountId !== undefined) return accountId
  throw new ServiceError('ValidationError', 'Request must contain a valid target principal')
}

function requireTask({ TaskPolicyArn: { arn = '' } }: Input): string {
  if (featureOfTask(arn) !== undefined) return arn
  const message = 'Request must contain valid AWS managed task policy ARN'
  throw new ServiceError('ValidationError', message)
}

function rootArn(accountId: AccountId): string {
  return `arn:aws:iam::${accountId}:root`
}

/**
 * The caller's own policies have to allow it. What lets it into the other account is the organization: it stands for the
 * resource-based policy that a root user does not have.
 */
function question(target: AccountId, task: string, call: StsCall): AuthorizationQuestion {
  const organization = findOrganizationOver(target, call)
  const asked = {
    action: 'sts:AssumeRoot',
    resource: rootArn(target),
    resourceAccount: target,
    context: { 'sts:TaskPolicyArn': task },
  }
  if (organization === undefined) return asked
  const name = `centralized root access of ${organization.id}`
  const document = trustIn(call.caller.accountId)
  return { ...asked, resourcePolicy: { type: 'resource', name, document } }
}

function trustIn(accountId: AccountId): PolicyDocument {
  const Principal = { AWS: rootArn(accountId) }
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRoot', Resource: '*' }],
  }
}

/** The organization in whose name the caller may act as the root user of `target`, an open member account. */
function findOrganizationOver(target: AccountId, call: StsCall): Organization | undefined {
  const { store, caller } = call
  const organization = findOverseenOrganization({ store, accountId: caller.accountId })
  if (organization === undefined || organization.managementAccountId === target) return undefined
  const member = findMember(store, organization, target)
  return member === undefined || member.closedAtMs !== undefined ? undefined : organization
}

/** AWS: no refusal of this call says why. */
function denied(target: AccountId, { caller }: StsCall): ServiceError {
  const user = `User: ${caller.principal.arn}`
  const message = `${user} is not authorized to perform: sts:AssumeRoot on resource: ${rootArn(target)}`
  return new ServiceError('AccessDenied', message, { status: 403 })
}

function requireFeature(input: Input, { id }: Organization, { store }: StsCall): void {
  const feature = featureOfTask(requireTask(input))
  if (feature === undefined || rootFeaturesOf(store, id).includes(feature)) return
  const message = `${featureNames[feature]} feature is not enabled for your AWS Organization.`
  throw new ServiceError('AccessDenied', message, { status: 403 })
}

const everything: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
}

function newFacts(input: Input, call: StsCall): SessionFacts {
  const sourceIdentity = call.caller.session?.sourceIdentity
  return {
    kind: 'assumedRoot',
    ...sessionTimes(input.DurationSeconds ?? 900, call),
    tags: {},
    transitiveTagKeys: [],
    // AWS: a task policy denies all but its task and allows nothing, which for any other session is nothing at all.
    policy: everything,
    policyArns: [requireTask(input)],
    federation: { 'aws:AssumedRoot': 'true' },
    isChained: false,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  }
}

import { quotas } from '../catalog/index.ts'
import type { Grant } from './access-file.ts'
import { principalKey } from './caller-policy.ts'
import type { Compilation, DesiredCallerPolicy, DesiredRole } from './compilation.ts'
import { documentSize } from './compile-document.ts'
import type { Problem } from './problem.ts'
import { inlineQuota } from './quota-limits.ts'

/** What AWS would refuse for its size or number, told before anything is sent. */
export function quotaProblems(compilation: Compilation): readonly Problem[] {
  return [
    ...compilation.roles.flatMap((role) => [
      ...trustProblems(role),
      ...attachmentProblems(role),
      ...durationProblems(role),
    ]),
    ...compilation.callerPolicies.flatMap(managedSizeProblems),
    ...inlineTotalProblems(compilation),
  ]
}

function trustProblems(role: DesiredRole): readonly Problem[] {
  const size = documentSize(role.trustPolicy)
  if (size <= quotas.trustPolicyLength.value) return []
  return quotaError(role.grants, {
    code: 'trust-policy-too-long',
    key: 'to.role',
    message: `the trust policy of role \`${role.name}\` has ${count(size)} characters of at most ${count(quotas.trustPolicyLength.value)}`,
    remedy: `name fewer principals, move grants to a second role, or trust an account and narrow it with a pattern; AWS raises the quota up to ${count(quotas.trustPolicyLength.maximum)} on request, but not by default`,
  })
}

function attachmentProblems(role: DesiredRole): readonly Problem[] {
  const attached = role.managedPolicyArns.length
  if (attached <= quotas.managedPoliciesPerRole.value) return []
  return quotaError(role.grants, {
    code: 'too-many-managed-policies',
    key: 'allow',
    message: `role \`${role.name}\` would have ${attached} managed policies of at most ${quotas.managedPoliciesPerRole.value}`,
    remedy:
      'write some of them as statements, which go into an inline policy, or split the grant over two roles',
  })
}

function durationProblems(role: DesiredRole): readonly Problem[] {
  if (role.maxSessionDurationSeconds <= quotas.maxSessionDuration.value) return []
  return quotaError(role.grants, {
    code: 'session-too-long',
    key: 'session.maxDuration',
    message: `sessions of role \`${role.name}\` would last ${role.maxSessionDurationSeconds} seconds of at most ${quotas.maxSessionDuration.value}`,
    remedy: 'set `maxDuration` to 12h or less',
  })
}

function managedSizeProblems(policy: DesiredCallerPolicy): readonly Problem[] {
  const size = documentSize(policy.document)
  if (policy.kind === 'inline' || size <= quotas.managedPolicyLength.value) return []
  return quotaError(policy.grants, {
    code: 'caller-policy-too-long',
    key: 'from.policy',
    message: `policy \`${policy.name}\` in \`${policy.account.name}\` has ${count(size)} characters of at most ${count(quotas.managedPolicyLength.value)}: it names ${policy.roleArns.length} roles`,
    remedy:
      'set `resource: any-account`, or split the grant in two with policies of different names',
  })
}

interface Holder {
  readonly words: string
  readonly key: string
  readonly remedy: string
  readonly quota: number
  readonly size: number
  readonly grants: readonly Grant[]
}

/** IAM counts all inline policies of one principal together. What others attached to it is not known here. */
function inlineTotalProblems(compilation: Compilation): readonly Problem[] {
  const holders = new Map<string, Holder>()
  const add = (key: string, holder: Holder) => {
    const present = holders.get(key)
    const size = (present?.size ?? 0) + holder.size
    holders.set(key, { ...holder, size, grants: [...(present?.grants ?? []), ...holder.grants] })
  }
  for (const role of compilation.roles) add(role.arn, roleHolder(role))
  for (const policy of compilation.callerPolicies) {
    const [principal] = policy.principals
    if (policy.kind !== 'inline' || principal === undefined) continue
    const key = `arn:${policy.account.partition}:iam::${policy.account.id}:${principalKey(principal)}`
    add(key, {
      words: `${principal.kind} \`${principal.name}\` in \`${policy.account.name}\``,
      key: 'from.policy',
      remedy: 'set `policy: { kind: managed }` under `from`, or `resource: any-account` there',
      quota: inlineQuota(principal.kind),
      size: documentSize(policy.document),
      grants: policy.grants,
    })
  }
  return [...holders.values()].flatMap(holderProblems)
}

function roleHolder(role: DesiredRole): Holder {
  const sizes = role.inlinePolicies.map(({ document }) => documentSize(document))
  return {
    words: `role \`${role.name}\` in \`${role.account.name}\``,
    key: 'allow',
    remedy:
      'write fewer or wider `resources`, name a managed policy in place of statements, or split the grant over two roles',
    quota: inlineQuota('role'),
    size: sizes.reduce((total, size) => total + size, 0),
    grants: role.grants,
  }
}

function holderProblems(holder: Holder): readonly Problem[] {
  if (holder.size <= holder.quota) return []
  return quotaError(holder.grants, {
    code: 'inline-policies-too-long',
    key: holder.key,
    message: `the inline policies of ${holder.words} have ${count(holder.size)} characters of at most ${count(holder.quota)} together`,
    remedy: holder.remedy,
  })
}

interface QuotaFinding {
  readonly code: string
  readonly key: string
  readonly message: string
  readonly remedy: string
}

/** One error, at the last of the grants involved: the one that made it too much. */
function quotaError(grants: readonly Grant[], finding: QuotaFinding): readonly Problem[] {
  const grant = grants.at(-1)
  if (grant === undefined) return []
  const { code, key, message, remedy } = finding
  const path = `grants.${grant.name}.${key}`
  return [{ severity: 'error', code, path, position: grant.position, message, remedy }]
}

function count(number: number): string {
  return number.toLocaleString('en-US')
}

import type { GrantPrincipal } from './access-file.ts'
import type { DesiredCallerPolicy } from './compilation.ts'

/**
 * IAM's size limits in characters other than white space, and its counts, as every account has them by default.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const limits = {
  trustPolicy: 2048,
  trustPolicyRaised: 8192,
  managedPolicy: 6144,
  inlineTotal: { role: 10_240, group: 5120, user: 2048 },
  managedPoliciesPerRole: 10,
  sessionSeconds: { least: 3600, most: 43_200 },
} as const

/** What one policy on the caller's side may measure, were it alone there. */
export function callerPolicyQuota(
  policy: Pick<DesiredCallerPolicy, 'kind' | 'principals'>,
): number {
  const [holder] = policy.principals
  if (policy.kind !== 'inline' || holder === undefined) return limits.managedPolicy
  return inlineQuota(holder.kind)
}

export function inlineQuota(kind: GrantPrincipal['kind']): number {
  return kind === 'permission-set' ? limits.inlineTotal.role : limits.inlineTotal[kind]
}

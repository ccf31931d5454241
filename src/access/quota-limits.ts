import { quotas } from '../catalog/index.ts'
import type { GrantPrincipal } from './access-file.ts'
import type { DesiredCallerPolicy } from './compilation.ts'

/** The characters that one policy on the caller's side may have, were it alone there. */
export function callerPolicyQuota(
  policy: Pick<DesiredCallerPolicy, 'kind' | 'principals'>,
): number {
  const [holder] = policy.principals
  if (policy.kind !== 'inline' || holder === undefined) return quotas.managedPolicyLength.value
  return inlineQuota(holder.kind)
}

/** The characters that all inline policies of one principal may have together. */
export function inlineQuota(kind: GrantPrincipal['kind']): number {
  switch (kind) {
    case 'user':
      return quotas.userInlinePoliciesLength.value
    case 'group':
      return quotas.groupInlinePoliciesLength.value
    default:
      return quotas.roleInlinePoliciesLength.value
  }
}

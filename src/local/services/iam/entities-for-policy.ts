import type { Operation } from '../../operation.ts'
import { findPolicyUse } from './attachment-count.ts'
import type { PolicyHolder } from './entities.ts'
import { iamOperation } from './iam-operation.ts'
import { isAwsPolicyArn, requireAttachable, requireCustomerPolicy } from './managed-policy.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { policyAsked } from './policy-operations.ts'
import { nameKey } from './tables.ts'

interface Input extends PageInput {
  readonly PolicyArn: string
  readonly EntityFilter?: string
  readonly PathPrefix?: string
  readonly PolicyUsageFilter?: 'PermissionsPolicy' | 'PermissionsBoundary'
}

interface Row {
  readonly kind: 'User' | 'Group' | 'Role'
  readonly holder: PolicyHolder
}

export const listEntitiesForPolicy: Operation = iamOperation<Input, object>({
  name: 'ListEntitiesForPolicy',
  ...policyAsked,
  run(input, call) {
    if (isAwsPolicyArn(input.PolicyArn)) requireAttachable(input.PolicyArn, call)
    else requireCustomerPolicy(input.PolicyArn, call)
    const usage = input.PolicyUsageFilter ?? 'PermissionsPolicy'
    const use = findPolicyUse(input.PolicyArn, usage, call)
    const rows: readonly Row[] = [
      ...use.groups.map((holder) => ({ kind: 'Group' as const, holder })),
      ...use.roles.map((holder) => ({ kind: 'Role' as const, holder })),
      ...use.users.map((holder) => ({ kind: 'User' as const, holder })),
    ]
    const listed = rows.filter(
      ({ kind, holder }) =>
        (input.EntityFilter === undefined || input.EntityFilter === kind) &&
        holder.path.startsWith(input.PathPrefix ?? '/'),
    )
    const page = paginate(listed, input, ({ kind, holder }) => kind + nameKey(holder.name))
    const of = (kind: Row['kind']) => page.items.filter((row) => row.kind === kind)
    return {
      PolicyGroups: of('Group').map(({ holder: { name, id } }) => ({
        GroupName: name,
        GroupId: id,
      })),
      PolicyUsers: of('User').map(({ holder: { name, id } }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of('Role').map(({ holder: { name, id } }) => ({ RoleName: name, RoleId: id })),
      ...page.more,
    }
  },
})

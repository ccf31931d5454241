import { findManagedPolicy as findAwsPolicy } from '../../../catalog/index.ts'
import type { Operation } from '../../operation.ts'
import { encodeUri } from '../../signature/uri-encoding.ts'
import type { AttachmentCounts } from './attachment-count.ts'
import { countAttachments } from './attachment-count.ts'
import { renderAttachedPolicies } from './attachments.ts'
import { renderBoundary } from './boundaries.ts'
import { renderDocument } from './document.ts'
import type { Group, InstanceProfile, ManagedPolicy, PolicyHolder, Role, User } from './entities.ts'
import { renderGroup } from './group-operations.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { renderInstanceProfile } from './instance-profile-operations.ts'
import { isAwsPolicyArn } from './managed-policy.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { renderAwsPolicy, renderPolicy } from './policy-operations.ts'
import { renderVersion } from './policy-version-operations.ts'
import { renderRole, renderRoleLastUsed } from './role.ts'
import { groupsOf, instanceProfilesOf, managedPoliciesOf, rolesOf, usersOf } from './tables.ts'
import { renderTags } from './tags.ts'
import { renderUser } from './user.ts'

type Filter = 'User' | 'Group' | 'Role' | 'LocalManagedPolicy' | 'AWSManagedPolicy'

interface Input extends PageInput {
  readonly Filter?: readonly Filter[]
}

interface Row {
  readonly filter: Filter
  readonly key: string
  readonly render: () => object
}

/** One account's whole IAM, page by page; AWS's own policies only where they are used. */
export const getAccountAuthorizationDetails: Operation = iamOperation<Input, object>({
  name: 'GetAccountAuthorizationDetails',
  run(input, call) {
    const wanted = new Set(input.Filter ?? [])
    const rows = allRows(call).filter((row) => wanted.size === 0 || wanted.has(row.filter))
    const page = paginate(rows, input, (row) => row.key)
    const of = (...filters: readonly Filter[]): readonly object[] =>
      page.items.filter((row) => filters.includes(row.filter)).map((row) => row.render())
    return {
      UserDetailList: of('User'),
      GroupDetailList: of('Group'),
      RoleDetailList: of('Role'),
      Policies: of('LocalManagedPolicy', 'AWSManagedPolicy'),
      ...page.more,
    }
  },
})

/** In ascending order of keys: the digit in front keeps the kinds together. */
function allRows(call: IamCall): readonly Row[] {
  const { store, accountId } = call
  const counts = countAttachments(call)
  const users = rowsOf('User', usersOf(store, accountId).entries(), (user) =>
    renderUserDetail(user),
  )
  const groups = rowsOf('Group', groupsOf(store, accountId).entries(), renderGroupDetail)
  const profiles = [...instanceProfilesOf(store, accountId).entries()].map(([, one]) => one)
  const roles = rowsOf('Role', rolesOf(store, accountId).entries(), (role) =>
    renderRoleDetail(role, profiles, call),
  )
  const policies = rowsOf(
    'LocalManagedPolicy',
    managedPoliciesOf(store, accountId).entries(),
    (one) => renderPolicyDetail(one, counts),
  )
  return [...users, ...groups, ...roles, ...policies, ...awsPolicyRows(counts)]
}

const order: readonly Filter[] = ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy']

function rowsOf<T>(
  filter: Filter,
  entries: Iterable<readonly [string, T]>,
  render: (entity: T) => object,
): readonly Row[] {
  return [...entries].map(([key, entity]) => ({
    filter,
    key: `${order.indexOf(filter)}${key}`,
    render: () => render(entity),
  }))
}

function renderUserDetail(user: User): object {
  return {
    ...renderUser(user),
    UserPolicyList: renderInlinePolicies(user),
    GroupList: user.groupNames,
    AttachedManagedPolicies: renderAttachedPolicies(user.attachedPolicyArns),
    ...renderBoundary(user.boundaryArn),
    Tags: renderTags(user.tags),
  }
}

function renderInlinePolicies(holder: PolicyHolder): readonly object[] {
  return Object.entries(holder.inlinePolicies).map(([name, stored]) => ({
    PolicyName: name,
    PolicyDocument: renderDocument(stored),
  }))
}

function renderGroupDetail(group: Group): object {
  return {
    ...renderGroup(group),
    GroupPolicyList: renderInlinePolicies(group),
    AttachedManagedPolicies: renderAttachedPolicies(group.attachedPolicyArns),
  }
}

function renderRoleDetail(role: Role, profiles: readonly InstanceProfile[], call: IamCall): object {
  const own = profiles.filter((profile) => profile.roleName === role.name)
  return {
    ...renderRole(role, call),
    InstanceProfileList: own.map((profile) => renderInstanceProfile(profile, call)),
    RolePolicyList: renderInlinePolicies(role),
    AttachedManagedPolicies: renderAttachedPolicies(role.attachedPolicyArns),
    ...renderBoundary(role.boundaryArn),
    Tags: renderTags(role.tags),
    RoleLastUsed: renderRoleLastUsed(role, call),
  }
}

function renderPolicyDetail(policy: ManagedPolicy, counts: AttachmentCounts): object {
  const versions = policy.versions.toReversed().map((version) => ({
    Document: renderDocument(version),
    ...renderVersion(policy, version),
  }))
  return { ...renderPolicy(policy, counts.of(policy.arn)), PolicyVersionList: versions }
}

function awsPolicyRows(counts: AttachmentCounts): readonly Row[] {
  const used = counts.arns
    .filter(isAwsPolicyArn)
    .toSorted()
    .flatMap((arn) => findAwsPolicy(arn) ?? [])
  return used.map((policy) => ({
    filter: 'AWSManagedPolicy',
    key: `${order.indexOf('AWSManagedPolicy')}${policy.arn}`,
    render: () => ({
      ...renderAwsPolicy(policy, counts.of(policy.arn)),
      PolicyVersionList: [
        {
          Document: encodeUri(JSON.stringify(policy.document)),
          VersionId: policy.versionId,
          IsDefaultVersion: true,
          CreateDate: new Date(policy.updatedAt),
        },
      ],
    }),
  }))
}

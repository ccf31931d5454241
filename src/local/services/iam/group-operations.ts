import type { Operation } from '../../operation.ts'
import type { Group, User } from './entities.ts'
import {
  findHolder,
  groupKind,
  holderArn,
  holderContext,
  requireHolder,
  saveHolder,
  userKind,
} from './holder.ts'
import { deleteConflict, limitExceeded } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { listArn, newArn, pathOf, requireFreeName, underPath } from './names.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { iamQuotas } from './quotas.ts'
import { groupsOf, nameKey, usersOf } from './tables.ts'
import { newUniqueId } from './unique-id.ts'
import { renderUser } from './user.ts'

interface NameInput {
  readonly GroupName: string
}

const resource = (input: NameInput, call: IamCall): string =>
  holderArn(groupKind, input.GroupName, call)

const createGroup = iamOperation<NameInput & { readonly Path?: string }, object>({
  name: 'CreateGroup',
  resource: (input, call) =>
    newArn(call, { word: 'group', path: pathOf(input), name: input.GroupName }),
  run(input, call) {
    const quota = { limit: iamQuotas.groups, name: 'GroupsPerAccount' }
    requireFreeName(groupKind, { name: input.GroupName, quota }, call)
    const path = pathOf(input)
    const group: Group = {
      id: newUniqueId('group', call.randomBytes),
      name: input.GroupName,
      path,
      arn: newArn(call, { word: 'group', path, name: input.GroupName }),
      accountId: call.accountId,
      createdAtMs: call.nowMs,
      tags: {},
      inlinePolicies: {},
      attachedPolicyArns: [],
    }
    saveHolder(groupKind, group, call)
    return { Group: renderGroup(group) }
  },
})

export function renderGroup(group: Group): object {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: group.arn,
    CreateDate: new Date(group.createdAtMs),
  }
}

/** The users in a group, by name. */
export function membersOf(group: Group, call: IamCall): readonly User[] {
  const users = [...usersOf(call.store, call.accountId).entries()].map(([, user]) => user)
  return users.filter((user) => user.groupNames.includes(group.name))
}

const getGroup = iamOperation<NameInput & PageInput, object>({
  name: 'GetGroup',
  resource,
  run(input, call) {
    const group = requireHolder(groupKind, input.GroupName, call)
    const page = paginate(membersOf(group, call), input, (user) => nameKey(user.name))
    return { Group: renderGroup(group), Users: page.items.map(renderUser), ...page.more }
  },
})

const listGroups = iamOperation<PageInput & { readonly PathPrefix?: string }, object>({
  name: 'ListGroups',
  resource: (input, call) => listArn(call, { word: 'group', pathPrefix: input.PathPrefix }),
  run(input, call) {
    const groups = underPath(groupsOf(call.store, call.accountId).entries(), input.PathPrefix)
    const page = paginate(groups, input, (group) => nameKey(group.name))
    return { Groups: page.items.map(renderGroup), ...page.more }
  },
})

interface UpdateInput extends NameInput {
  readonly NewPath?: string
  readonly NewGroupName?: string
}

const updateGroup = iamOperation<UpdateInput, object>({
  name: 'UpdateGroup',
  resource,
  run(input, call) {
    const group = requireHolder(groupKind, input.GroupName, call)
    const name = input.NewGroupName ?? group.name
    const path = input.NewPath ?? group.path
    if (nameKey(name) !== nameKey(group.name)) {
      const quota = { limit: Number.POSITIVE_INFINITY, name: 'GroupsPerAccount' }
      requireFreeName(groupKind, { name, quota }, call)
    }
    const members = membersOf(group, call)
    groupsOf(call.store, call.accountId).delete(nameKey(group.name))
    const arn = newArn(call, { word: 'group', path, name })
    saveHolder(groupKind, { ...group, name, path, arn }, call)
    for (const user of members) {
      const groupNames = user.groupNames.map((one) => (one === group.name ? name : one))
      saveHolder(userKind, { ...user, groupNames }, call)
    }
    return {}
  },
})

const deleteGroup = iamOperation<NameInput, object>({
  name: 'DeleteGroup',
  resource,
  run(input, call) {
    const group = requireHolder(groupKind, input.GroupName, call)
    const conflict = [
      { holds: membersOf(group, call).length > 0, must: 'remove users from group' },
      { holds: group.attachedPolicyArns.length > 0, must: 'detach all policies' },
      { holds: Object.keys(group.inlinePolicies).length > 0, must: 'delete policies' },
    ].find((one) => one.holds)
    if (conflict) throw deleteConflict(`Cannot delete entity, must ${conflict.must} first.`)
    groupsOf(call.store, call.accountId).delete(nameKey(group.name))
    return {}
  },
})

interface MembershipInput extends NameInput {
  readonly UserName: string
}

const addUserToGroup = iamOperation<MembershipInput, object>({
  name: 'AddUserToGroup',
  resource,
  run(input, call) {
    const group = requireHolder(groupKind, input.GroupName, call)
    const user = requireHolder(userKind, input.UserName, call)
    if (user.groupNames.includes(group.name)) return {}
    if (user.groupNames.length >= iamQuotas.groupsPerUser) {
      throw limitExceeded(`Cannot exceed quota for GroupsPerUser: ${iamQuotas.groupsPerUser}`)
    }
    saveHolder(userKind, { ...user, groupNames: [...user.groupNames, group.name] }, call)
    return {}
  },
})

const removeUserFromGroup = iamOperation<MembershipInput, object>({
  name: 'RemoveUserFromGroup',
  resource,
  run(input, call) {
    const group = requireHolder(groupKind, input.GroupName, call)
    const user = requireHolder(userKind, input.UserName, call)
    const groupNames = user.groupNames.filter((name) => name !== group.name)
    saveHolder(userKind, { ...user, groupNames }, call)
    return {}
  },
})

const listGroupsForUser = iamOperation<PageInput & { readonly UserName: string }, object>({
  name: 'ListGroupsForUser',
  resource: (input, call) => holderArn(userKind, input.UserName, call),
  context: (input, call) => holderContext(findHolder(userKind, input.UserName, call)),
  run(input, call) {
    const user = requireHolder(userKind, input.UserName, call)
    const keys = user.groupNames.map(nameKey).toSorted()
    const groups = keys.flatMap((key) => groupsOf(call.store, call.accountId).get(key) ?? [])
    const page = paginate(groups, input, (group) => nameKey(group.name))
    return { Groups: page.items.map(renderGroup), ...page.more }
  },
})

export const groupOperations: readonly Operation[] = [
  createGroup,
  getGroup,
  listGroups,
  updateGroup,
  deleteGroup,
  addUserToGroup,
  removeUserFromGroup,
  listGroupsForUser,
]

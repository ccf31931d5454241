import type { Operation } from '../../operation.ts'
import { requireBoundary } from './boundaries.ts'
import type { User } from './entities.ts'
import {
  findHolder,
  holderArn,
  holderContext,
  requireHolder,
  saveHolder,
  userKind,
} from './holder.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { listArn, newArn, pathOf, requireFreeName, underPath } from './names.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { iamQuotas } from './quotas.ts'
import { servicesUsedOf } from './service-last-used.ts'
import {
  accessKeysOf,
  accountsOf,
  keyIdsOf,
  nameKey,
  principalPlacesOf,
  usersOf,
} from './tables.ts'
import type { Tag } from './tags.ts'
import { mergeTags, readTags, requestTagContext } from './tags.ts'
import { newUniqueId } from './unique-id.ts'
import type { OptionalUserInput } from './user.ts'
import { findNamedUser, namedUserArn, renderUser, renderUserInFull } from './user.ts'
import { requireNothingHeld } from './user-conflicts.ts'

interface CreateInput {
  readonly UserName: string
  readonly Path?: string
  readonly PermissionsBoundary?: string
  readonly Tags?: readonly Tag[]
}

const createUser = iamOperation<CreateInput, object>({
  name: 'CreateUser',
  resource: (input, call) =>
    newArn(call, { word: 'user', path: pathOf(input), name: input.UserName }),
  context: (input) => ({
    ...requestTagContext(input.Tags),
    ...(input.PermissionsBoundary === undefined
      ? {}
      : { 'iam:PermissionsBoundary': input.PermissionsBoundary }),
  }),
  alsoAsk: (input) => ((input.Tags ?? []).length === 0 ? [] : [{ action: 'iam:TagUser' }]),
  run(input, call) {
    const quota = { limit: iamQuotas.users, name: 'UsersPerAccount' }
    requireFreeName(userKind, { name: input.UserName, quota }, call)
    if (input.PermissionsBoundary !== undefined) requireBoundary(input.PermissionsBoundary, call)
    const user = newUser(input, call)
    saveHolder(userKind, user, call)
    savePlace(user, call)
    return { User: renderUserInFull(user) }
  },
})

function newUser(input: CreateInput, call: IamCall): User {
  const path = pathOf(input)
  const boundaryArn = input.PermissionsBoundary
  return {
    id: newUniqueId('user', call.randomBytes),
    name: input.UserName,
    path,
    arn: newArn(call, { word: 'user', path, name: input.UserName }),
    accountId: call.accountId,
    createdAtMs: call.nowMs,
    tags: mergeTags({}, readTags(input.Tags)),
    inlinePolicies: {},
    attachedPolicyArns: [],
    groupNames: [],
    ...(boundaryArn === undefined ? {} : { boundaryArn }),
  }
}

function savePlace(user: User, call: IamCall): void {
  const { accountId, name, arn } = user
  principalPlacesOf(call.store).set(user.id, { kind: 'user', accountId, name, arn })
}

const getUser = iamOperation<OptionalUserInput, object>({
  name: 'GetUser',
  resource: namedUserArn,
  context: (input, call) => holderContext(findHolder(userKind, input.UserName ?? '', call)),
  run(input, call) {
    const user = findNamedUser(input, call)
    return { User: user === undefined ? renderRoot(call) : renderUserInFull(user) }
  },
})

function renderRoot(call: IamCall): object {
  return {
    UserId: call.accountId,
    Arn: `arn:aws:iam::${call.accountId}:root`,
    CreateDate: new Date(accountsOf(call.store).get(call.accountId)?.createdAtMs ?? 0),
  }
}

interface ListInput extends PageInput {
  readonly PathPrefix?: string
}

const listUsers = iamOperation<ListInput, object>({
  name: 'ListUsers',
  resource: (input, call) => listArn(call, { word: 'user', pathPrefix: input.PathPrefix }),
  run(input, call) {
    const users = underPath(usersOf(call.store, call.accountId).entries(), input.PathPrefix)
    const page = paginate(users, input, (user) => nameKey(user.name))
    return { Users: page.items.map(renderUser), ...page.more }
  },
})

interface UpdateInput {
  readonly UserName: string
  readonly NewPath?: string
  readonly NewUserName?: string
}

const updateUser = iamOperation<UpdateInput, object>({
  name: 'UpdateUser',
  resource: (input, call) => holderArn(userKind, input.UserName, call),
  context: (input, call) => holderContext(findHolder(userKind, input.UserName, call)),
  run(input, call) {
    const user = requireHolder(userKind, input.UserName, call)
    const name = input.NewUserName ?? user.name
    const path = input.NewPath ?? user.path
    if (nameKey(name) !== nameKey(user.name)) {
      const quota = { limit: Number.POSITIVE_INFINITY, name: 'UsersPerAccount' }
      requireFreeName(userKind, { name, quota }, call)
    }
    usersOf(call.store, call.accountId).delete(nameKey(user.name))
    const renamed = { ...user, name, path, arn: newArn(call, { word: 'user', path, name }) }
    saveHolder(userKind, renamed, call)
    savePlace(renamed, call)
    moveAccessKeys(renamed, call)
    return {}
  },
})

function moveAccessKeys(user: User, call: IamCall): void {
  const keys = accessKeysOf(call.store)
  for (const id of keyIdsOf(call.store).get(user.id) ?? []) {
    const key = keys.get(id)
    if (key !== undefined) keys.set(id, { ...key, userName: user.name })
  }
}

interface NameInput {
  readonly UserName: string
}

const deleteUser = iamOperation<NameInput, object>({
  name: 'DeleteUser',
  resource: (input, call) => holderArn(userKind, input.UserName, call),
  context: (input, call) => holderContext(findHolder(userKind, input.UserName, call)),
  run(input, call) {
    const user = requireHolder(userKind, input.UserName, call)
    requireNothingHeld(user, call)
    usersOf(call.store, call.accountId).delete(nameKey(user.name))
    principalPlacesOf(call.store).delete(user.id)
    servicesUsedOf(call.store).delete(user.id)
    return {}
  },
})

export const userOperations: readonly Operation[] = [
  createUser,
  getUser,
  listUsers,
  updateUser,
  deleteUser,
]

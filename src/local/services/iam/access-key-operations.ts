import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { AccessKey, User } from './entities.ts'
import { limitExceeded, noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { iamQuotas } from './quotas.ts'
import { accessKeysOf, keyIdsOf, lastUsedOf } from './tables.ts'
import { newAccessKeyId, newSecretAccessKey } from './unique-id.ts'
import type { OptionalUserInput } from './user.ts'
import { findNamedUser, namedUserArn, namedUserContext } from './user.ts'

interface KeyInput extends OptionalUserInput {
  readonly AccessKeyId: string
}

const userAsked = { resource: namedUserArn, context: namedUserContext }

const createAccessKey = iamOperation<OptionalUserInput, object>({
  name: 'CreateAccessKey',
  ...userAsked,
  run(input, call) {
    const user = findNamedUser(input, call)
    if (keysOfUser(user, call).length >= iamQuotas.accessKeysPerUser) {
      const limit = iamQuotas.accessKeysPerUser
      throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${limit}`)
    }
    const key: AccessKey = {
      accessKeyId: newAccessKeyId('AKIA', call.accountId, call.randomBytes),
      secretAccessKey: newSecretAccessKey(call.randomBytes),
      accountId: call.accountId,
      isActive: true,
      createdAtMs: call.nowMs,
      ...(user === undefined ? {} : { userName: user.name }),
    }
    accessKeysOf(call.store).set(key.accessKeyId, key)
    if (user !== undefined) saveKeyIds(user, [...keyIds(user, call), key.accessKeyId], call)
    return { AccessKey: { ...renderKey(key), SecretAccessKey: key.secretAccessKey } }
  },
})

function keyIds(user: User, call: IamCall): readonly string[] {
  return keyIdsOf(call.store).get(user.id) ?? []
}

function saveKeyIds(user: User, ids: readonly string[], call: IamCall): void {
  if (ids.length === 0) keyIdsOf(call.store).delete(user.id)
  else keyIdsOf(call.store).set(user.id, ids)
}

/** The keys of a user, or of the root user when there is none. */
export function keysOfUser(user: User | undefined, call: IamCall): readonly AccessKey[] {
  const keys = accessKeysOf(call.store)
  if (user !== undefined) {
    return keyIds(user, call).flatMap((id) => keys.get(id) ?? [])
  }
  const all = [...keys.entries()].map(([, key]) => key)
  return all.filter((key) => key.accountId === call.accountId && key.userName === undefined)
}

function renderKey(key: AccessKey): object {
  return {
    ...(key.userName === undefined ? {} : { UserName: key.userName }),
    AccessKeyId: key.accessKeyId,
    Status: key.isActive ? 'Active' : 'Inactive',
    CreateDate: new Date(key.createdAtMs),
  }
}

const listAccessKeys = iamOperation<OptionalUserInput & PageInput, object>({
  name: 'ListAccessKeys',
  ...userAsked,
  run(input, call) {
    const user = findNamedUser(input, call)
    const keys = keysOfUser(user, call).toSorted((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1))
    const page = paginate(keys, input, (key) => key.accessKeyId)
    return {
      ...(user === undefined ? {} : { UserName: user.name }),
      AccessKeyMetadata: page.items.map(renderKey),
      ...page.more,
    }
  },
})

const updateAccessKey = iamOperation<KeyInput & { readonly Status: string }, object>({
  name: 'UpdateAccessKey',
  ...userAsked,
  run(input, call) {
    const key = requireKey(input, call)
    const changed = { ...key, isActive: input.Status === 'Active' }
    accessKeysOf(call.store).set(key.accessKeyId, changed)
    return {}
  },
})

function requireKey(input: KeyInput, call: IamCall): AccessKey {
  const user = findNamedUser(input, call)
  const key = keysOfUser(user, call).find((one) => one.accessKeyId === input.AccessKeyId)
  if (key !== undefined) return key
  throw noSuchEntity(`The Access Key with id ${input.AccessKeyId} cannot be found.`)
}

const deleteAccessKey = iamOperation<KeyInput, object>({
  name: 'DeleteAccessKey',
  ...userAsked,
  run(input, call) {
    const user = findNamedUser(input, call)
    const { accessKeyId } = requireKey(input, call)
    accessKeysOf(call.store).delete(accessKeyId)
    lastUsedOf(call.store).delete(accessKeyId)
    if (user !== undefined) {
      const left = keyIds(user, call).filter((id) => id !== accessKeyId)
      saveKeyIds(user, left, call)
    }
    return {}
  },
})

const getAccessKeyLastUsed = iamOperation<{ readonly AccessKeyId: string }, object>({
  name: 'GetAccessKeyLastUsed',
  resource(input, call) {
    const key = ownKey(input, call)
    if (key === undefined) return '*'
    const { userName: UserName } = key
    return UserName === undefined ? rootArn(call) : namedUserArn({ UserName }, call)
  },
  context(input, call) {
    const UserName = ownKey(input, call)?.userName
    return UserName === undefined ? {} : namedUserContext({ UserName }, call)
  },
  run(input, call) {
    const key = accessKeysOf(call.store).get(input.AccessKeyId)
    if (key?.accountId !== call.accountId) {
      const message = `User is not authorized to perform: iam:GetAccessKeyLastUsed`
      throw new ServiceError('AccessDenied', message, { status: 403 })
    }
    const used = lastUsedOf(call.store).get(input.AccessKeyId)
    const lastUsed =
      used === undefined
        ? { ServiceName: 'N/A', Region: 'N/A' }
        : { LastUsedDate: new Date(used.atMs), ServiceName: used.service, Region: used.region }
    return {
      ...(key.userName === undefined ? {} : { UserName: key.userName }),
      AccessKeyLastUsed: lastUsed,
    }
  },
})

/** The key, where it is of the call's account. */
function ownKey(
  { AccessKeyId: id }: { readonly AccessKeyId: string },
  call: IamCall,
): AccessKey | undefined {
  const key = accessKeysOf(call.store).get(id)
  return key?.accountId === call.accountId ? key : undefined
}

function rootArn({ accountId }: IamCall): string {
  return `arn:aws:iam::${accountId}:root`
}

export const accessKeyOperations: readonly Operation[] = [
  createAccessKey,
  listAccessKeys,
  updateAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
]

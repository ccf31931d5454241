import type { AccountId, RequestContext } from '../../../core/index.ts'
import type { Store, Table } from '../../store/store.ts'
import type { Group, PolicyHolder, Role, User } from './entities.ts'
import { noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamQuotas } from './quotas.ts'
import { groupsOf, nameKey, rolesOf, usersOf } from './tables.ts'
import { resourceTagContext } from './tags.ts'

/** One of the three kinds of principals and groups that policies hang on: many operations exist once for each. */
export interface HolderKind<T extends PolicyHolder> {
  readonly noun: 'User' | 'Group' | 'Role'
  /** In messages and ARNs. */
  readonly word: 'user' | 'group' | 'role'
  readonly table: (store: Store, accountId: AccountId) => Table<T>
  readonly quotas: {
    readonly inlineSize: number
    readonly attached: number
  }
}

export const userKind: HolderKind<User> = {
  noun: 'User',
  word: 'user',
  table: usersOf,
  quotas: { inlineSize: iamQuotas.userPolicySize, attached: iamQuotas.attachedPoliciesPerUser },
}

export const groupKind: HolderKind<Group> = {
  noun: 'Group',
  word: 'group',
  table: groupsOf,
  quotas: { inlineSize: iamQuotas.groupPolicySize, attached: iamQuotas.attachedPoliciesPerGroup },
}

export const roleKind: HolderKind<Role> = {
  noun: 'Role',
  word: 'role',
  table: rolesOf,
  quotas: { inlineSize: iamQuotas.rolePolicySize, attached: iamQuotas.attachedPoliciesPerRole },
}

/** The member of a call's input that names the holder: `UserName`, `GroupName` or `RoleName`. */
export type HolderInput = Readonly<Record<string, unknown>>

export function holderName<T extends PolicyHolder>(
  kind: HolderKind<T>,
  input: HolderInput,
): string {
  return String(input[`${kind.noun}Name`] ?? '')
}

export function findHolder<T extends PolicyHolder>(
  kind: HolderKind<T>,
  name: string,
  call: IamCall,
): T | undefined {
  return kind.table(call.store, call.accountId).get(nameKey(name))
}

export function requireHolder<T extends PolicyHolder>(
  kind: HolderKind<T>,
  name: string,
  call: IamCall,
): T {
  const holder = findHolder(kind, name, call)
  if (holder !== undefined) return holder
  throw noSuchEntity(`The ${kind.word} with name ${name} cannot be found.`)
}

export function saveHolder<T extends PolicyHolder>(
  kind: HolderKind<T>,
  holder: T,
  call: IamCall,
): void {
  kind.table(call.store, call.accountId).set(nameKey(holder.name), holder)
}

/** The ARN to authorize on, also for a name that is not there. */
export function holderArn<T extends PolicyHolder>(
  kind: HolderKind<T>,
  name: string,
  call: IamCall,
): string {
  const holder = findHolder(kind, name, call)
  return holder?.arn ?? `arn:aws:iam::${call.accountId}:${kind.word}/${name}`
}

/** The holder's tags and boundary as condition keys. */
export function holderContext(holder: PolicyHolder | undefined): RequestContext {
  const boundary = holder?.boundaryArn
  return {
    ...resourceTagContext(holder?.tags),
    ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }),
  }
}

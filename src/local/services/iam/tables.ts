import type { AccountId } from '../../../core/index.ts'
import type { Store, Table } from '../../store/store.ts'
import type {
  AccessKey,
  Account,
  Group,
  InstanceProfile,
  LastUsed,
  ManagedPolicy,
  Role,
  User,
} from './entities.ts'

/** Names are unique in an account without regard to case, so the lower-case name is the key. */
export function nameKey(name: string): string {
  return name.toLowerCase()
}

export const accountsOf = (store: Store): Table<Account> => store.table('iam.accounts', '')

export const usersOf = (store: Store, accountId: AccountId): Table<User> =>
  store.table('iam.users', accountId)

export const groupsOf = (store: Store, accountId: AccountId): Table<Group> =>
  store.table('iam.groups', accountId)

export const rolesOf = (store: Store, accountId: AccountId): Table<Role> =>
  store.table('iam.roles', accountId)

export const managedPoliciesOf = (store: Store, accountId: AccountId): Table<ManagedPolicy> =>
  store.table('iam.policies', accountId)

export const instanceProfilesOf = (store: Store, accountId: AccountId): Table<InstanceProfile> =>
  store.table('iam.instance-profiles', accountId)

/** All accounts' keys by access key id. */
export const accessKeysOf = (store: Store): Table<AccessKey> => store.table('iam.access-keys', '')

/** The access key ids of one user, by user id. */
export const keyIdsOf = (store: Store): Table<readonly string[]> =>
  store.table('iam.user-access-keys', '')

/** By access key id, or by a role's unique id. */
export const lastUsedOf = (store: Store): Table<LastUsed> => store.table('iam.last-used', '')

/** Where a user or role with this unique id is; the entry goes when the principal is deleted. */
export interface PrincipalPlace {
  readonly kind: 'user' | 'role'
  readonly accountId: AccountId
  readonly name: string
  readonly arn: string
}

export const principalPlacesOf = (store: Store): Table<PrincipalPlace> =>
  store.table('iam.principals', '')

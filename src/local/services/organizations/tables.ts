import type { AccountId } from '../../../core/index.ts'
import type { Store, Table } from '../../store/store.ts'
import type {
  CreateAccountStatus,
  Delegation,
  Handshake,
  Organization,
  Tags,
  TreeRows,
} from './entities.ts'

/** A table that only this file writes to. */
export type ReadTable<V> = Pick<Table<V>, 'size' | 'get' | 'entries'>

const writableOrganizations = (store: Store): Table<Organization> =>
  store.table('organizations.organizations', '')

export const organizationsOf = (store: Store): ReadTable<Organization> =>
  writableOrganizations(store)

/** The organization's id by account id, for every account that is in one. */
export const membershipsOf = (store: Store): Table<string> =>
  store.table('organizations.memberships', '')

/** The organization that an account is in, or undefined. */
export function findOrganization(store: Store, accountId: AccountId): Organization | undefined {
  const id = membershipsOf(store).get(accountId)
  return id === undefined ? undefined : organizationsOf(store).get(id)
}

export function treeOf<K extends keyof TreeRows>(
  store: Store,
  organizationId: string,
  kind: K,
): ReadTable<TreeRows[K]> {
  return store.table(`organizations.${kind}`, organizationId)
}

interface TreeKey<K extends keyof TreeRows> {
  readonly organizationId: string
  readonly kind: K
  readonly key: string
}

/**
 * INVARIANT: every change of a tree replaces its organization too. What was worked out from the tree is
 * remembered by that value, so nothing old outlives a change, or a change that was undone.
 */
export function writeTree<K extends keyof TreeRows>(
  store: Store,
  at: TreeKey<K> & { readonly value: TreeRows[K] },
): void {
  store.table<TreeRows[K]>(`organizations.${at.kind}`, at.organizationId).set(at.key, at.value)
  renew(store, at.organizationId)
}

export function deleteFromTree<K extends keyof TreeRows>(store: Store, at: TreeKey<K>): void {
  store.table<TreeRows[K]>(`organizations.${at.kind}`, at.organizationId).delete(at.key)
  renew(store, at.organizationId)
}

function renew(store: Store, organizationId: string): void {
  const organization = organizationsOf(store).get(organizationId)
  if (organization !== undefined) saveOrganization(store, organization)
}

export function saveOrganization(store: Store, organization: Organization): void {
  writableOrganizations(store).set(organization.id, { ...organization })
}

export function deleteOrganizationRow(store: Store, organizationId: string): void {
  writableOrganizations(store).delete(organizationId)
}

/** By the id of the root, unit, account or policy. */
export const tagsOf = (store: Store, organizationId: string): Table<Tags> =>
  store.table('organizations.tags', organizationId)

export const createStatusesOf = (
  store: Store,
  organizationId: string,
): Table<CreateAccountStatus> => store.table('organizations.create-statuses', organizationId)

export const handshakesOf = (store: Store): Table<Handshake> =>
  store.table('organizations.handshakes', '')

/** When a service was let into the organization, in milliseconds, by its principal. */
export const trustedServicesOf = (store: Store, organizationId: string): Table<number> =>
  store.table('organizations.trusted-services', organizationId)

/** By account id. */
export const delegationsOf = (store: Store, organizationId: string): Table<Delegation> =>
  store.table('organizations.delegations', organizationId)

import type { Store } from '../../store/store.ts'
import type { Organization } from './entities.ts'
import { fullAccessPolicies } from './policies.ts'
import { deleteFromTree, tagsOf, treeOf, writeTree } from './tables.ts'

/** What every root, unit and account has attached from the start, of each type that is enabled. */
export function attachFullAccess(store: Store, organization: Organization, targetId: string): void {
  const ids = organization.enabledPolicyTypes.map((type) => fullAccessPolicies[type].id)
  if (ids.length > 0) setAttachments(store, organization, { targetId, ids })
}

export function setAttachments(
  store: Store,
  organization: Organization,
  { targetId, ids }: { readonly targetId: string; readonly ids: readonly string[] },
): void {
  const at = { organizationId: organization.id, kind: 'attachments' as const, key: targetId }
  writeTree(store, { ...at, value: ids })
}

/** Takes away what hangs on a unit or account that goes. */
export function forgetTarget(store: Store, organization: Organization, targetId: string): void {
  const at = { organizationId: organization.id, kind: 'attachments' as const, key: targetId }
  deleteFromTree(store, at)
  tagsOf(store, organization.id).delete(targetId)
}

/** The ids of everything that policies can be attached to: the root, units and accounts. */
export function targetIds(store: Store, organization: Organization): readonly string[] {
  const units = [...treeOf(store, organization.id, 'units').entries()]
  const members = [...treeOf(store, organization.id, 'members').entries()]
  return [organization.rootId, ...units.map(([id]) => id), ...members.map(([id]) => id)]
}

/** The ids of the policies attached to a target, of all types. */
export function attachmentsOf(
  store: Store,
  organization: Organization,
  targetId: string,
): readonly string[] {
  return treeOf(store, organization.id, 'attachments').get(targetId) ?? []
}

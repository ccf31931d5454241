import type { AccountId } from '../../../core/index.ts'
import type { Store } from '../../store/store.ts'
import type { Member, Organization, Unit } from './entities.ts'
import { organizationsError } from './organizations-error.ts'
import { treeOf } from './tables.ts'

/** A root, a unit or an account: what policies and tags hang on. */
export type TreeNode =
  | { readonly kind: 'ROOT'; readonly id: string }
  | { readonly kind: 'ORGANIZATIONAL_UNIT'; readonly id: string; readonly unit: Unit }
  | { readonly kind: 'ACCOUNT'; readonly id: string; readonly member: Member }

export function findNode(
  store: Store,
  organization: Organization,
  id: string,
): TreeNode | undefined {
  if (id === organization.rootId) return { kind: 'ROOT', id }
  const unit = treeOf(store, organization.id, 'units').get(id)
  if (unit !== undefined) return { kind: 'ORGANIZATIONAL_UNIT', id, unit }
  const member = treeOf(store, organization.id, 'members').get(id)
  return member === undefined ? undefined : { kind: 'ACCOUNT', id, member }
}

/** What can hold units and accounts: the root or a unit. */
export function isContainer(store: Store, organization: Organization, id: string): boolean {
  const node = findNode(store, organization, id)
  return node !== undefined && node.kind !== 'ACCOUNT'
}

export function findMember(
  store: Store,
  organization: Organization,
  accountId: string,
): Member | undefined {
  return treeOf(store, organization.id, 'members').get(accountId)
}

export function requireMember(store: Store, organization: Organization, accountId: string): Member {
  const member = findMember(store, organization, accountId)
  if (member === undefined) throw organizationsError('AccountNotFoundException')
  return member
}

/** The ids from the root down to a root, unit or account, itself last. */
export function lineageOf(store: Store, organization: Organization, id: string): readonly string[] {
  const units = treeOf(store, organization.id, 'units')
  const lineage = [id]
  let at = parentOf(store, organization, id)
  while (at !== undefined) {
    lineage.unshift(at)
    at = units.get(at)?.parentId
  }
  // A level that went missing could be one that denies.
  if (lineage[0] !== organization.rootId) throw new Error(`bug: ${id} does not hang on the root`)
  return lineage
}

export function parentOf(store: Store, organization: Organization, id: string): string | undefined {
  const unit = treeOf(store, organization.id, 'units').get(id)
  return unit?.parentId ?? findMember(store, organization, id)?.parentId
}

export function unitsUnder(
  store: Store,
  organization: Organization,
  parentId: string,
): readonly Unit[] {
  const units = [...treeOf(store, organization.id, 'units').entries()]
  return units.map(([, unit]) => unit).filter((unit) => unit.parentId === parentId)
}

export function membersUnder(
  store: Store,
  organization: Organization,
  parentId: string,
): readonly Member[] {
  const members = [...treeOf(store, organization.id, 'members').entries()]
  return members.map(([, member]) => member).filter((member) => member.parentId === parentId)
}

/** `o-…/r-…/ou-…/`, as `aws:PrincipalOrgPaths` has it: the containers of an account, without itself. */
export function pathOfAccount(
  store: Store,
  organization: Organization,
  accountId: AccountId,
): string {
  const containers = lineageOf(store, organization, accountId).slice(0, -1)
  return `${[organization.id, ...containers].join('/')}/`
}

/** `o-…/r-…/ou-…/`, itself last. */
export function pathOfNode(store: Store, organization: Organization, id: string): string {
  return `${[organization.id, ...lineageOf(store, organization, id)].join('/')}/`
}

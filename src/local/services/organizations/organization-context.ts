import type { AccountId, RequestContext } from '../../../core/index.ts'
import type { Store } from '../../store/store.ts'
import { findOrganization } from './tables.ts'
import { findMember, pathOfAccount } from './tree.ts'

/** `aws:PrincipalOrgID` and `aws:PrincipalOrgPaths`; nothing for an account in no organization. */
export function principalOrganizationContext(store: Store, accountId: AccountId): RequestContext {
  const organization = findOrganization(store, accountId)
  if (organization === undefined) return {}
  return {
    'aws:PrincipalOrgID': organization.id,
    'aws:PrincipalOrgPaths': [pathOfAccount(store, organization, accountId)],
  }
}

/** `aws:ResourceOrgID` and `aws:ResourceOrgPaths` of the account that owns a resource. */
export function resourceOrganizationContext(store: Store, accountId: AccountId): RequestContext {
  const organization = findOrganization(store, accountId)
  if (organization === undefined) return {}
  return {
    'aws:ResourceOrgID': organization.id,
    'aws:ResourceOrgPaths': [pathOfAccount(store, organization, accountId)],
  }
}

/** Whether an account was closed: then nobody calls from it, and nobody reaches what is in it. */
export function isClosed(store: Store, accountId: AccountId): boolean {
  const organization = findOrganization(store, accountId)
  if (organization === undefined) return false
  return findMember(store, organization, accountId)?.closedAtMs !== undefined
}

import { createHash } from 'node:crypto'
import type { AccountId } from '../../../../core/index.ts'

/** Who may do what by an access control list. S3 keeps grants in the order they were given. */
export interface Acl {
  readonly grants: readonly Grant[]
}

export interface Grant {
  readonly grantee: Grantee
  readonly permission: AclPermission
}

export type Grantee =
  | { readonly kind: 'canonicalUser'; readonly id: string }
  | { readonly kind: 'group'; readonly uri: string }

export const aclPermissions = ['FULL_CONTROL', 'WRITE', 'WRITE_ACP', 'READ', 'READ_ACP'] as const
export type AclPermission = (typeof aclPermissions)[number]

export const allUsers = 'http://acs.amazonaws.com/groups/global/AllUsers'
export const authenticatedUsers = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'
export const logDelivery = 'http://acs.amazonaws.com/groups/s3/LogDelivery'
export const aclGroups: readonly string[] = [allUsers, authenticatedUsers, logDelivery]

/** The canonical user id that S3 shows instead of an account id: 64 hexadecimal digits, the same each time. */
export function canonicalIdOf(accountId: AccountId): string {
  return createHash('sha256').update(`canonical user of account ${accountId}`).digest('hex')
}

export function fullControl(accountId: AccountId): Grant {
  return {
    grantee: { kind: 'canonicalUser', id: canonicalIdOf(accountId) },
    permission: 'FULL_CONTROL',
  }
}

/** What a bucket or object starts with: everything for its owner. */
export function privateAcl(ownerAccountId: AccountId): Acl {
  return { grants: [fullControl(ownerAccountId)] }
}

/** Granted to everybody, or to everybody with an account. */
export function isPublicGrant(grant: Grant): boolean {
  const { grantee } = grant
  return (
    grantee.kind === 'group' && (grantee.uri === allUsers || grantee.uri === authenticatedUsers)
  )
}

export function isPublicAcl(acl: Acl): boolean {
  return acl.grants.some(isPublicGrant)
}

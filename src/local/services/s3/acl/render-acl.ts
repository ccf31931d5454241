import type { AccountId } from '../../../../core/index.ts'
import { type Acl, canonicalIdOf } from './acl.ts'

/** An ACL in the shape of GetBucketAcl and GetObjectAcl. */
export function renderAcl(acl: Acl, ownerAccountId: AccountId): object {
  return {
    Owner: renderOwner(ownerAccountId),
    Grants: acl.grants.map(({ grantee, permission }) => ({
      Grantee:
        grantee.kind === 'group'
          ? { Type: 'Group', URI: grantee.uri }
          : { Type: 'CanonicalUser', ID: grantee.id },
      Permission: permission,
    })),
  }
}

export function renderOwner(accountId: AccountId): { readonly ID: string } {
  return { ID: canonicalIdOf(accountId) }
}

import type { AccountId } from '../../../../core/index.ts'
import {
  type Acl,
  type AclPermission,
  allUsers,
  authenticatedUsers,
  fullControl,
  type Grant,
  logDelivery,
} from './acl.ts'

export interface AclOwners {
  readonly ownerAccountId: AccountId
  /** For objects: who owns the bucket. */
  readonly bucketOwnerAccountId: AccountId
}

/** The ACLs that have a name: who gets what besides the owner's full control. */
const cannedAcls: Readonly<Record<string, (owners: AclOwners) => readonly Grant[]>> = {
  private: () => [],
  'public-read': () => [toGroup(allUsers, 'READ')],
  'public-read-write': () => [toGroup(allUsers, 'READ'), toGroup(allUsers, 'WRITE')],
  'authenticated-read': () => [toGroup(authenticatedUsers, 'READ')],
  'aws-exec-read': () => [],
  'log-delivery-write': () => [toGroup(logDelivery, 'WRITE'), toGroup(logDelivery, 'READ_ACP')],
  'bucket-owner-read': (owners) => toBucketOwner(owners, 'READ'),
  'bucket-owner-full-control': (owners) => toBucketOwner(owners, 'FULL_CONTROL'),
}

/** The grants a canned ACL stands for; undefined when there is none of that name. */
export function cannedAcl(name: string, owners: AclOwners): Acl | undefined {
  const others = Object.hasOwn(cannedAcls, name) ? cannedAcls[name] : undefined
  if (others === undefined) return undefined
  return { grants: [fullControl(owners.ownerAccountId), ...others(owners)] }
}

function toGroup(uri: string, permission: AclPermission): Grant {
  return { grantee: { kind: 'group', uri }, permission }
}

function toBucketOwner(owners: AclOwners, permission: AclPermission): readonly Grant[] {
  if (owners.bucketOwnerAccountId === owners.ownerAccountId) return []
  return [{ ...fullControl(owners.bucketOwnerAccountId), permission }]
}

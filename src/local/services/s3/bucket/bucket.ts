import type { AccountId, PolicyDocument } from '../../../../core/index.ts'
import type { Store, Table } from '../../../store/store.ts'
import type { Acl } from '../acl/acl.ts'
import { s3Error } from '../s3-error.ts'
import type { Tag } from '../tags.ts'

/** Everything about a bucket but its objects. Names are unique among all accounts. */
export interface Bucket {
  readonly name: string
  readonly ownerAccountId: AccountId
  readonly region: string
  /** How its maker wrote the region, where that is another word for it. */
  readonly locationConstraint?: 'EU'
  readonly createdAtMs: number
  /** Absent after DeleteBucketOwnershipControls, which means `ObjectWriter`. */
  readonly objectOwnership?: ObjectOwnership
  readonly acl: Acl
  readonly policy?: BucketPolicy
  readonly publicAccessBlock?: PublicAccessBlock
  readonly versioning?: 'Enabled' | 'Suspended'
  /** Whether versions can be locked: said when it is made, for good. */
  readonly hasObjectLock?: true
  readonly tags?: readonly Tag[]
  readonly hasBucketKey?: boolean
  /** Set where new objects are encrypted with a key of KMS unless they say otherwise. */
  readonly kmsDefault?: {
    readonly algorithm: 'aws:kms' | 'aws:kms:dsse'
    /** As it was given; absent: AWS's own. */
    readonly keyId?: string
  }
  readonly lifecycle?: {
    /** JSON. */
    readonly rules: string
    /** From which size on objects move between storage classes. */
    readonly minimumSize: string
  }
}

export type ObjectOwnership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'

export interface BucketPolicy {
  /** Users and roles are named by their unique ids: one of the same name is not trusted later. */
  readonly document: PolicyDocument
}

export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean
  readonly IgnorePublicAcls: boolean
  readonly BlockPublicPolicy: boolean
  readonly RestrictPublicBuckets: boolean
}

export function bucketsOf(store: Store): Table<Bucket> {
  return store.table('s3.buckets', '')
}

export function requireBucket(store: Store, name: string): Bucket {
  const bucket = bucketsOf(store).get(name)
  if (bucket === undefined) throw s3Error('NoSuchBucket', { details: { BucketName: name } })
  return bucket
}

export function saveBucket(store: Store, bucket: Bucket): void {
  bucketsOf(store).set(bucket.name, bucket)
}

/** True with `BucketOwnerEnforced`: ACLs say nothing and cannot be set. */
export function hasAclsDisabled(bucket: Bucket): boolean {
  return bucket.objectOwnership === 'BucketOwnerEnforced'
}

/** Whose object it is: with ACLs disabled the bucket's owner owns every object, whoever wrote it. */
export function ownerOf(bucket: Bucket, object: { readonly ownerAccountId: AccountId }): AccountId {
  return hasAclsDisabled(bucket) ? bucket.ownerAccountId : object.ownerAccountId
}

export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`
}

export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`
}

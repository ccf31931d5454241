import { canonicalIdOf } from '../acl/acl.ts'
import { askBucket } from '../authorization/ask.ts'
import { s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { type Bucket, type ObjectOwnership, saveBucket } from './bucket.ts'

interface PutInput extends BucketInput {
  readonly OwnershipControls?: { readonly Rules?: readonly { readonly ObjectOwnership?: string }[] }
}

const ownerships: readonly string[] = [
  'BucketOwnerEnforced',
  'BucketOwnerPreferred',
  'ObjectWriter',
] satisfies readonly ObjectOwnership[]

export function isObjectOwnership(text: string): text is ObjectOwnership {
  return ownerships.includes(text)
}

export const putBucketOwnershipControls = bucketOperation<PutInput>({
  name: 'PutBucketOwnershipControls',
  authorize(input, call, bucket) {
    const wanted = input.OwnershipControls?.Rules?.[0]?.ObjectOwnership
    const context = wanted === undefined ? {} : { 's3:x-amz-object-ownership': wanted }
    return [askBucket(call, 's3:PutBucketOwnershipControls', { bucket, context })]
  },
  run(input, call, bucket) {
    const [rule, ...more] = input.OwnershipControls?.Rules ?? []
    const wanted = rule?.ObjectOwnership
    if (wanted === undefined || more.length > 0 || !isObjectOwnership(wanted))
      throw s3Error('MalformedXML')
    // AWS: an ACL that gives others something must be taken back before ACLs can be disabled.
    if (wanted === 'BucketOwnerEnforced' && grantsToOthers(bucket))
      throw s3Error('InvalidBucketAclWithObjectOwnership')
    saveBucket(call.store, { ...bucket, objectOwnership: wanted })
    return {}
  },
})

export const getBucketOwnershipControls = bucketOperation<BucketInput>({
  name: 'GetBucketOwnershipControls',
  authorize: (_input, call, bucket) => [
    askBucket(call, 's3:GetBucketOwnershipControls', { bucket }),
  ],
  run(_input, _call, bucket) {
    if (bucket.objectOwnership === undefined)
      throw s3Error('OwnershipControlsNotFoundError', { details: { BucketName: bucket.name } })
    return { OwnershipControls: { Rules: [{ ObjectOwnership: bucket.objectOwnership }] } }
  },
})

export const deleteBucketOwnershipControls = bucketOperation<BucketInput>({
  name: 'DeleteBucketOwnershipControls',
  authorize: (_input, call, bucket) => [
    askBucket(call, 's3:PutBucketOwnershipControls', { bucket }),
  ],
  run(_input, call, bucket) {
    const { objectOwnership: _, ...rest } = bucket
    saveBucket(call.store, rest)
    return {}
  },
})

function grantsToOthers(bucket: Bucket): boolean {
  const owner = canonicalIdOf(bucket.ownerAccountId)
  return bucket.acl.grants.some(({ grantee }) => grantee.kind === 'group' || grantee.id !== owner)
}

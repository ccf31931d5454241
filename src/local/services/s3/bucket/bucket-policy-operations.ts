import type { Call } from '../../../operation.ts'
import { askBucket, callerAccountId } from '../authorization/ask.ts'
import { refusePublicPolicy } from '../authorization/blocked-by-setting.ts'
import { readBucketPolicy, renderBucketPolicy } from '../authorization/bucket-policy.ts'
import { isPublicPolicy } from '../authorization/public-policy.ts'
import { s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { type Bucket, type BucketPolicy, bucketArn, saveBucket } from './bucket.ts'

/** The size S3 allows, in bytes. */
const policyLimit = 20 * 1024

export const putBucketPolicy = bucketOperation<BucketInput & { readonly Policy?: string }>({
  name: 'PutBucketPolicy',
  authorize: (_input, call, bucket) => [askBucket(call, 's3:PutBucketPolicy', { bucket })],
  run(input, call, bucket) {
    refuseOtherAccounts(call, bucket)
    const text = input.Policy ?? ''
    if (Buffer.byteLength(text) > policyLimit)
      throw s3Error('MalformedPolicy', { say: 'Policy exceeds the maximum allowed document size.' })
    const policy = readBucketPolicy(text, bucket.name, call.store)
    refusePublicPolicy(call, bucket, {
      policy,
      action: 's3:PutBucketPolicy',
      resource: bucketArn(bucket.name),
    })
    saveBucket(call.store, { ...bucket, policy })
    return {}
  },
})

export const getBucketPolicy = bucketOperation<BucketInput>({
  name: 'GetBucketPolicy',
  authorize: (_input, call, bucket) => [askBucket(call, 's3:GetBucketPolicy', { bucket })],
  run(_input, call, bucket) {
    refuseOtherAccounts(call, bucket)
    return { Policy: renderBucketPolicy(requirePolicy(bucket), call.store) }
  },
})

export const getBucketPolicyStatus = bucketOperation<BucketInput>({
  name: 'GetBucketPolicyStatus',
  authorize: (_input, call, bucket) => [askBucket(call, 's3:GetBucketPolicyStatus', { bucket })],
  run: (_input, _call, bucket) => ({
    PolicyStatus: { IsPublic: isPublicPolicy(requirePolicy(bucket)) },
  }),
})

export const deleteBucketPolicy = bucketOperation<BucketInput>({
  name: 'DeleteBucketPolicy',
  authorize: (_input, call, bucket) => [askBucket(call, 's3:DeleteBucketPolicy', { bucket })],
  run(_input, call, bucket) {
    refuseOtherAccounts(call, bucket)
    const { policy: _, ...rest } = bucket
    saveBucket(call.store, rest)
    return {}
  },
})

function requirePolicy(bucket: Bucket): BucketPolicy {
  if (bucket.policy === undefined)
    throw s3Error('NoSuchBucketPolicy', { details: { BucketName: bucket.name } })
  return bucket.policy
}

/** AWS: whoever is allowed but belongs to another account gets 405, not 403. */
function refuseOtherAccounts(call: Call, bucket: Bucket): void {
  if (callerAccountId(call) !== bucket.ownerAccountId) throw s3Error('MethodNotAllowed')
}

import { askBucket } from '../authorization/ask.ts'
import { s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { bucketTagLimits, readTagSet, type Tag } from '../tags.ts'
import { saveBucket } from './bucket.ts'

interface PutInput extends BucketInput {
  readonly Tagging?: { readonly TagSet?: readonly Partial<Tag>[] }
}

export const putBucketTagging = bucketOperation<PutInput>({
  name: 'PutBucketTagging',
  authorize: (_input, call, bucket) => [askBucket(call, 's3:PutBucketTagging', { bucket })],
  run(input, call, bucket) {
    if (input.Tagging === undefined) throw s3Error('MalformedXML')
    const tags = readTagSet(input.Tagging.TagSet, bucketTagLimits)
    saveBucket(call.store, { ...bucket, tags })
    return {}
  },
})

export const getBucketTagging = bucketOperation<BucketInput>({
  name: 'GetBucketTagging',
  authorize: (_input, call, bucket) => [askBucket(call, 's3:GetBucketTagging', { bucket })],
  run(_input, _call, bucket) {
    if (bucket.tags === undefined || bucket.tags.length === 0)
      throw s3Error('NoSuchTagSet', { details: { BucketName: bucket.name } })
    return { TagSet: bucket.tags }
  },
})

export const deleteBucketTagging = bucketOperation<BucketInput>({
  name: 'DeleteBucketTagging',
  authorize: (_input, call, bucket) => [askBucket(call, 's3:PutBucketTagging', { bucket })],
  run(_input, call, bucket) {
    const { tags: _, ...rest } = bucket
    saveBucket(call.store, rest)
    return {}
  },
})

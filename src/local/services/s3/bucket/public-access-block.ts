import { askBucket } from '../authorization/ask.ts'
import { s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { type PublicAccessBlock, saveBucket } from './bucket.ts'

interface PutInput extends BucketInput {
  readonly PublicAccessBlockConfiguration?: Partial<PublicAccessBlock>
}

export const putPublicAccessBlock = bucketOperation<PutInput>({
  name: 'PutPublicAccessBlock',
  authorize: (_input, call, bucket) => [
    askBucket(call, 's3:PutBucketPublicAccessBlock', { bucket }),
  ],
  run(input, call, bucket) {
    const given = input.PublicAccessBlockConfiguration
    if (given === undefined) throw s3Error('MalformedXML')
    const publicAccessBlock = {
      BlockPublicAcls: given.BlockPublicAcls ?? false,
      IgnorePublicAcls: given.IgnorePublicAcls ?? false,
      BlockPublicPolicy: given.BlockPublicPolicy ?? false,
      RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
    }
    saveBucket(call.store, { ...bucket, publicAccessBlock })
    return {}
  },
})

export const getPublicAccessBlock = bucketOperation<BucketInput>({
  name: 'GetPublicAccessBlock',
  authorize: (_input, call, bucket) => [
    askBucket(call, 's3:GetBucketPublicAccessBlock', { bucket }),
  ],
  run(_input, _call, bucket) {
    if (bucket.publicAccessBlock === undefined)
      throw s3Error('NoSuchPublicAccessBlockConfiguration', {
        details: { BucketName: bucket.name },
      })
    return { PublicAccessBlockConfiguration: bucket.publicAccessBlock }
  },
})

export const deletePublicAccessBlock = bucketOperation<BucketInput>({
  name: 'DeletePublicAccessBlock',
  authorize: (_input, call, bucket) => [
    askBucket(call, 's3:PutBucketPublicAccessBlock', { bucket }),
  ],
  run(_input, call, bucket) {
    const { publicAccessBlock: _, ...rest } = bucket
    saveBucket(call.store, rest)
    return {}
  },
})

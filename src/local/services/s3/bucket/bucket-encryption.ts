import { askBucket } from '../authorization/ask.ts'
import { headerNotImplemented, s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { saveBucket } from './bucket.ts'

interface PutInput extends BucketInput {
  readonly ServerSideEncryptionConfiguration?: { readonly Rules?: readonly Rule[] }
}

interface Rule {
  readonly ApplyServerSideEncryptionByDefault?: {
    readonly SSEAlgorithm?: string
    readonly KMSMasterKeyID?: string
  }
  readonly BucketKeyEnabled?: boolean
  readonly BlockedEncryptionTypes?: object
}

/** Every bucket is encrypted with S3's own keys. There is no KMS here, so nothing that asks for its keys is taken. */
export const putBucketEncryption = bucketOperation<PutInput>({
  name: 'PutBucketEncryption',
  authorize: (_input, call, bucket) => [
    askBucket(call, 's3:PutEncryptionConfiguration', { bucket }),
  ],
  run(input, call, bucket) {
    const [rule, ...others] = input.ServerSideEncryptionConfiguration?.Rules ?? []
    if (rule === undefined || others.length > 0) throw s3Error('MalformedXML')
    const { ApplyServerSideEncryptionByDefault: given } = rule
    const { SSEAlgorithm: algorithm = 'AES256', KMSMasterKeyID: key } = given ?? {}
    if (algorithm.startsWith('aws:')) throw headerNotImplemented('SSEAlgorithm')
    if (algorithm !== 'AES256') throw s3Error('MalformedXML')
    if (key !== undefined)
      throw s3Error('InvalidArgument', {
        say: 'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
      })
    if (rule.BlockedEncryptionTypes !== undefined)
      throw headerNotImplemented('BlockedEncryptionTypes')
    saveBucket(call.store, { ...bucket, hasBucketKey: rule.BucketKeyEnabled ?? false })
    return {}
  },
})

export const getBucketEncryption = bucketOperation<BucketInput>({
  name: 'GetBucketEncryption',
  authorize: (_input, call, bucket) => [
    askBucket(call, 's3:GetEncryptionConfiguration', { bucket }),
  ],
  run: (_input, _call, bucket) => ({
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
          BucketKeyEnabled: bucket.hasBucketKey ?? false,
        },
      ],
    },
  }),
})

/** Back to what every new bucket has. */
export const deleteBucketEncryption = bucketOperation<BucketInput>({
  name: 'DeleteBucketEncryption',
  authorize: (_input, call, bucket) => [
    askBucket(call, 's3:PutEncryptionConfiguration', { bucket }),
  ],
  run(_input, call, bucket) {
    const { hasBucketKey: _, ...rest } = bucket
    saveBucket(call.store, rest)
    return {}
  },
})

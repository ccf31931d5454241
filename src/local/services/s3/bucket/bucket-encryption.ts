import { askBucket } from '../authorization/ask.ts'
import { kmsAlgorithms } from '../encryption/object-encryption.ts'
import { headerNotImplemented, invalidArgument, s3Error } from '../s3-error.ts'
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

/** AWS: a key that does not exist is found out by the first object. */
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
    const kms = kmsAlgorithms.find((known) => known === algorithm)
    if (kms === undefined && algorithm !== 'AES256') throw s3Error('MalformedXML')
    if (kms === undefined && key !== undefined)
      throw invalidArgument(
        'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
        'ApplyServerSideEncryptionByDefault',
      )
    if (rule.BlockedEncryptionTypes !== undefined)
      throw headerNotImplemented('BlockedEncryptionTypes')
    const { kmsDefault: _, ...rest } = bucket
    const kmsDefault =
      kms === undefined
        ? undefined
        : { algorithm: kms, ...(key === undefined ? {} : { keyId: key }) }
    saveBucket(call.store, {
      ...rest,
      hasBucketKey: rule.BucketKeyEnabled ?? false,
      ...(kmsDefault === undefined ? {} : { kmsDefault }),
    })
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
          ApplyServerSideEncryptionByDefault: {
            SSEAlgorithm: bucket.kmsDefault?.algorithm ?? 'AES256',
            ...(bucket.kmsDefault?.keyId === undefined
              ? {}
              : { KMSMasterKeyID: bucket.kmsDefault.keyId }),
          },
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
    const { hasBucketKey: _, kmsDefault: __, ...rest } = bucket
    saveBucket(call.store, rest)
    return {}
  },
})

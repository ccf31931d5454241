import type { Operation } from '../../../operation.ts'
import { askBucket } from '../authorization/ask.ts'
import { type S3ErrorCode, s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'

/**
 * Settings that tools look at and that a bucket here always has at AWS's default:
 * the answer of a bucket for which nobody ever set them.
 */
const rows: readonly ConfigurationRow[] = [
  ['GetBucketCors', 's3:GetBucketCORS', 'NoSuchCORSConfiguration'],
  ['GetBucketWebsite', 's3:GetBucketWebsite', 'NoSuchWebsiteConfiguration'],
  ['GetBucketAccelerateConfiguration', 's3:GetAccelerateConfiguration', {}],
  ['GetBucketRequestPayment', 's3:GetBucketRequestPayment', { Payer: 'BucketOwner' }],
  ['GetBucketLogging', 's3:GetBucketLogging', {}],
  ['GetBucketNotificationConfiguration', 's3:GetBucketNotification', {}],
  [
    'GetBucketReplication',
    's3:GetReplicationConfiguration',
    'ReplicationConfigurationNotFoundError',
  ],
]

export const getObjectLockConfiguration = bucketOperation<BucketInput>({
  name: 'GetObjectLockConfiguration',
  authorize: (_input, call, bucket) => [
    askBucket(call, 's3:GetBucketObjectLockConfiguration', { bucket }),
  ],
  run(_input, _call, bucket) {
    if (bucket.hasObjectLock === true)
      return { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } }
    throw s3Error('ObjectLockConfigurationNotFoundError', {
      details: { BucketName: bucket.name },
    })
  },
})

type ConfigurationRow = readonly [name: string, action: string, answer: S3ErrorCode | object]

export const readOnlyConfigurations: readonly Operation[] = rows.map(([name, action, answer]) =>
  bucketOperation<BucketInput>({
    name,
    authorize: (_input, call, bucket) => [askBucket(call, action, { bucket })],
    run(_input, _call, bucket) {
      if (typeof answer === 'object') return answer
      throw s3Error(answer, { details: { BucketName: bucket.name } })
    },
  }),
)

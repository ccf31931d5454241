import { askBucket } from '../authorization/ask.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { saveBucket } from './bucket.ts'
import { type LifecycleRule, readLifecycleRules } from './lifecycle-rule.ts'

interface PutInput extends BucketInput {
  readonly LifecycleConfiguration?: { readonly Rules?: readonly LifecycleRule[] }
  readonly TransitionDefaultMinimumObjectSize?: string
}

const minimumSizes: readonly string[] = ['all_storage_classes_128K', 'varies_by_storage_class']

/** The rules are kept and shown; objects do not expire or move by them here. */
export const putBucketLifecycleConfiguration = bucketOperation<PutInput>({
  name: 'PutBucketLifecycleConfiguration',
  authorize: (_input, call, bucket) => [
    askBucket(call, 's3:PutLifecycleConfiguration', { bucket }),
  ],
  run(input, call, bucket) {
    const { TransitionDefaultMinimumObjectSize: minimumSize = 'all_storage_classes_128K' } = input
    if (!minimumSizes.includes(minimumSize))
      throw invalidArgument(
        'Invalid value for x-amz-transition-default-minimum-object-size',
        'x-amz-transition-default-minimum-object-size',
        minimumSize,
      )
    const rules = readLifecycleRules(input.LifecycleConfiguration?.Rules, call)
    // As text: a store holds plain data, and dates are none.
    saveBucket(call.store, { ...bucket, lifecycle: { rules: JSON.stringify(rules), minimumSize } })
    return { TransitionDefaultMinimumObjectSize: minimumSize }
  },
})

export const getBucketLifecycleConfiguration = bucketOperation<BucketInput>({
  name: 'GetBucketLifecycleConfiguration',
  authorize: (_input, call, bucket) => [
    askBucket(call, 's3:GetLifecycleConfiguration', { bucket }),
  ],
  run(_input, _call, bucket) {
    const { lifecycle } = bucket
    if (lifecycle === undefined)
      throw s3Error('NoSuchLifecycleConfiguration', { details: { BucketName: bucket.name } })
    return {
      Rules: JSON.parse(lifecycle.rules, reviveDate),
      TransitionDefaultMinimumObjectSize: lifecycle.minimumSize,
    }
  },
})

export const deleteBucketLifecycle = bucketOperation<BucketInput>({
  name: 'DeleteBucketLifecycle',
  authorize: (_input, call, bucket) => [
    askBucket(call, 's3:PutLifecycleConfiguration', { bucket }),
  ],
  run(_input, call, bucket) {
    const { lifecycle: _, ...rest } = bucket
    saveBucket(call.store, rest)
    return {}
  },
})

function reviveDate(key: string, value: unknown): unknown {
  return key === 'Date' && typeof value === 'string' ? new Date(value) : value
}

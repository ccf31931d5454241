import { parseAccountId } from '../../../core/index.ts'
import type { AuthorizationQuestion, Call, Operation } from '../../operation.ts'
import { type Bucket, requireBucket } from './bucket/bucket.ts'
import { s3Error } from './s3-error.ts'

/** What every call on a bucket brings. */
export interface BucketInput {
  readonly Bucket: string
  readonly ExpectedBucketOwner?: string
}

export interface ObjectInput extends BucketInput {
  readonly Key: string
  readonly VersionId?: string
}

/** A call on a bucket: the bucket is looked up, and its owner compared, before anything is decided. */
export interface BucketOperation<I> {
  readonly name: string
  readonly authorize: (input: I, call: Call, bucket: Bucket) => readonly AuthorizationQuestion[]
  /** Questions that are refused one by one: see `Operation`. */
  readonly authorizeEach?: (
    input: I,
    call: Call,
    bucket: Bucket,
  ) => readonly AuthorizationQuestion[]
  readonly run: (input: I, call: Call, bucket: Bucket) => object
}

export function bucketOperation<I extends BucketInput>(operation: BucketOperation<I>): Operation {
  const { authorizeEach } = operation
  const whole = s3Operation<I>({
    name: operation.name,
    authorize: (input, call) => operation.authorize(input, call, expectedBucket(input, call)),
    run: (input, call) => operation.run(input, call, requireBucket(call.store, input.Bucket)),
  })
  if (authorizeEach === undefined) return whole
  return {
    ...whole,
    authorizeEach: (input, call) =>
      authorizeEach(
        input as I & typeof input,
        call,
        requireBucket(call.store, input.Bucket as string),
      ),
  }
}

/** The protocol layer has read `input` by the service's model, which is what `I` restates. */
export function s3Operation<I>(operation: {
  readonly name: string
  readonly authorize: (input: I, call: Call) => readonly AuthorizationQuestion[]
  readonly run: (input: I, call: Call) => object
}): Operation {
  return {
    service: 's3',
    name: operation.name,
    authorize: (input, call) => operation.authorize(input as I, call),
    run: (input, call) => operation.run(input as I, call),
  }
}

/** The bucket of a call; throws where there is none, or it is not owned by whom the caller expects. */
export function expectedBucket(input: BucketInput, call: Pick<Call, 'store'>): Bucket {
  const expected = input.ExpectedBucketOwner
  if (expected !== undefined && parseAccountId(expected) === undefined)
    throw s3Error('InvalidBucketOwnerAWSAccountID', { say: expected })
  const bucket = requireBucket(call.store, input.Bucket)
  if (expected !== undefined && expected !== bucket.ownerAccountId) throw s3Error('AccessDenied')
  return bucket
}

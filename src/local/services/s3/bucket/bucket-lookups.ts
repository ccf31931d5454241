import { renderOwner } from '../acl/render-acl.ts'
import { askBucket, callerAccountId } from '../authorization/ask.ts'
import { discardUpload, uploadsOf } from '../multipart/upload-table.ts'
import { hasObjects } from '../object/object-table.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation, s3Operation } from '../s3-operation.ts'
import { shownTime } from '../shown-time.ts'
import { bucketArn, bucketsOf } from './bucket.ts'

export const headBucket = bucketOperation<BucketInput>({
  name: 'HeadBucket',
  authorize: (_input, call, bucket) => [askBucket(call, 's3:ListBucket', { bucket })],
  run: (_input, _call, bucket) => ({
    BucketArn: bucketArn(bucket.name),
    BucketRegion: bucket.region,
    AccessPointAlias: false,
  }),
})

export const getBucketLocation = bucketOperation<BucketInput>({
  name: 'GetBucketLocation',
  authorize: (_input, call, bucket) => [askBucket(call, 's3:GetBucketLocation', { bucket })],
  // AWS: us-east-1 is written as no region at all.
  run: (_input, _call, { region, locationConstraint = region }) =>
    region === 'us-east-1' ? {} : { LocationConstraint: locationConstraint },
})

interface ListBucketsInput {
  readonly Prefix?: string
  readonly MaxBuckets?: number
  readonly ContinuationToken?: string
  readonly BucketRegion?: string
}

/** Lists the buckets of the caller's account. */
export const listBuckets = s3Operation<ListBucketsInput>({
  name: 'ListBuckets',
  authorize(_input, call) {
    const accountId = callerAccountId(call)
    if (accountId === undefined) throw s3Error('AccessDenied')
    return [{ action: 's3:ListAllMyBuckets', resource: '*', resourceAccount: accountId }]
  },
  run(input, call) {
    const accountId = callerAccountId(call)
    if (accountId === undefined) throw s3Error('AccessDenied')
    const { Prefix: prefix, MaxBuckets: limit = 10_000 } = input
    checkLimit(limit)
    // AWS: the region is shown by calls that ask for a part of the list.
    const isPart = pagingNames.some((name) => input[name] !== undefined)
    const after = Buffer.from(input.ContinuationToken ?? '', 'base64url').toString()
    const buckets = [...bucketsOf(call.store).entries()]
      .map(([, bucket]) => bucket)
      .filter((bucket) => bucket.ownerAccountId === accountId && bucket.name > after)
      .filter((bucket) => bucket.name.startsWith(prefix ?? ''))
      .filter((bucket) => [undefined, bucket.region].includes(input.BucketRegion))
    const page = buckets.slice(0, limit)
    const last = page.at(-1)?.name
    return {
      Owner: renderOwner(accountId),
      Buckets: page.map((bucket) => ({
        Name: bucket.name,
        CreationDate: shownTime(bucket.createdAtMs),
        BucketArn: bucketArn(bucket.name),
        ...(isPart ? { BucketRegion: bucket.region } : {}),
      })),
      ...(prefix === undefined ? {} : { Prefix: prefix }),
      ...(page.length === buckets.length || last === undefined
        ? {}
        : { ContinuationToken: Buffer.from(last).toString('base64url') }),
    }
  },
})

const pagingNames = ['Prefix', 'MaxBuckets', 'ContinuationToken', 'BucketRegion'] as const

function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 10_000) return
  throw invalidArgument(
    'Argument max-buckets must be an integer between 1 and 10000',
    'max-buckets',
    String(limit),
  )
}

export const deleteBucket = bucketOperation<BucketInput>({
  name: 'DeleteBucket',
  authorize: (_input, call, bucket) => [askBucket(call, 's3:DeleteBucket', { bucket })],
  run(_input, call, bucket) {
    const { store } = call
    if (hasObjects(store, bucket.name)) {
      const say =
        bucket.versioning === undefined ? '' : '. You must delete all versions in the bucket.'
      throw s3Error('BucketNotEmpty', { say, details: { BucketName: bucket.name } })
    }
    for (const upload of uploadsOf(store, bucket.name)) discardUpload(call, upload)
    bucketsOf(store).delete(bucket.name)
    return {}
  },
})

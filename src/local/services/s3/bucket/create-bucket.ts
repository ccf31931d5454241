import type { AccountId } from '../../../../core/index.ts'
import type { AuthorizationQuestion, Call } from '../../../operation.ts'
import { isPublicAcl, privateAcl } from '../acl/acl.ts'
import { type AclInput, hasAcl, readAcl } from '../acl/read-acl.ts'
import { aclContext } from '../authorization/acl-context.ts'
import { callerAccountId } from '../authorization/ask.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'
import { s3Operation } from '../s3-operation.ts'
import { newBucketTagLimits, readTagSet, type Tag } from '../tags.ts'
import {
  type Bucket,
  bucketArn,
  bucketsOf,
  type ObjectOwnership,
  type PublicAccessBlock,
  saveBucket,
} from './bucket.ts'
import { isValidBucketName } from './bucket-name.ts'
import { isObjectOwnership } from './ownership-controls.ts'
import { isRegion } from './region.ts'

interface CreateBucketInput extends AclInput {
  readonly Bucket: string
  readonly ObjectOwnership?: string
  readonly ObjectLockEnabledForBucket?: boolean
  readonly CreateBucketConfiguration?: {
    readonly LocationConstraint?: string
    readonly Location?: object
    readonly Bucket?: object
    readonly Tags?: readonly Partial<Tag>[]
  }
}

/** New buckets are closed to the public in every way. */
const blocksEverything: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const createBucket = s3Operation<CreateBucketInput>({
  name: 'CreateBucket',
  authorize: askCreate,
  run(input, call) {
    const bucket = newBucket(input, call)
    const taken = bucketsOf(call.store).get(bucket.name)
    if (taken !== undefined) return answerTaken(taken, bucket)
    saveBucket(call.store, bucket)
    return { Location: location(bucket, call.endpoint), BucketArn: bucketArn(bucket.name) }
  },
})

function askCreate(input: CreateBucketInput, call: Call): readonly AuthorizationQuestion[] {
  const accountId = callerAccountId(call)
  if (accountId === undefined) throw s3Error('AccessDenied')
  const region = input.CreateBucketConfiguration?.LocationConstraint
  const context = {
    ...(region === undefined ? {} : { 's3:locationconstraint': region }),
    ...(input.ObjectOwnership === undefined
      ? {}
      : { 's3:x-amz-object-ownership': input.ObjectOwnership }),
    ...aclContext(input),
    ...requestTags(input),
  }
  const actions = [
    's3:CreateBucket',
    ...(hasAcl(input) ? ['s3:PutBucketAcl'] : []),
    ...(input.ObjectOwnership === undefined ? [] : ['s3:PutBucketOwnershipControls']),
    ...(input.CreateBucketConfiguration?.Tags === undefined ? [] : ['s3:TagResource']),
    ...(input.ObjectLockEnabledForBucket === true
      ? ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning']
      : []),
  ]
  const resource = bucketArn(input.Bucket)
  return actions.map((action) => ({ action, resource, resourceAccount: accountId, context }))
}

function requestTags(input: CreateBucketInput): Readonly<Record<string, string | string[]>> {
  const tags = (input.CreateBucketConfiguration?.Tags ?? []).flatMap(({ Key, Value }) =>
    Key === undefined ? [] : [[Key, Value ?? ''] as const],
  )
  if (tags.length === 0) return {}
  const values = tags.map(([key, value]) => [`aws:RequestTag/${key}`, value])
  return { ...Object.fromEntries(values), 'aws:TagKeys': tags.map(([key]) => key) }
}

function newBucket(input: CreateBucketInput, call: Call): Bucket {
  const ownerAccountId = callerAccountId(call)
  if (ownerAccountId === undefined) throw s3Error('AccessDenied')
  if (!isValidBucketName(input.Bucket))
    throw s3Error('InvalidBucketName', { details: { BucketName: input.Bucket } })
  const objectOwnership = readOwnership(input.ObjectOwnership)
  const tags = input.CreateBucketConfiguration?.Tags
  return {
    name: input.Bucket,
    ownerAccountId,
    region: readRegion(input, call.region),
    ...(input.CreateBucketConfiguration?.LocationConstraint === 'EU'
      ? { locationConstraint: 'EU' }
      : {}),
    createdAtMs: call.nowMs,
    objectOwnership,
    acl: readBucketAcl(input, { ownerAccountId, objectOwnership }),
    publicAccessBlock: blocksEverything,
    ...(input.ObjectLockEnabledForBucket === true
      ? { hasObjectLock: true, versioning: 'Enabled' }
      : {}),
    ...(tags === undefined ? {} : { tags: readTagSet(tags, newBucketTagLimits) }),
  }
}

function readOwnership(given: string | undefined): ObjectOwnership {
  if (given === undefined) return 'BucketOwnerEnforced'
  if (isObjectOwnership(given)) return given
  throw invalidArgument(`Invalid x-amz-object-ownership header: ${given}`, 'x-amz-object-ownership')
}

function readBucketAcl(
  input: AclInput,
  bucket: { readonly ownerAccountId: AccountId; readonly objectOwnership: ObjectOwnership },
): Bucket['acl'] {
  const { ownerAccountId, objectOwnership } = bucket
  const owners = { ownerAccountId, bucketOwnerAccountId: ownerAccountId }
  const acl = readAcl(input, owners)
  if (acl === undefined) return privateAcl(ownerAccountId)
  if (objectOwnership === 'BucketOwnerEnforced' && input.ACL !== 'private')
    throw s3Error('InvalidBucketAclWithObjectOwnership')
  if (isPublicAcl(acl)) throw s3Error('AccessDenied')
  return acl
}

/** us-east-1 takes any region and is written as none; every other endpoint takes its own alone. */
function readRegion(input: CreateBucketInput, endpointRegion: string): string {
  const wanted = input.CreateBucketConfiguration?.LocationConstraint
  if (endpointRegion === 'us-east-1') {
    if (wanted === undefined || wanted === '') return 'us-east-1'
    if (wanted === 'EU') return 'eu-west-1'
    if (isRegion(wanted) && wanted !== 'us-east-1') return wanted
    throw s3Error('InvalidLocationConstraint', { details: { LocationConstraint: wanted } })
  }
  if (wanted === endpointRegion || (wanted === 'EU' && endpointRegion === 'eu-west-1'))
    return endpointRegion
  throw s3Error('IllegalLocationConstraintException', { say: wanted || 'unspecified' })
}

/** AWS: in us-east-1 creating one's own bucket again succeeds; elsewhere, and for others, it is a conflict. */
function answerTaken(taken: Bucket, wanted: Bucket): object {
  const details = { BucketName: taken.name }
  if (taken.ownerAccountId !== wanted.ownerAccountId)
    throw s3Error('BucketAlreadyExists', { details })
  if (taken.region === 'us-east-1' && wanted.region === 'us-east-1')
    return { Location: `/${taken.name}`, BucketArn: bucketArn(taken.name) }
  throw s3Error('BucketAlreadyOwnedByYou', { details })
}

function location(bucket: Bucket, endpoint: string): string {
  return bucket.region === 'us-east-1' ? `/${bucket.name}` : `${endpoint}/${bucket.name}`
}

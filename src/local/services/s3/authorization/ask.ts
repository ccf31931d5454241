import type { AccountId, PolicyDocument, RequestContext } from '../../../../core/index.ts'
import type { AuthorizationQuestion, Call, SigningFacts } from '../../../operation.ts'
import type { Acl } from '../acl/acl.ts'
import { bucketAclStatements, objectAclStatements } from '../acl/acl-statements.ts'
import { type Bucket, bucketArn, hasAclsDisabled, objectArn, ownerOf } from '../bucket/bucket.ts'
import { s3Error } from '../s3-error.ts'
import { isPublicPolicy } from './public-policy.ts'
import { seenBucket } from './seen-bucket.ts'

export interface ObjectAsked {
  readonly bucket: Bucket
  readonly key: string
  /** The object that is there already, where its owner and its ACL have a say: reads and ACL changes. */
  readonly object?: { readonly ownerAccountId: AccountId; readonly acl: Acl }
  readonly context?: RequestContext
}

/** "May the caller do `action` to this bucket?" */
export function askBucket(
  call: Call,
  action: string,
  asked: { readonly bucket: Bucket; readonly context?: RequestContext },
): AuthorizationQuestion {
  const bucket = seenBucket(call.store, asked.bucket)
  refuseRestricted(call, bucket)
  const statements = hasAclsDisabled(bucket)
    ? []
    : bucketAclStatements(bucket, {
        ownerAccountId: bucket.ownerAccountId,
        callerAccountId: callerAccountId(call),
      })
  return {
    action,
    resource: bucketArn(bucket.name),
    resourceAccount: bucket.ownerAccountId,
    region: bucket.region,
    context: { ...s3Context(call, bucket), ...asked.context },
    ...resourcePolicy(bucket, bucket.policy?.document, statements),
  }
}

/** "May the caller do `action` to this object?" */
export function askObject(call: Call, action: string, given: ObjectAsked): AuthorizationQuestion {
  const asked = { ...given, bucket: seenBucket(call.store, given.bucket) }
  const { bucket, key, object } = asked
  refuseRestricted(call, bucket)
  const ownerAccountId = object === undefined ? bucket.ownerAccountId : ownerOf(bucket, object)
  const isForeign = ownerAccountId !== bucket.ownerAccountId
  const policy = bucket.policy?.document
  return {
    action,
    resource: objectArn(bucket.name, key),
    resourceAccount: ownerAccountId,
    ...(isForeign ? { keeperAccount: bucket.ownerAccountId } : {}),
    region: bucket.region,
    context: { ...s3Context(call, bucket), ...asked.context },
    // AWS: a bucket policy cannot give away what another account wrote, it can only deny it.
    ...resourcePolicy(bucket, isForeign ? deniesOf(policy) : policy, aclStatements(call, asked)),
  }
}

function aclStatements(call: Call, asked: ObjectAsked): readonly object[] {
  const { bucket, object } = asked
  if (hasAclsDisabled(bucket)) return []
  const caller = callerAccountId(call)
  if (object === undefined) {
    return bucketAclStatements(bucket, {
      ownerAccountId: bucket.ownerAccountId,
      callerAccountId: caller,
    })
  }
  return objectAclStatements(bucket, {
    acl: object.acl,
    ownerAccountId: object.ownerAccountId,
    callerAccountId: caller,
  })
}

/** A policy without a version is of the first one, which has no variables. */
const latest = { Version: '2012-10-17' }

/** The stored document itself where nothing is to be added, so that it is compiled once. */
function resourcePolicy(
  bucket: Bucket,
  document: PolicyDocument | undefined,
  added: readonly object[],
): Pick<AuthorizationQuestion, 'resourcePolicy'> {
  const whole =
    added.length === 0
      ? document
      : { ...(document ?? latest), Statement: [...statementsOf(document), ...added] }
  if (whole === undefined) return {}
  return { resourcePolicy: { type: 'resource', name: bucketArn(bucket.name), document: whole } }
}

function deniesOf(document: PolicyDocument | undefined): PolicyDocument | undefined {
  const denies = statementsOf(document).filter(
    (statement) => (statement as { readonly Effect?: unknown }).Effect === 'Deny',
  )
  return denies.length === 0 ? undefined : { ...document, Statement: denies }
}

function statementsOf(document: PolicyDocument | undefined): readonly object[] {
  const statements = document?.Statement ?? []
  return Array.isArray(statements) ? statements : [statements as object]
}

export function callerAccountId(call: Call): AccountId | undefined {
  return call.caller.kind === 'authenticated' ? call.caller.accountId : undefined
}

/** `RestrictPublicBuckets`: while a bucket's policy is public, only the bucket's own account gets in. */
function refuseRestricted(call: Call, bucket: Bucket): void {
  if (bucket.publicAccessBlock?.RestrictPublicBuckets !== true || bucket.policy === undefined)
    return
  if (callerAccountId(call) === bucket.ownerAccountId) return
  if (isPublicPolicy(bucket.policy)) throw s3Error('AccessDenied')
}

/** The condition keys that every S3 request has. */
function s3Context(call: Call, bucket: Bucket): RequestContext {
  return {
    's3:ResourceAccount': bucket.ownerAccountId,
    ...signatureContext(call),
  }
}

/** How the request was signed. A link that was signed beforehand covers no body unless it says so. */
function signatureContext(call: Call): RequestContext {
  const { signedBy } = call
  if (signedBy === undefined) return {}
  const version = { 's3:signatureversion': 'AWS4-HMAC-SHA256' }
  if (signedBy.kind === 'header') {
    const payload = call.headers['x-amz-content-sha256']
    return {
      ...version,
      's3:authType': 'REST-HEADER',
      ...(payload === undefined ? {} : { 's3:x-amz-content-sha256': payload }),
    }
  }
  if (signedBy.kind === 'post')
    return { ...version, 's3:authType': 'POST', ...ageOf(call, signedBy) }
  return {
    ...version,
    's3:authType': 'REST-QUERY-STRING',
    ...ageOf(call, signedBy),
    's3:x-amz-content-sha256': signedBy.payloadHash ?? 'UNSIGNED-PAYLOAD',
  }
}

function ageOf(call: Call, signedBy: SigningFacts): RequestContext {
  return { 's3:signatureAge': Math.max(call.nowMs - signedBy.atMs, 0) }
}

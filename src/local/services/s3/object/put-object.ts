import type { AuthorizationQuestion, Call } from '../../../operation.ts'
import type { Blob } from '../../../store/blob-store.ts'
import { hasAcl } from '../acl/read-acl.ts'
import { aclContext, pickContext } from '../authorization/acl-context.ts'
import { askObject } from '../authorization/ask.ts'
import type { Bucket } from '../bucket/bucket.ts'
import { renderExpiration } from '../bucket/expiration.ts'
import { askToEncrypt, etagOf, renderEncryption } from '../encryption/object-encryption.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { readTaggingHeader, tagContext } from '../tags.ts'
import { type ChecksumInput, renderChecksum, verifyBody } from './checksum-headers.ts'
import { describeObject, type NewObjectInput } from './new-object.ts'
import { lockActions } from './object-lock.ts'
import { addVersion, findObject } from './object-table.ts'
import { checkWriteConditions } from './preconditions.ts'
import { renderNewVersionId } from './render-object.ts'
import type { StoredObject } from './stored-object.ts'

interface PutObjectInput extends BucketInput, NewObjectInput, ChecksumInput {
  readonly Body?: Blob | Uint8Array
  readonly IfMatch?: string
  readonly IfNoneMatch?: string
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject = bucketOperation<PutObjectInput>({
  name: 'PutObject',
  authorize: askToWrite,
  run(input, call, bucket) {
    checkWriteConditions(findObject(call.store, input), input)
    const description = describeObject(input, call, bucket)
    const blob = requireBlob(input.Body, call)
    const checksum = verifyBody(input, blob, { blobs: call.blobs, fallback: 'CRC64NVME' })
    const object: StoredObject = {
      kind: 'object',
      ...description,
      versionId: 'null',
      lastModifiedMs: call.nowMs,
      blobId: blob.id,
      size: blob.size,
      etag: etagOf(call, blob, description.encryption),
      checksum,
    }
    const added = addVersion(call, bucket, object)
    return {
      ETag: `"${object.etag}"`,
      ...renderEncryption(object.encryption),
      ...renderChecksum(checksum),
      ...renderNewVersionId(added),
      ...renderExpiration(bucket, object),
    }
  },
})

/** What a write of an object must be allowed: also the ACL and the tags that come with it. */
export function askToWrite(
  input: NewObjectInput,
  call: Call,
  bucket: Bucket,
): readonly AuthorizationQuestion[] {
  const context = writeContext(input)
  const actions = [
    's3:PutObject',
    ...(hasAcl(input) ? ['s3:PutObjectAcl'] : []),
    ...(input.Tagging ? ['s3:PutObjectTagging'] : []),
    ...lockActions(input),
  ]
  return [
    ...actions.map((action) => askObject(call, action, { bucket, key: input.Key, context })),
    ...askToEncrypt(input, call, bucket),
  ].map((question) => sayingWhetherCreates(question, 'true'))
}

/**
 * Of what `s3:PutObject` allows, only some makes an object. Policies that ask for a condition on every write tell by this
 * key which calls can carry one.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function sayingWhetherCreates(
  question: AuthorizationQuestion,
  creates: 'true' | 'false',
): AuthorizationQuestion {
  if (question.action !== 's3:PutObject') return question
  return { ...question, context: { ...question.context, 's3:ObjectCreationOperation': creates } }
}

const writeKeys = {
  StorageClass: 's3:x-amz-storage-class',
  ServerSideEncryption: 's3:x-amz-server-side-encryption',
  SSEKMSKeyId: 's3:x-amz-server-side-encryption-aws-kms-key-id',
  SSECustomerAlgorithm: 's3:x-amz-server-side-encryption-customer-algorithm',
  WebsiteRedirectLocation: 's3:x-amz-website-redirect-location',
  ObjectLockMode: 's3:object-lock-mode',
  ObjectLockLegalHoldStatus: 's3:object-lock-legal-hold',
  IfMatch: 's3:if-match',
  IfNoneMatch: 's3:if-none-match',
} as const

function writeContext(input: NewObjectInput): AuthorizationQuestion['context'] & object {
  const tags = readTaggingHeader(input.Tagging)
  return {
    ...aclContext(input),
    ...pickContext(input, writeKeys),
    ...tagContext(tags, 's3:RequestObjectTag'),
    ...(tags.length === 0 ? {} : { 's3:RequestObjectTagKeys': tags.map((tag) => tag.Key) }),
    ...(input.ObjectLockRetainUntilDate === undefined
      ? {}
      : { 's3:object-lock-retain-until-date': input.ObjectLockRetainUntilDate.toISOString() }),
  }
}

/** The streamed body as the HTTP layer stored it; a request without a body makes an empty object. */
export function requireBlob(body: Blob | Uint8Array | undefined, call: Call): Blob {
  if (body === undefined) return call.blobs.writeBytes(new Uint8Array())
  return body instanceof Uint8Array ? call.blobs.writeBytes(body) : body
}

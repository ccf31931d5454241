import type { Call } from '../../../operation.ts'
import { pickContext } from '../authorization/acl-context.ts'
import type { Bucket } from '../bucket/bucket.ts'
import { renderExpiration } from '../bucket/expiration.ts'
import { etagOf, renderEncryption } from '../encryption/object-encryption.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { shownTime } from '../shown-time.ts'
import { readAlgorithm, renderChecksum } from './checksum-headers.ts'
import {
  askToCopyFrom,
  type CopySourceInput,
  copySourceContext,
  readCopySource,
  requireSource,
} from './copy-source.ts'
import { describeObject, type NewObjectInput, type ObjectDescription } from './new-object.ts'
import { addVersion, findObject } from './object-table.ts'
import { checkWriteConditions } from './preconditions.ts'
import { askToWrite } from './put-object.ts'
import { renderNewVersionId } from './render-object.ts'
import type { ObjectChecksum, StoredObject } from './stored-object.ts'

interface CopyObjectInput extends BucketInput, NewObjectInput, CopySourceInput {
  readonly ChecksumAlgorithm?: string
  readonly MetadataDirective?: string
  readonly TaggingDirective?: string
  readonly IfMatch?: string
  readonly IfNoneMatch?: string
}

const copyKeys = { MetadataDirective: 's3:x-amz-metadata-directive' } as const

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const copyObject = bucketOperation<CopyObjectInput>({
  name: 'CopyObject',
  authorize(input, call, bucket) {
    const source = findObject(call.store, readCopySource(input))
    const copiesTags =
      !replaces(input.TaggingDirective, 'tagging') && (source?.tags.length ?? 0) > 0
    const writes = askToWrite(input, call, bucket).map((question) => ({
      ...question,
      context: {
        ...question.context,
        ...pickContext(input, copyKeys),
        ...copySourceContext(input),
      },
    }))
    const tagging = writes.slice(0, 1).map((write) => ({ ...write, action: 's3:PutObjectTagging' }))
    return [
      ...askToCopyFrom(input, call, { tags: copiesTags ? 'copied' : 'left' }),
      ...writes,
      ...(copiesTags ? tagging : []),
    ]
  },
  run(input, call, bucket) {
    const source = requireSource(input, call)
    refuseSameObject(input, bucket)
    checkWriteConditions(findObject(call.store, input), input)
    const description = describeCopy(input, call, { bucket, source })
    const blob = call.blobs.copy(source.blobId)
    const algorithm = readAlgorithm(input.ChecksumAlgorithm) ?? source.checksum?.algorithm
    const checksum: ObjectChecksum = {
      algorithm: algorithm ?? 'CRC64NVME',
      value: call.blobs.checksum(blob.id, algorithm ?? 'CRC64NVME'),
      type: 'FULL_OBJECT',
    }
    const copy: StoredObject = {
      kind: 'object',
      ...description,
      versionId: 'null',
      lastModifiedMs: call.nowMs,
      blobId: blob.id,
      size: blob.size,
      etag: etagOf(call, blob, description.encryption),
      checksum,
    }
    const added = addVersion(call, bucket, copy)
    return {
      CopyObjectResult: {
        ETag: `"${copy.etag}"`,
        LastModified: shownTime(copy.lastModifiedMs),
        ...renderChecksum(checksum),
      },
      ...renderEncryption(copy.encryption),
      ...renderNewVersionId(added),
      ...renderExpiration(bucket, copy),
      ...(source.versionId === 'null' ? {} : { CopySourceVersionId: source.versionId }),
    }
  },
})

function replaces(directive: string | undefined, of: 'metadata' | 'tagging'): boolean {
  if (directive === undefined || directive === 'COPY') return false
  if (directive === 'REPLACE') return true
  throw invalidArgument(`Unknown ${of} directive.`, `x-amz-${of}-directive`, directive)
}

/** AWS: headers, metadata and tags come along unless replaced; the ACL never does. */
function describeCopy(
  input: CopyObjectInput,
  call: Call,
  from: { readonly bucket: Bucket; readonly source: StoredObject },
): ObjectDescription {
  const { bucket, source } = from
  const described = describeObject(input, call, bucket)
  const { WebsiteRedirectLocation: redirect } = input
  const { WebsiteRedirectLocation: _, ...sourceHeaders } = source.headers
  const copied = {
    headers: {
      ...sourceHeaders,
      ...(redirect === undefined ? {} : { WebsiteRedirectLocation: redirect }),
    },
    metadata: source.metadata,
  }
  return {
    ...described,
    ...(replaces(input.MetadataDirective, 'metadata') ? {} : copied),
    ...(replaces(input.TaggingDirective, 'tagging') ? {} : { tags: source.tags }),
  }
}

/** AWS: what is stated counts as changed, even where it is the same. */
function refuseSameObject(input: CopyObjectInput, bucket: Bucket): void {
  const place = readCopySource(input)
  const isSame =
    place.Bucket === input.Bucket && place.Key === input.Key && place.VersionId === undefined
  const changes =
    replaces(input.MetadataDirective, 'metadata') ||
    input.ServerSideEncryption !== undefined ||
    input.SSECustomerAlgorithm !== undefined ||
    input.WebsiteRedirectLocation !== undefined ||
    input.StorageClass !== undefined ||
    // AWS: a bucket that says how it encrypts encrypts anew.
    bucket.hasBucketKey !== undefined
  if (isSame && !changes)
    throw s3Error('InvalidRequest', {
      say: "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    })
}

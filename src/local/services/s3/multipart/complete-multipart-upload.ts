import { createHash } from 'node:crypto'
import { checksumOf } from '../../../store/checksum/checksum.ts'
import { type CrcAlgorithm, combineCrcs } from '../../../store/checksum/combine-crc.ts'
import { pickContext } from '../authorization/acl-context.ts'
import { askObject } from '../authorization/ask.ts'
import { renderExpiration } from '../bucket/expiration.ts'
import { renderEncryption } from '../encryption/object-encryption.ts'
import {
  type Checksums,
  renderChecksum,
  statedChecksum,
  wrongDigest,
} from '../object/checksum-headers.ts'
import { addVersion, findObject } from '../object/object-table.ts'
import { checkWriteConditions } from '../object/preconditions.ts'
import { sayingWhetherCreates } from '../object/put-object.ts'
import { renderNewVersionId } from '../object/render-object.ts'
import type { ObjectChecksum, StoredObject } from '../object/stored-object.ts'
import { s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { algorithmOf, askToUseUploadKey } from './upload-part.ts'
import {
  findUpload,
  partsOf,
  removeUpload,
  requireUpload,
  type Upload,
  type UploadPart,
} from './upload-table.ts'

interface Input extends BucketInput, Checksums {
  readonly Key: string
  readonly UploadId?: string
  readonly ChecksumType?: string
  readonly MpuObjectSize?: number
  readonly MultipartUpload?: { readonly Parts?: readonly ListedPart[] }
  readonly IfMatch?: string
  readonly IfNoneMatch?: string
}

interface ListedPart extends Checksums {
  readonly PartNumber?: number
  readonly ETag?: string
}

/** All parts but the last must have this many bytes. */
const minimumPartSize = 5 * 1024 * 1024

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeMultipartUpload = bucketOperation<Input>({
  name: 'CompleteMultipartUpload',
  authorize(input, call, bucket) {
    const context = pickContext(input, { IfMatch: 's3:if-match', IfNoneMatch: 's3:if-none-match' })
    const question = askObject(call, 's3:PutObject', { bucket, key: input.Key, context })
    return [
      sayingWhetherCreates(question, 'true'),
      ...askToUseUploadKey(findUpload(call.store, input), call),
    ]
  },
  run(input, call, bucket) {
    const upload = requireUpload(call.store, input)
    checkConditions(input, upload, findObject(call.store, input))
    checkMode(input, upload)
    const parts = chooseParts(input, { upload, uploaded: partsOf(call.store, upload) })
    const checksum = checksumOfParts(upload, parts)
    checkStated(input, checksum)
    const size = parts.reduce((sum, part) => sum + part.size, 0)
    checkSize(input, size)
    const object: StoredObject = {
      kind: 'object',
      ...upload.description,
      versionId: 'null',
      lastModifiedMs: call.nowMs,
      blobId: call.blobs.compose(parts.map((part) => ({ id: part.blobId, size: part.size }))),
      size,
      etag: etagOf(parts),
      checksum,
      parts: parts.map((part, index) => ({
        partNumber: index + 1,
        size: part.size,
        checksum: part.checksum,
      })),
    }
    const added = addVersion(call, bucket, object)
    removeUpload(call, upload, parts)
    return {
      Location: `${call.endpoint}/${bucket.name}/${encodeURIComponent(input.Key)}`,
      Bucket: bucket.name,
      Key: input.Key,
      ETag: `"${object.etag}"`,
      ...renderEncryption(object.encryption),
      ...renderChecksum(checksum),
      ...renderNewVersionId(added),
      ...renderExpiration(bucket, object),
    }
  },
})

/** AWS: what was written or deleted after the upload began is in conflict with a condition on what is there. */
function checkConditions(input: Input, upload: Upload, current: StoredObject | undefined): void {
  checkWriteConditions(current, input)
  const { IfMatch, IfNoneMatch, Key } = input
  const isChanged = current !== undefined && current.lastModifiedMs > upload.initiatedMs
  if (IfNoneMatch !== undefined && upload.hasSeenDeletion === true)
    throw s3Error('ConditionalRequestConflict', { details: { Condition: 'If-None-Match', Key } })
  if (IfMatch !== undefined && isChanged)
    throw s3Error('ConditionalRequestConflict', { details: { Condition: 'If-Match', Key } })
}

/** The uploaded parts that the request lists, in its order, each checked. */
function chooseParts(
  input: Input,
  known: { readonly upload: Upload; readonly uploaded: readonly UploadPart[] },
): readonly UploadPart[] {
  const listed = input.MultipartUpload?.Parts ?? []
  if (listed.length === 0)
    throw s3Error('InvalidRequest', { say: 'You must specify at least one part' })
  const { upload, uploaded } = known
  const parts = listed.map((wanted) => {
    const part = uploaded.find((one) => one.partNumber === wanted.PartNumber)
    requirePartChecksum(wanted, upload)
    if (part === undefined || !isSamePart(wanted, part, upload)) throw invalidPart(wanted, upload)
    return part
  })
  const isAscending = parts.every(
    (part, index) => index === 0 || part.partNumber > (parts[index - 1]?.partNumber ?? 0),
  )
  if (!isAscending) throw s3Error('InvalidPartOrder', { details: { UploadId: upload.uploadId } })
  const tooSmall = parts.slice(0, -1).find((part) => part.size < minimumPartSize)
  if (tooSmall !== undefined)
    throw s3Error('EntityTooSmall', {
      details: {
        ETag: tooSmall.etag,
        MinSizeAllowed: String(minimumPartSize),
        PartNumber: String(tooSmall.partNumber),
        ProposedSize: String(tooSmall.size),
      },
    })
  return parts
}

function requirePartChecksum(wanted: ListedPart, upload: Upload): void {
  if (upload.checksum?.type !== 'COMPOSITE' || statedChecksum(wanted) !== undefined) return
  const name = upload.checksum.algorithm.toLowerCase()
  throw s3Error('InvalidRequest', {
    say: `The upload was created using a ${name} checksum. The complete request must include the checksum for each part. It was missing for part ${wanted.PartNumber} in the request.`,
  })
}

function isSamePart(wanted: ListedPart, part: UploadPart, upload: Upload): boolean {
  if (wanted.ETag?.replaceAll('"', '') !== part.etag) return false
  const stated = statedChecksum(wanted)
  if (stated === undefined) return true
  return stated.algorithm === algorithmOf(upload) && stated.value === part.checksum
}

function invalidPart(wanted: ListedPart, upload: Upload): Error {
  return s3Error('InvalidPart', {
    details: {
      UploadId: upload.uploadId,
      PartNumber: String(wanted.PartNumber),
      ETag: wanted.ETag?.replaceAll('"', '') ?? '',
    },
  })
}

function checkMode(input: Input, upload: Upload): void {
  if (input.ChecksumType === undefined || input.ChecksumType === upload.checksum?.type) return
  throw s3Error('InvalidRequest', {
    say: `The upload was created using the ${upload.checksum?.type ?? 'null'} checksum mode. The complete request must use the same checksum mode.`,
  })
}

function checkStated(input: Input, checksum: ObjectChecksum): void {
  const stated = statedChecksum(input)
  if (stated === undefined) return
  const own = checksum.value.replace(/-\d+$/, '')
  if (stated.algorithm !== checksum.algorithm || stated.value.replace(/-\d+$/, '') !== own)
    throw wrongDigest(stated.algorithm.toLowerCase())
}

function checkSize(input: Input, size: number): void {
  if (input.MpuObjectSize === undefined || Number(input.MpuObjectSize) === size) return
  throw s3Error('InvalidRequest', {
    say: `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
  })
}

/** MD5 of the parts' MD5s, and how many there are. */
function etagOf(parts: readonly UploadPart[]): string {
  const digests = parts.map((part) => Buffer.from(part.etag, 'hex'))
  const digest = createHash('md5').update(Buffer.concat(digests)).digest('hex')
  return `${digest}-${parts.length}`
}

function checksumOfParts(upload: Upload, parts: readonly UploadPart[]): ObjectChecksum {
  const algorithm = algorithmOf(upload)
  if (upload.checksum?.type !== 'COMPOSITE') {
    // Only CRCs can be combined, and only they are taken with FULL_OBJECT.
    const value = combineCrcs(algorithm as CrcAlgorithm, parts)
    return { algorithm, value, type: 'FULL_OBJECT' }
  }
  const joined = Buffer.concat(parts.map((part) => Buffer.from(part.checksum, 'base64')))
  return {
    algorithm,
    value: `${checksumOf(algorithm, joined)}-${parts.length}`,
    type: 'COMPOSITE',
  }
}

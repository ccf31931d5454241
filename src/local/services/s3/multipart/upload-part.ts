import type { RequestContext } from '../../../../core/index.ts'
import type { AuthorizationQuestion, Call } from '../../../operation.ts'
import type { Blob, ByteRange } from '../../../store/blob-store.ts'
import { askObject } from '../authorization/ask.ts'
import type { Bucket } from '../bucket/bucket.ts'
import type { CustomerKeyInput } from '../encryption/customer-key.ts'
import { askKey } from '../encryption/kms-key.ts'
import { etagOf, renderEncryption, requireUploadKey } from '../encryption/object-encryption.ts'
import {
  type ChecksumInput,
  renderChecksum,
  statedChecksum,
  verifyBody,
} from '../object/checksum-headers.ts'
import {
  askToCopyFrom,
  type CopySourceInput,
  copySourceContext,
  requireSource,
} from '../object/copy-source.ts'
import { requireBlob, sayingWhetherCreates } from '../object/put-object.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { shownTime } from '../shown-time.ts'
import {
  findUpload,
  requireUpload,
  savePart,
  type Upload,
  type UploadPart,
} from './upload-table.ts'

interface PartInput extends BucketInput {
  readonly Key: string
  readonly UploadId?: string
  readonly PartNumber?: number
}

interface UploadPartInput extends PartInput, ChecksumInput, CustomerKeyInput {
  readonly Body?: Blob | Uint8Array
}

export const uploadPart = bucketOperation<UploadPartInput>({
  name: 'UploadPart',
  authorize: (input, call, bucket) => [
    askToPutPart(input, call, { bucket, context: {} }),
    ...askToUseUploadKey(findUpload(call.store, input), call),
  ],
  run(input, call) {
    const upload = requireUpload(call.store, input)
    const partNumber = readPartNumber(input)
    requireUploadKey(upload.description, input)
    requireAlgorithm(upload, input)
    const blob = requireBlob(input.Body, call)
    // What the client states is checked by its own algorithm, and shown; the upload's is what is kept.
    const fallback = algorithmOf(upload)
    const stated = verifyBody(input, blob, { blobs: call.blobs, fallback })
    const part = partOf(call, upload, { blob, partNumber })
    savePart(call, upload, part)
    const isShown = statedChecksum(input) !== undefined || upload.checksum !== undefined
    return {
      ETag: `"${part.etag}"`,
      ...renderEncryption(upload.description.encryption),
      ...(isShown ? withoutType(renderChecksum(stated)) : {}),
    }
  },
})

interface UploadPartCopyInput extends PartInput, CopySourceInput, CustomerKeyInput {
  readonly CopySourceRange?: string
}

export const uploadPartCopy = bucketOperation<UploadPartCopyInput>({
  name: 'UploadPartCopy',
  authorize: (input, call, bucket) => [
    ...askToCopyFrom(input, call, { tags: 'left' }),
    askToPutPart(input, call, { bucket, context: copySourceContext(input) }),
    ...askToUseUploadKey(findUpload(call.store, input), call),
  ],
  run(input, call) {
    const upload = requireUpload(call.store, input)
    const partNumber = readPartNumber(input)
    requireUploadKey(upload.description, input)
    const source = requireSource(input, call)
    const blob = call.blobs.copy(source.blobId, readSourceRange(input, source.size))
    const part = partOf(call, upload, { blob, partNumber })
    savePart(call, upload, part)
    const shown = upload.checksum
    return {
      CopyPartResult: {
        ETag: `"${part.etag}"`,
        LastModified: shownTime(call.nowMs),
        ...(shown === undefined ? {} : { [`Checksum${shown.algorithm}`]: part.checksum }),
      },
      ...renderEncryption(upload.description.encryption),
      ...(source.versionId === 'null' ? {} : { CopySourceVersionId: source.versionId }),
    }
  },
})

function askToPutPart(
  { Key: key }: PartInput,
  call: Call,
  asked: { readonly bucket: Bucket; readonly context: RequestContext },
): AuthorizationQuestion {
  return sayingWhetherCreates(askObject(call, 's3:PutObject', { key, ...asked }), 'false')
}

export function algorithmOf(upload: Upload): NonNullable<Upload['checksum']>['algorithm'] {
  return upload.checksum?.algorithm ?? 'CRC64NVME'
}

/** AWS: parts state the upload's own checksum or, where it is of the whole object, none. */
function requireAlgorithm({ checksum }: Upload, input: ChecksumInput): void {
  if (checksum === undefined) return
  const stated = statedChecksum(input)?.algorithm
  if (stated === checksum.algorithm) return
  if (stated === undefined && checksum.type === 'FULL_OBJECT') return
  const [expected, actual] = [checksum.algorithm.toLowerCase(), stated?.toLowerCase() ?? 'null']
  throw s3Error('InvalidRequest', {
    say: `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
  })
}

/** AWS: a part is encrypted with a key of its own, made by the upload's, and read again when all are put together. */
export function askToUseUploadKey(
  upload: Upload | undefined,
  call: Call,
): readonly AuthorizationQuestion[] {
  const encryption = upload?.description.encryption
  if (encryption?.kind !== 'kms') return []
  return [
    askKey(call, encryption.key, 'kms:GenerateDataKey'),
    askKey(call, encryption.key, 'kms:Decrypt'),
  ]
}

function partOf(
  call: Call,
  upload: Upload,
  given: { readonly blob: Blob; readonly partNumber: number },
): UploadPart {
  const { blob, partNumber } = given
  const algorithm = algorithmOf(upload)
  return {
    partNumber,
    blobId: blob.id,
    size: blob.size,
    etag: etagOf(call, blob, upload.description.encryption),
    checksum: blob.checksums?.[algorithm] ?? call.blobs.checksum(blob.id, algorithm),
    lastModifiedMs: call.nowMs,
  }
}

function readPartNumber(input: PartInput): number {
  const { PartNumber: partNumber } = input
  if (partNumber === undefined || partNumber < 1 || partNumber > 10_000)
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      String(partNumber),
    )
  return partNumber
}

function readSourceRange(input: UploadPartCopyInput, size: number): ByteRange | undefined {
  const { CopySourceRange: given } = input
  if (given === undefined) return undefined
  const [, first = '', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(given) ?? []
  const range = { start: Number(first), end: Number(last) }
  if (first === '' || range.end < range.start)
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      given,
    )
  if (range.end >= size)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      'x-amz-copy-source-range',
      given,
    )
  return range
}

function withoutType(rendered: object): object {
  return Object.fromEntries(Object.entries(rendered).filter(([name]) => name !== 'ChecksumType'))
}

import { canonicalIdOf } from '../acl/acl.ts'
import { renderOwner } from '../acl/render-acl.ts'
import { askBucket, askObject } from '../authorization/ask.ts'
import { encoder, renderPrefixes } from '../listing/list-objects.ts'
import { listPage } from '../listing/list-page.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { shownTime } from '../shown-time.ts'
import { discardUpload, partsOf, requireUpload, type Upload, uploadsOf } from './upload-table.ts'

interface UploadInput extends BucketInput {
  readonly Key: string
  readonly UploadId?: string
}

export const abortMultipartUpload = bucketOperation<UploadInput>({
  name: 'AbortMultipartUpload',
  authorize: (input, call, bucket) => [
    askObject(call, 's3:AbortMultipartUpload', { bucket, key: input.Key }),
  ],
  run(input, call) {
    discardUpload(call, requireUpload(call.store, input))
    return {}
  },
})

interface ListPartsInput extends UploadInput {
  readonly MaxParts?: number
  readonly PartNumberMarker?: string
}

export const listParts = bucketOperation<ListPartsInput>({
  name: 'ListParts',
  authorize: (input, call, bucket) => [
    askObject(call, 's3:ListMultipartUploadParts', { bucket, key: input.Key }),
  ],
  run(input, call) {
    const upload = requireUpload(call.store, input)
    const marker = Number(input.PartNumberMarker ?? 0)
    const limit = Math.min(input.MaxParts ?? 1000, 1000)
    const after = partsOf(call.store, upload).filter((part) => part.partNumber > marker)
    const page = after.slice(0, limit)
    return {
      Bucket: input.Bucket,
      Key: input.Key,
      UploadId: upload.uploadId,
      ...renderPeople(upload),
      StorageClass: upload.description.storageClass,
      PartNumberMarker: String(marker),
      NextPartNumberMarker: String(page.at(-1)?.partNumber ?? 0),
      MaxParts: limit,
      IsTruncated: page.length < after.length,
      ...renderAlgorithm(upload),
      ...(page.length === 0
        ? {}
        : {
            Parts: page.map((part) => ({
              PartNumber: part.partNumber,
              LastModified: shownTime(part.lastModifiedMs),
              ETag: `"${part.etag}"`,
              Size: part.size,
              ...(upload.checksum === undefined
                ? {}
                : { [`Checksum${upload.checksum.algorithm}`]: part.checksum }),
            })),
          }),
    }
  },
})

interface ListUploadsInput extends BucketInput {
  readonly Prefix?: string
  readonly Delimiter?: string
  readonly KeyMarker?: string
  readonly UploadIdMarker?: string
  readonly MaxUploads?: number
  readonly EncodingType?: string
}

export const listMultipartUploads = bucketOperation<ListUploadsInput>({
  name: 'ListMultipartUploads',
  authorize: (_input, call, bucket) => [
    askBucket(call, 's3:ListBucketMultipartUploads', { bucket }),
  ],
  run(input, call, bucket) {
    const encode = encoder(input)
    const { KeyMarker: after = '', UploadIdMarker: uploadId } = input
    const uploads = uploadsOf(call.store, bucket.name)
    const resumeAt = uploads.findIndex((upload) => upload.uploadId === uploadId)
    const rest = uploads.slice(resumeAt + 1)
    const page = listPage(
      rest.map((upload) => [upload.description.key, upload] as const),
      {
        prefix: input.Prefix ?? '',
        delimiter: input.Delimiter ?? '',
        after: resumeAt < 0 ? after : '',
        limit: Math.min(input.MaxUploads ?? 1000, 1000),
      },
    )
    const last = page.entries.at(-1)?.[1]
    return {
      Bucket: bucket.name,
      KeyMarker: encode(after),
      UploadIdMarker: uploadId ?? '',
      NextKeyMarker: encode(page.next ?? last?.description.key ?? ''),
      NextUploadIdMarker: last?.uploadId ?? '',
      MaxUploads: Math.min(input.MaxUploads ?? 1000, 1000),
      IsTruncated: page.next !== undefined,
      ...(input.Prefix === undefined ? {} : { Prefix: encode(input.Prefix) }),
      ...(input.Delimiter ? { Delimiter: encode(input.Delimiter) } : {}),
      ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
      ...renderPrefixes(page.commonPrefixes, encode),
      ...(page.entries.length === 0
        ? {}
        : { Uploads: page.entries.map(([key, upload]) => renderUpload(encode(key), upload)) }),
    }
  },
})

function renderUpload(key: string, upload: Upload): object {
  return {
    Key: key,
    UploadId: upload.uploadId,
    Initiated: shownTime(upload.initiatedMs),
    StorageClass: upload.description.storageClass,
    ...renderPeople(upload),
    ...renderAlgorithm(upload),
  }
}

/** AWS: the initiator is shown by its ARN, unless it is the account itself. */
function renderPeople(upload: Upload): object {
  const isRoot = upload.initiatorArn.endsWith(':root')
  return {
    Initiator: {
      ID: isRoot ? canonicalIdOf(upload.initiatorAccountId) : upload.initiatorArn,
      DisplayName: upload.initiatorArn.split(/[:/]/).at(-1) ?? '',
    },
    Owner: renderOwner(upload.description.ownerAccountId),
  }
}

function renderAlgorithm(upload: Upload): object {
  if (upload.checksum === undefined) return {}
  return { ChecksumAlgorithm: upload.checksum.algorithm, ChecksumType: upload.checksum.type }
}

import type { AccountId } from '../../../../core/index.ts'
import type { Call } from '../../../operation.ts'
import type { ChecksumAlgorithm } from '../../../store/checksum/checksum.ts'
import type { Store, Table } from '../../../store/store.ts'
import type { ObjectDescription } from '../object/new-object.ts'
import { s3Error } from '../s3-error.ts'

/** A multipart upload in progress. Its parts are a table of their own. */
export interface Upload {
  readonly uploadId: string
  readonly bucketName: string
  readonly description: ObjectDescription
  readonly initiatorArn: string
  readonly initiatorAccountId: AccountId
  readonly initiatedMs: number
  /** Whether an object of its key was deleted since. */
  readonly hasSeenDeletion?: boolean
  /** Absent when the upload named no algorithm: then a full-object CRC-64/NVME is kept. */
  readonly checksum?: {
    readonly algorithm: ChecksumAlgorithm
    readonly type: 'FULL_OBJECT' | 'COMPOSITE'
  }
}

export interface UploadPart {
  readonly partNumber: number
  readonly blobId: string
  /** Bytes. */
  readonly size: number
  /** MD5, hexadecimal. */
  readonly etag: string
  /** By the upload's algorithm. Base64. */
  readonly checksum: string
  readonly lastModifiedMs: number
}

export interface UploadPlace {
  readonly Bucket: string
  readonly Key: string
  readonly UploadId?: string
}

function uploadTable(store: Store, bucketName: string): Table<Upload> {
  return store.table('s3.uploads', bucketName)
}

function partTable(store: Store, upload: Upload): Table<UploadPart> {
  return store.table('s3.uploadParts', `${upload.bucketName}/${upload.uploadId}`)
}

export function saveUpload(store: Store, upload: Upload): void {
  uploadTable(store, upload.bucketName).set(upload.uploadId, upload)
}

export function requireUpload(store: Store, place: UploadPlace): Upload {
  const upload = findUpload(store, place)
  if (upload === undefined)
    throw s3Error('NoSuchUpload', { details: { UploadId: place.UploadId ?? '' } })
  return upload
}

export function findUpload(store: Store, place: UploadPlace): Upload | undefined {
  const upload = uploadTable(store, place.Bucket).get(place.UploadId ?? '')
  return upload?.description.key === place.Key ? upload : undefined
}

/** Lets the uploads to a key know that what was there is deleted. */
export function noteDeletion(
  store: Store,
  place: { readonly Bucket: string; readonly Key: string },
): void {
  const table = uploadTable(store, place.Bucket)
  const uploads = [...table.entries()].filter(([, upload]) => upload.description.key === place.Key)
  for (const [id, upload] of uploads) table.set(id, { ...upload, hasSeenDeletion: true })
}

/** By key, then by when they were begun. */
export function uploadsOf(store: Store, bucketName: string): readonly Upload[] {
  const uploads = [...uploadTable(store, bucketName).entries()].map(([, upload]) => upload)
  return uploads.sort(
    (left, right) =>
      Buffer.compare(Buffer.from(left.description.key), Buffer.from(right.description.key)) ||
      left.initiatedMs - right.initiatedMs,
  )
}

/** Keeps a part in place of an earlier one of the same number. */
export function savePart(call: Call, upload: Upload, part: UploadPart): void {
  const table = partTable(call.store, upload)
  const key = partKey(part.partNumber)
  const before = table.get(key)
  table.set(key, part)
  if (before !== undefined) call.blobs.delete(before.blobId)
}

/** In ascending order of their numbers. */
export function partsOf(store: Store, upload: Upload): readonly UploadPart[] {
  return [...partTable(store, upload).entries()].map(([, part]) => part)
}

/** Forgets the upload; the bytes of parts that are in `kept` stay. */
export function removeUpload(call: Call, upload: Upload, kept: readonly UploadPart[]): void {
  const table = partTable(call.store, upload)
  for (const part of partsOf(call.store, upload)) {
    table.delete(partKey(part.partNumber))
    if (!kept.includes(part)) call.blobs.delete(part.blobId)
  }
  uploadTable(call.store, upload.bucketName).delete(upload.uploadId)
}

export function discardUpload(call: Call, upload: Upload): void {
  removeUpload(call, upload, [])
}

/** Keys sort as text, part numbers as numbers. */
function partKey(partNumber: number): string {
  return String(partNumber).padStart(5, '0')
}

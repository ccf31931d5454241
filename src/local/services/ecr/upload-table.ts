import type { LocalTools } from '../../operation.ts'
import type { Store, Table } from '../../store/store.ts'
import { ecrError } from './ecr-error.ts'
import { scopeOf } from './layers.ts'
import { inRepository, type RepositoryPlace } from './repository.ts'

/** A layer that is being uploaded, by the API or the registry: its parts so far, in order and without gaps. */
export interface LayerUpload {
  readonly uploadId: string
  readonly parts: readonly LayerPart[]
}

export interface LayerPart {
  readonly id: string
  /** Bytes. */
  readonly size: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
}

/** AWS's limits of one layer: parts, and bytes of all of them. */
export const layerPartLimit = 4200
export const layerSizeLimit = 52_000 * 1024 * 1024

type UploadTools = Pick<LocalTools, 'store' | 'blobs'>

export function uploadsOf(store: Store, place: RepositoryPlace): Table<LayerUpload> {
  return store.table('ecr.layerUploads', scopeOf(place))
}

/** Begins an upload. Only inside `transact`. */
export function beginUpload(
  tools: Pick<LocalTools, 'store' | 'randomBytes'>,
  place: RepositoryPlace,
): LayerUpload {
  const random = tools.randomBytes(16).toString('hex')
  const uploadId = random.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const upload: LayerUpload = { uploadId, parts: [] }
  uploadsOf(tools.store, place).set(uploadId, upload)
  return upload
}

/** Throws `UploadNotFoundException`. */
export function requireUpload(store: Store, place: RepositoryPlace, uploadId: string): LayerUpload {
  const upload = uploadsOf(store, place).get(uploadId)
  if (upload !== undefined) return upload
  throw ecrError(
    'UploadNotFoundException',
    `The upload with id '${uploadId}' does not exist for ${inRepository(place)}`,
  )
}

/** Adds a part at the end. Only inside `transact`. */
export function addPart(
  tools: UploadTools,
  place: RepositoryPlace,
  added: { readonly upload: LayerUpload; readonly part: LayerPart },
): LayerUpload {
  const { upload, part } = added
  const { id, size, sha256 } = part
  const changed = { ...upload, parts: [...upload.parts, { id, size, sha256 }] }
  if (changed.parts.length > layerPartLimit || sizeOf(changed) > layerSizeLimit)
    throw ecrError(
      'LimitExceededException',
      `A layer may have ${layerPartLimit} parts and ${layerSizeLimit} bytes`,
    )
  uploadsOf(tools.store, place).set(upload.uploadId, changed)
  return changed
}

/** Gives up one upload with its parts. Only inside `transact`. */
export function discardUpload(
  tools: UploadTools,
  place: RepositoryPlace,
  upload: LayerUpload,
): void {
  uploadsOf(tools.store, place).delete(upload.uploadId)
  for (const part of upload.parts) tools.blobs.delete(part.id)
}

/** Gives up every upload that is under way. Only inside `transact`. */
export function discardUploads(tools: UploadTools, place: RepositoryPlace): void {
  for (const [, upload] of [...uploadsOf(tools.store, place).entries()])
    discardUpload(tools, place, upload)
}

/** Bytes so far. */
export function sizeOf(upload: LayerUpload): number {
  return upload.parts.reduce((sum, part) => sum + part.size, 0)
}

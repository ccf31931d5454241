import type { Call } from '../../operation.ts'
import type { Table } from '../../store/store.ts'
import { ecrError } from './ecr-error.ts'
import { repositoryOperation } from './ecr-operation.ts'
import { isDigest } from './images.ts'
import { findLayer, saveLayer, scopeOf } from './layers.ts'
import {
  inRepository,
  type Repository,
  type RepositoryInput,
  type RepositoryPlace,
} from './repository.ts'

/** A layer that is being uploaded: its parts so far, in order and without gaps. */
interface LayerUpload {
  readonly uploadId: string
  readonly parts: readonly { readonly id: string; readonly size: number }[]
}

/** What a client should send at once; the least that any part but the last must have. */
const recommendedPartSize = 10 * 1024 * 1024
const minimumPartSize = 5 * 1024 * 1024

export const initiateLayerUpload = repositoryOperation<RepositoryInput>({
  name: 'InitiateLayerUpload',
  run(_input, call, repository) {
    const random = call.randomBytes(16).toString('hex')
    const uploadId = random.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    uploadsOf(call, repository).set(uploadId, { uploadId, parts: [] })
    return { uploadId, partSize: recommendedPartSize }
  },
})

interface UploadPartInput extends RepositoryInput {
  readonly uploadId?: string
  readonly partFirstByte?: number
  readonly partLastByte?: number
  readonly layerPartBlob?: Uint8Array
}

export const uploadLayerPart = repositoryOperation<UploadPartInput>({
  name: 'UploadLayerPart',
  run(input, call, repository) {
    const upload = requireUpload(input, call, repository)
    const received = sizeOf(upload)
    const bytes = input.layerPartBlob ?? new Uint8Array()
    const first = Number(input.partFirstByte)
    const last = Number(input.partLastByte)
    const isNext = first === received && last - first + 1 === bytes.length && bytes.length > 0
    if (!isNext) throw invalidPart(repository, { upload, first, last, received })
    const blob = call.blobs.writeBytes(bytes)
    const parts = [...upload.parts, { id: blob.id, size: blob.size }]
    uploadsOf(call, repository).set(upload.uploadId, { ...upload, parts })
    return { ...named(repository), uploadId: upload.uploadId, lastByteReceived: last }
  },
})

interface CompleteInput extends RepositoryInput {
  readonly uploadId?: string
  readonly layerDigests?: readonly string[]
}

export const completeLayerUpload = repositoryOperation<CompleteInput>({
  name: 'CompleteLayerUpload',
  run(input, call, repository) {
    const upload = requireUpload(input, call, repository)
    requireParts(upload, repository)
    const digest = requireStatedDigest(input)
    if (findLayer(call.store, repository, digest) !== undefined) {
      throw ecrError(
        'LayerAlreadyExistsException',
        `Layer with digest '${digest}' already exists in ${inRepository(repository)}`,
      )
    }
    const found = Buffer.from(call.blobs.checksum(upload.parts, 'SHA256'), 'base64')
    requireSameDigest(digest, found.toString('hex'))
    const blobId = call.blobs.compose(upload.parts)
    saveLayer(call, repository, { digest, blobId, size: sizeOf(upload) })
    uploadsOf(call, repository).delete(upload.uploadId)
    return { ...named(repository), uploadId: upload.uploadId, layerDigest: digest }
  },
})

function uploadsOf(call: Call, place: RepositoryPlace): Table<LayerUpload> {
  return call.store.table('ecr.layerUploads', scopeOf(place))
}

/** Gives up every upload that is under way, with its parts. */
export function discardUploads(call: Call, place: RepositoryPlace): void {
  const table = uploadsOf(call, place)
  for (const [uploadId, upload] of [...table.entries()]) {
    table.delete(uploadId)
    for (const part of upload.parts) call.blobs.delete(part.id)
  }
}

function requireUpload(
  input: { readonly uploadId?: string },
  call: Call,
  repository: Repository,
): LayerUpload {
  const { uploadId = '' } = input
  const upload = uploadsOf(call, repository).get(uploadId)
  if (upload !== undefined) return upload
  throw ecrError(
    'UploadNotFoundException',
    `The upload with id '${uploadId}' does not exist for ${inRepository(repository)}`,
  )
}

function sizeOf(upload: LayerUpload): number {
  return upload.parts.reduce((sum, part) => sum + part.size, 0)
}

interface WrongPart {
  readonly upload: LayerUpload
  readonly first: number
  readonly last: number
  readonly received: number
}

/** Parts come one after the other; the error says how far the upload got. */
function invalidPart(repository: Repository, part: WrongPart): Error {
  const { upload, first, last, received } = part
  return ecrError(
    'InvalidLayerPartException',
    `Layer part starting at byte ${first} and ending at byte ${last} is not valid: the next byte expected is ${received}`,
    {
      registryId: repository.registryId,
      repositoryName: repository.repositoryName,
      uploadId: upload.uploadId,
      lastValidByteReceived: String(Math.max(received - 1, 0)),
    },
  )
}

function requireParts(upload: LayerUpload, repository: Repository): void {
  if (upload.parts.length === 0)
    throw ecrError(
      'EmptyUploadException',
      `The upload with id '${upload.uploadId}' for ${inRepository(repository)} has no layer parts`,
    )
  const tooSmall = upload.parts.slice(0, -1).find((part) => part.size < minimumPartSize)
  if (tooSmall !== undefined)
    throw ecrError(
      'LayerPartTooSmallException',
      `Layer parts must be at least ${minimumPartSize} bytes in size, except the last one`,
    )
}

function requireStatedDigest(input: CompleteInput): string {
  const stated = input.layerDigests ?? []
  const malformed = stated.find((digest) => !isDigest(digest))
  const digest = stated.find((one) => /^sha256:[0-9a-f]{64}$/.test(one))
  if (malformed === undefined && digest !== undefined) return digest
  throw ecrError(
    'InvalidParameterException',
    "Invalid parameter at 'layerDigests' failed to satisfy constraint: 'must hold a digest of the form sha256:HEX'",
  )
}

function requireSameDigest(stated: string, found: string): void {
  if (stated === `sha256:${found}`) return
  throw ecrError(
    'InvalidLayerException',
    `Layer digest '${stated}' does not match the digest 'sha256:${found}' of the uploaded parts`,
  )
}

function named(repository: Repository): object {
  return { registryId: repository.registryId, repositoryName: repository.repositoryName }
}

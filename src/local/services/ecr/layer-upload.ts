import { ecrError } from './ecr-error.ts'
import { repositoryOperation } from './ecr-operation.ts'
import { hashUpload } from './hash-upload.ts'
import { isDigest } from './images.ts'
import { findLayer, saveLayer } from './layers.ts'
import { inRepository, placeOf, type Repository, type RepositoryInput } from './repository.ts'
import {
  addPart,
  beginUpload,
  type LayerUpload,
  requireUpload,
  sizeOf,
  uploadsOf,
} from './upload-table.ts'

/** What a client should send at once; the least that any part but the last must have. */
const recommendedPartSize = 10 * 1024 * 1024
const minimumPartSize = 5 * 1024 * 1024

export const initiateLayerUpload = repositoryOperation<RepositoryInput>({
  name: 'InitiateLayerUpload',
  run(_input, call, repository) {
    const { uploadId } = beginUpload(call, repository)
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
    const upload = requireUpload(call.store, repository, input.uploadId ?? '')
    const received = sizeOf(upload)
    const bytes = input.layerPartBlob ?? new Uint8Array()
    const first = Number(input.partFirstByte)
    const last = Number(input.partLastByte)
    const isNext = first === received && last - first + 1 === bytes.length && bytes.length > 0
    if (!isNext) throw invalidPart(repository, { upload, first, last, received })
    addPart(call, repository, { upload, part: call.blobs.writeBytes(bytes) })
    return { ...named(repository), uploadId: upload.uploadId, lastByteReceived: last }
  },
})

interface CompleteInput extends RepositoryInput {
  readonly uploadId?: string
  readonly layerDigests?: readonly string[]
  /** What was there when the call came, and the SHA-256 of it. */
  readonly hashed?: { readonly parts: number; readonly sha256: string } | undefined
}

export const completeLayerUpload = repositoryOperation<CompleteInput>({
  name: 'CompleteLayerUpload',
  async prepare(input, call) {
    const place = placeOf(input, call)
    const upload = uploadsOf(call.store, place).get(input.uploadId ?? '')
    if (upload === undefined) return { ...input, hashed: undefined }
    const sha256 = await hashUpload(call, place, upload)
    return {
      ...input,
      hashed: sha256 === undefined ? undefined : { parts: upload.parts.length, sha256 },
    }
  },
  run(input, call, repository) {
    const upload = requireUpload(call.store, repository, input.uploadId ?? '')
    requireParts(upload, repository)
    const digest = requireStatedDigest(input)
    if (findLayer(call.store, repository, digest) !== undefined) {
      throw ecrError(
        'LayerAlreadyExistsException',
        `Layer with digest '${digest}' already exists in ${inRepository(repository)}`,
      )
    }
    requireSameDigest(digest, hashOf(upload, input))
    const blobId = call.blobs.compose(upload.parts)
    saveLayer(call, repository, { digest, blobId, size: sizeOf(upload) })
    uploadsOf(call.store, repository).delete(upload.uploadId)
    return { ...named(repository), uploadId: upload.uploadId, layerDigest: digest }
  },
})

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

/** Parts are only ever added. */
function hashOf({ uploadId, parts }: LayerUpload, { hashed }: CompleteInput): string {
  if (hashed?.parts === parts.length) return hashed.sha256
  throw ecrError(
    'InvalidLayerException',
    `The upload with id '${uploadId}' got another part while it was completed`,
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

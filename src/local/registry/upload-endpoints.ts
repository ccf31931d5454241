import type { Call } from '../operation.ts'
import type { WireResponse } from '../protocol/wire.ts'
import { hashUpload } from '../services/ecr/hash-upload.ts'
import { findLayer, saveLayer } from '../services/ecr/layers.ts'
import type { RepositoryPlace } from '../services/ecr/repository.ts'
import {
  addPart,
  beginUpload,
  discardUpload,
  type LayerUpload,
  layerSizeLimit,
  requireUpload,
  sizeOf,
  uploadsOf,
} from '../services/ecr/upload-table.ts'
import type { Blob } from '../store/blob-store.ts'
import { mountBlob } from './mount-blob.ts'
import { permitted, type RegistryCall } from './registry-call.ts'
import { registryError } from './registry-error.ts'

/**
 * `POST /v2/NAME/blobs/uploads/`: begins an upload; with `mount` and `from` takes a blob over from another repository of the
 * registry, and with `digest` takes the whole blob at once.
 */
export async function beginBlobUpload(registry: RegistryCall): Promise<WireResponse> {
  const { query } = registry
  const mount = query.get('mount')
  if (mount !== null && mountBlob(registry, mount)) return created(registry, mount)
  const { place } = registry.target
  const upload = permitted(registry, ['InitiateLayerUpload'], (call) => beginUpload(call, place))
  const digest = query.get('digest')
  if (digest === null || mount !== null) return accepted(registry, upload, 202)
  return await finish(registry, { uploadId: upload.uploadId, digest })
}

/** `PATCH …/uploads/ID`: the next bytes. */
export async function appendToUpload(registry: RegistryCall): Promise<WireResponse> {
  const upload = await append(registry, registry.target.reference)
  return accepted(registry, upload, 202)
}

/** `PUT …/uploads/ID?digest=…`: the last bytes, if any, and what the whole is. */
export async function completeUpload(registry: RegistryCall): Promise<WireResponse> {
  const digest = registry.query.get('digest') ?? ''
  return await finish(registry, { uploadId: registry.target.reference, digest })
}

/** `GET …/uploads/ID`: how far an upload got, so that it can go on there. */
export function showUpload(registry: RegistryCall): WireResponse {
  const { place, reference } = registry.target
  const upload = permitted(registry, ['UploadLayerPart'], (call) =>
    requireUpload(call.store, place, reference),
  )
  return accepted(registry, upload, 204)
}

/** `DELETE …/uploads/ID`. */
export function cancelUpload(registry: RegistryCall): WireResponse {
  const { place, reference } = registry.target
  permitted(registry, ['UploadLayerPart'], (call) =>
    discardUpload(call, place, requireUpload(call.store, place, reference)),
  )
  return { status: 204, headers: {}, body: '' }
}

interface Finish {
  readonly uploadId: string
  readonly digest: string
}

async function finish(registry: RegistryCall, { uploadId, digest }: Finish): Promise<WireResponse> {
  const { place } = registry.target
  if (!/^sha256:[0-9a-f]{64}$/.test(digest))
    throw registryError('DigestInvalid', 'a blob is completed with `?digest=sha256:…`')
  const before = permitted(registry, ['CompleteLayerUpload'], (call) =>
    requireUpload(call.store, place, uploadId),
  )
  const upload = hasBody(registry) ? await append(registry, uploadId) : before
  // Undefined where the upload ended meanwhile, which is found out below.
  const found = await hashUpload(registry.tools, place, upload)
  permitted(registry, ['CompleteLayerUpload'], (call) => {
    const now = requireUpload(call.store, place, uploadId)
    if (sizeOf(now) !== sizeOf(upload)) throw registryError('InvalidRange', 'the upload has grown')
    if (now.parts.length === 0) throw registryError('EmptyUploadException', 'the blob has no bytes')
    if (`sha256:${found}` !== digest)
      throw registryError('DigestInvalid', `the bytes uploaded have the digest sha256:${found}`)
    keep(call, place, { upload: now, digest })
  })
  return created(registry, digest)
}

function keep(
  call: Call,
  place: RepositoryPlace,
  done: { readonly upload: LayerUpload; readonly digest: string },
): void {
  const { upload, digest } = done
  if (findLayer(call.store, place, digest) !== undefined) {
    discardUpload(call, place, upload)
    return
  }
  const [first] = upload.parts
  const isWhole = upload.parts.length === 1 && first !== undefined
  const blobId = isWhole ? first.id : call.blobs.compose(upload.parts)
  saveLayer(call, place, { digest, blobId, size: sizeOf(upload) })
  uploadsOf(call.store, place).delete(upload.uploadId)
}

/** Streams the request's body to disk as the upload's next part; decided before a byte is read, and again at the end. */
async function append(registry: RegistryCall, uploadId: string): Promise<LayerUpload> {
  const { request, target, tools } = registry
  const { place } = target
  const offset = permitted(registry, ['UploadLayerPart'], (call) => {
    const size = sizeOf(requireUpload(call.store, place, uploadId))
    requireNext(request.headers['content-range'], size)
    return size
  })
  refuseTooLong(registry, offset)
  request.onContinue()
  const blob = await tools.blobs.write(request.body)
  try {
    return permitted(registry, ['UploadLayerPart'], (call) => {
      const upload = requireUpload(call.store, place, uploadId)
      requireStated(request.headers['content-range'], blob)
      if (sizeOf(upload) !== offset)
        throw registryError('InvalidRange', 'another request has added to the upload meanwhile')
      return addOrDrop(call, place, { upload, blob })
    })
  } catch (error) {
    tools.blobs.delete(blob.id)
    throw error
  }
}

function addOrDrop(
  call: Call,
  place: RepositoryPlace,
  added: { readonly upload: LayerUpload; readonly blob: Blob },
): LayerUpload {
  const { upload, blob } = added
  if (blob.size > 0) return addPart(call, place, { upload, part: blob })
  call.blobs.delete(blob.id)
  return upload
}

function hasBody(registry: RegistryCall): boolean {
  const { headers } = registry.request
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function refuseTooLong(registry: RegistryCall, offset: number): void {
  const length = Number(registry.request.headers['content-length'] ?? 0)
  if (offset + length > layerSizeLimit)
    throw registryError('LimitExceededException', `a layer may have ${layerSizeLimit} bytes`)
}

/** `Content-Range: FIRST-LAST`, where FIRST is the next byte that is missing. */
function requireNext(header: string | undefined, size: number): void {
  if (header === undefined) return
  const [, first] = /^(?:bytes )?(\d+)-(\d+)(?:\/\S+)?$/.exec(header) ?? []
  if (Number(first) !== size)
    throw registryError('InvalidRange', `the next byte of the upload is ${size}`)
}

function requireStated(header: string | undefined, blob: Blob): void {
  const [, first, last] = /^(?:bytes )?(\d+)-(\d+)(?:\/\S+)?$/.exec(header ?? '') ?? []
  if (header !== undefined && Number(last) - Number(first) + 1 !== blob.size)
    throw registryError('InvalidRange', 'the body is not as long as Content-Range says')
}

function created(registry: RegistryCall, digest: string): WireResponse {
  const location = `${registry.target.base}/blobs/${digest}`
  return { status: 201, headers: { location, 'docker-content-digest': digest }, body: '' }
}

function accepted(registry: RegistryCall, upload: LayerUpload, status: number): WireResponse {
  const headers = {
    location: `${registry.target.base}/blobs/uploads/${upload.uploadId}`,
    range: `0-${Math.max(sizeOf(upload) - 1, 0)}`,
    'docker-upload-uuid': upload.uploadId,
  }
  return { status, headers, body: '' }
}

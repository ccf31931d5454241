import { readByteRange } from '../http/byte-range.ts'
import type { WireResponse } from '../protocol/wire.ts'
import { findLayer, type Layer } from '../services/ecr/layers.ts'
import { permitted, type RegistryCall } from './registry-call.ts'
import { registryError } from './registry-error.ts'

/** `HEAD /v2/NAME/blobs/DIGEST`: what a push asks before it sends a layer. */
export function headBlob(registry: RegistryCall): WireResponse {
  const layer = findBlob(registry, 'BatchCheckLayerAvailability')
  return {
    status: 200,
    headers: { ...headersOf(layer), 'content-length': `${layer.size}` },
    body: '',
  }
}

/** `GET /v2/NAME/blobs/DIGEST`, whole or a range of it, straight from the disk. */
export function getBlob(registry: RegistryCall): WireResponse {
  const layer = findBlob(registry, 'GetDownloadUrlForLayer')
  const range = readByteRange(registry.request.headers.range, layer.size)
  const { blobId, size } = layer
  switch (range.kind) {
    case 'unsatisfiable':
      throw registryError('InvalidRange', `the blob has ${size} bytes`)
    case 'whole':
      return {
        status: 200,
        headers: headersOf(layer),
        body: { blobId, start: 0, end: size - 1 },
      }
    default: {
      const { start, end } = range
      const headers = { ...headersOf(layer), 'content-range': `bytes ${start}-${end}/${size}` }
      return { status: 206, headers, body: { blobId, start, end } }
    }
  }
}

function findBlob(registry: RegistryCall, action: string): Layer {
  const { place, reference } = registry.target
  return permitted(registry, [action], (call) => {
    const layer = findLayer(call.store, place, reference)
    if (layer === undefined)
      throw registryError('BlobUnknown', 'the repository has no blob of this digest')
    return layer
  })
}

function headersOf(layer: Layer): Readonly<Record<string, string>> {
  return {
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    'docker-content-digest': layer.digest,
    etag: `"${layer.digest}"`,
  }
}

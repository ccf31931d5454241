import type { Call } from '../operation.ts'
import { ServiceError } from '../service-error.ts'
import { askRepository } from '../services/ecr/ecr-operation.ts'
import { findLayer, saveLayer } from '../services/ecr/layers.ts'
import type { RepositoryPlace } from '../services/ecr/repository.ts'
import { decide, permitted, type RegistryCall } from './registry-call.ts'

/**
 * Takes a blob over from another repository of the same registry; false where that cannot be. It needs leave to read the
 * blob there and to push here. Where either is missing, or the blob, an upload begins instead and nobody learns which it was.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html
 */
export function mountBlob(registry: RegistryCall, digest: string): boolean {
  const { place } = registry.target
  const from = sourceOf(registry)
  if (from === undefined) return false
  return permitted(registry, ['InitiateLayerUpload', 'CompleteLayerUpload'], (call) => {
    if (!mayRead(registry, from, call)) return false
    const layer = findLayer(call.store, from, digest)
    if (layer === undefined) return false
    if (findLayer(call.store, place, digest) === undefined)
      saveLayer(call, place, { ...layer, blobId: call.blobs.share(layer.blobId) })
    return true
  })
}

/** The repository that `from` names, as the client names repositories under the address it uses. */
function sourceOf({ target, query }: RegistryCall): RepositoryPlace | undefined {
  const from = query.get('from')
  if (from === null) return undefined
  const { place, base } = target
  const prefix = base.slice('/v2/'.length, base.length - place.repositoryName.length)
  if (!from.startsWith(prefix)) return undefined
  return { ...place, repositoryName: from.slice(prefix.length) }
}

function mayRead(registry: RegistryCall, from: RepositoryPlace, call: Call): boolean {
  const actions = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer']
  try {
    decide(
      registry,
      actions.map((action) => askRepository(call, action, { place: from })),
      call,
    )
    return true
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'AccessDeniedException') return false
    throw error
  }
}

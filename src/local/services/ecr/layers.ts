import type { LocalTools } from '../../operation.ts'
import type { Store, Table } from '../../store/store.ts'
import type { RepositoryPlace } from './repository.ts'

/** A layer, or an image's configuration: bytes under their digest, in one repository. */
export interface Layer {
  /** `sha256:…` */
  readonly digest: string
  readonly blobId: string
  /** Bytes. */
  readonly size: number
}

export type LayerTools = Pick<LocalTools, 'store' | 'blobs'>

export function layersOf(store: Store, place: RepositoryPlace): Table<Layer> {
  return store.table('ecr.layers', scopeOf(place))
}

export function findLayer(store: Store, place: RepositoryPlace, digest: string): Layer | undefined {
  return layersOf(store, place).get(digest)
}

/** Keeps a layer; where the repository has it already, the new bytes go and the old layer stays. */
export function saveLayer(tools: LayerTools, place: RepositoryPlace, layer: Layer): Layer {
  const table = layersOf(tools.store, place)
  const known = table.get(layer.digest)
  if (known !== undefined) {
    if (known.blobId !== layer.blobId) tools.blobs.delete(layer.blobId)
    return known
  }
  table.set(layer.digest, layer)
  return layer
}

export function removeLayers(tools: LayerTools, place: RepositoryPlace): void {
  const table = layersOf(tools.store, place)
  for (const [digest, layer] of [...table.entries()]) {
    table.delete(digest)
    tools.blobs.delete(layer.blobId)
  }
}

/** Tables of one repository; a name holds no character that could run into the next part. */
export function scopeOf(place: RepositoryPlace): string {
  return `${place.registryId}/${place.region}/${place.repositoryName}`
}

import type { Store, Table } from '../../store/store.ts'
import { scopeOf } from './layers.ts'
import type { RepositoryPlace } from './repository.ts'

/** A manifest under its digest. */
export interface StoredImage {
  /** `sha256:…` of the manifest's text. */
  readonly digest: string
  readonly manifest: string
  readonly mediaType: string
  readonly artifactMediaType?: string
  /** Digests of the images that a manifest list or index names. */
  readonly references: readonly string[]
  /** Digest of the image this one is about. */
  readonly subject?: string
  /** Bytes of configuration and layers. */
  readonly size: number
  readonly pushedAtMs: number
}

export interface ImageIdentifier {
  readonly imageDigest?: string
  readonly imageTag?: string
}

export function imagesOf(store: Store, place: RepositoryPlace): Table<StoredImage> {
  return store.table('ecr.images', scopeOf(place))
}

/** Which digest each tag means. */
export function tagsOf(store: Store, place: RepositoryPlace): Table<string> {
  return store.table('ecr.imageTags', scopeOf(place))
}

/** The tags of each image that has some, by its digest. */
export function tagsByDigest(
  store: Store,
  place: RepositoryPlace,
): ReadonlyMap<string, readonly string[]> {
  const tags = new Map<string, string[]>()
  for (const [tag, digest] of tagsOf(store, place).entries()) {
    const known = tags.get(digest)
    if (known === undefined) tags.set(digest, [tag])
    else known.push(tag)
  }
  return tags
}

export type ImageLookup =
  | { readonly kind: 'found'; readonly image: StoredImage }
  | { readonly kind: 'missing'; readonly code: ImageFailureCode; readonly reason: string }

export type ImageFailureCode =
  | 'ImageNotFound'
  | 'ImageTagDoesNotMatchDigest'
  | 'InvalidImageDigest'
  | 'MissingDigestAndTag'

/** The image that a digest, a tag, or both together name. */
export function findImage(store: Store, place: RepositoryPlace, id: ImageIdentifier): ImageLookup {
  const { imageDigest, imageTag } = id
  if (imageDigest === undefined && imageTag === undefined)
    return missing(
      'MissingDigestAndTag',
      'Invalid request parameters: both tag and digest cannot be null',
    )
  if (imageDigest !== undefined && !isDigest(imageDigest))
    return missing(
      'InvalidImageDigest',
      "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    )
  const tagged = imageTag === undefined ? undefined : tagsOf(store, place).get(imageTag)
  if (imageTag !== undefined && tagged === undefined)
    return missing('ImageNotFound', 'Requested image not found')
  if (imageDigest !== undefined && tagged !== undefined && tagged !== imageDigest)
    return missing(
      'ImageTagDoesNotMatchDigest',
      'Requested image tag does not match the requested digest',
    )
  const image = imagesOf(store, place).get(imageDigest ?? tagged ?? '')
  if (image === undefined) return missing('ImageNotFound', 'Requested image not found')
  return { kind: 'found', image }
}

export function isDigest(text: string): boolean {
  return /^[a-zA-Z0-9\-_+.]+:[a-fA-F0-9]+$/.test(text)
}

function missing(code: ImageFailureCode, reason: string): ImageLookup {
  return { kind: 'missing', code, reason }
}

/** `{imageDigest:'null', imageTag:'1.0'}`: how ECR names an image in its messages. */
export function renderImageId(id: ImageIdentifier): string {
  return `{imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'}`
}

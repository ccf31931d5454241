import { createHash } from 'node:crypto'
import { matchGlob } from '../../../core/index.ts'
import type { Call } from '../../operation.ts'
import { ecrError, invalidParameter } from './ecr-error.ts'
import { repositoryOperation } from './ecr-operation.ts'
import { type ImageIdentifier, imagesOf, type StoredImage, tagsOf } from './images.ts'
import { findLayer } from './layers.ts'
import { type Manifest, readManifest } from './manifest.ts'
import { inRepository, ofRepository, type Repository, type RepositoryInput } from './repository.ts'

interface PutImageInput extends RepositoryInput {
  readonly imageManifest?: string
  readonly imageManifestMediaType?: string
  readonly imageTag?: string
  readonly imageDigest?: string
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html */
export const putImage = repositoryOperation<PutImageInput>({
  name: 'PutImage',
  run(input, call, repository) {
    const { imageManifest: text = '', imageTag: tag } = input
    const manifest = readManifest(text, input.imageManifestMediaType)
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`
    if (input.imageDigest !== undefined && input.imageDigest !== digest)
      throw ecrError(
        'ImageDigestDoesNotMatchException',
        'The specified image digest does not match the digest that Amazon ECR calculated for the image',
      )
    if (tag !== undefined) requireTag(tag)
    requireReferences(call, repository, manifest)
    const size = sizeOf(call, repository, manifest)
    const imageId = { imageDigest: digest, ...(tag === undefined ? {} : { imageTag: tag }) }
    keep(call, repository, { imageId, image: newImage(call, { text, manifest, digest, size }) })
    return {
      image: {
        registryId: repository.registryId,
        repositoryName: repository.repositoryName,
        imageId,
        imageManifest: text,
        imageManifestMediaType: manifest.mediaType,
      },
    }
  },
})

interface Read {
  readonly text: string
  readonly manifest: Manifest
  readonly digest: string
  readonly size: number
}

function newImage(call: Call, read: Read): StoredImage {
  const { manifest } = read
  const { artifactMediaType, subject } = manifest
  return {
    digest: read.digest,
    manifest: read.text,
    mediaType: manifest.mediaType,
    ...(artifactMediaType === undefined ? {} : { artifactMediaType }),
    ...(subject === undefined ? {} : { subject }),
    references: manifest.references,
    size: read.size,
    pushedAtMs: call.nowMs,
  }
}

function keep(
  call: Call,
  repository: Repository,
  put: { readonly image: StoredImage; readonly imageId: ImageIdentifier },
): void {
  const { image, imageId } = put
  const images = imagesOf(call.store, repository)
  const isKnown = images.get(image.digest) !== undefined
  const { imageTag: tag } = imageId
  const tagged = tag === undefined ? undefined : tagsOf(call.store, repository).get(tag)
  if (isKnown && (tag === undefined || tagged === image.digest))
    throw ecrError(
      'ImageAlreadyExistsException',
      `Image with digest '${image.digest}' and tag '${tag ?? 'null'}' already exists in ${ofRepository(repository)}`,
    )
  if (tag !== undefined && tagged !== undefined && !isMutable(repository, tag))
    throw ecrError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${repository.repositoryName}' repository and cannot be overwritten because the tag is immutable.`,
    )
  if (!isKnown) images.set(image.digest, image)
  if (tag !== undefined) tagsOf(call.store, repository).set(tag, image.digest)
}

function isMutable(repository: Repository, tag: string): boolean {
  const isExcluded = repository.exclusionFilters.some(({ filter }) => matchGlob(filter, tag))
  switch (repository.tagMutability) {
    case 'MUTABLE':
      return true
    case 'IMMUTABLE':
      return false
    case 'MUTABLE_WITH_EXCLUSION':
      return !isExcluded
    case 'IMMUTABLE_WITH_EXCLUSION':
      return isExcluded
    default:
      return false
  }
}

function requireTag(tag: string): void {
  if (/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(tag)) return
  throw invalidParameter(
    'imageTag',
    "must satisfy regular expression '[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}'",
  )
}

function requireReferences(call: Call, repository: Repository, manifest: Manifest): void {
  const images = imagesOf(call.store, repository)
  const missing = manifest.references.filter((digest) => images.get(digest) === undefined)
  if (missing.length === 0) return
  throw ecrError(
    'ReferencedImagesNotFoundException',
    `Images with digests '[${missing.join(', ')}]' required for pushing image into ${inRepository(repository)} do not exist`,
  )
}

/** The bytes of all layers, every one of which must be there. */
function sizeOf(call: Call, repository: Repository, manifest: Manifest): number {
  const layers = manifest.layers.map(
    (digest) => [digest, findLayer(call.store, repository, digest)] as const,
  )
  const missing = layers.filter(([, layer]) => layer === undefined).map(([digest]) => digest)
  if (missing.length > 0)
    throw ecrError(
      'LayersNotFoundException',
      `Layers with digests '[${missing.join(', ')}]' required for pushing image into ${inRepository(repository)} do not exist`,
    )
  return layers.reduce((sum, [, layer]) => sum + (layer?.size ?? 0), 0)
}

import { ecrError } from './ecr-error.ts'
import { repositoryOperation } from './ecr-operation.ts'
import {
  findImage,
  type ImageIdentifier,
  imagesOf,
  renderImageId,
  type StoredImage,
  tagsByDigest,
  tagsOf,
} from './images.ts'
import { type PageInput, pageOf } from './page.ts'
import { inRepository, type Repository, type RepositoryInput } from './repository.ts'

interface FilterInput extends RepositoryInput, PageInput {
  readonly filter?: { readonly tagStatus?: string }
}

/** Tag by tag, and the digests of images without one. */
export const listImages = repositoryOperation<FilterInput>({
  name: 'ListImages',
  run(input, call, repository) {
    const tags = tagsByDigest(call.store, repository)
    const all = [...imagesOf(call.store, repository).entries()].flatMap(([imageDigest]) => {
      const own: readonly string[] = tags.get(imageDigest) ?? []
      if (!isWanted(input, own)) return []
      const ids: readonly ImageIdentifier[] = own.map((imageTag) => ({ imageDigest, imageTag }))
      return own.length === 0 ? [{ imageDigest }] : ids
    })
    const page = pageOf(
      all,
      input,
      (id: ImageIdentifier) => `${id.imageDigest}:${id.imageTag ?? ''}`,
    )
    return { ...page, imageIds: page.items }
  },
})

interface IdsInput extends RepositoryInput {
  readonly imageIds?: readonly ImageIdentifier[]
}

export const describeImages = repositoryOperation<IdsInput & FilterInput>({
  name: 'DescribeImages',
  run(input, call, repository) {
    const tags = tagsByDigest(call.store, repository)
    const tagsFor = (image: StoredImage): readonly string[] => tags.get(image.digest) ?? []
    const named = input.imageIds?.map((id) => {
      const found = findImage(call.store, repository, id)
      if (found.kind === 'found') return found.image
      throw ecrError(
        'ImageNotFoundException',
        `The image with imageId ${renderImageId(id)} does not exist within ${inRepository(repository)}`,
      )
    })
    const all = [...imagesOf(call.store, repository).entries()]
      .map(([, image]) => image)
      .filter((image) => isWanted(input, tagsFor(image)))
    const page = named === undefined ? pageOf(all, input, (one) => one.digest) : { items: named }
    return {
      ...page,
      imageDetails: page.items.map((image) => renderDetail(repository, image, tagsFor(image))),
    }
  },
})

interface GetInput extends IdsInput {
  readonly acceptedMediaTypes?: readonly string[]
}

export const batchGetImage = repositoryOperation<GetInput>({
  name: 'BatchGetImage',
  run(input, call, repository) {
    const results = (input.imageIds ?? []).map((imageId) => {
      const found = findImage(call.store, repository, imageId)
      if (found.kind === 'missing') return failure(imageId, found.code, found.reason)
      const { image } = found
      return {
        registryId: repository.registryId,
        repositoryName: repository.repositoryName,
        imageId: { ...imageId, imageDigest: image.digest },
        imageManifest: image.manifest,
        imageManifestMediaType: image.mediaType,
      }
    })
    return {
      images: results.filter((result) => !('failureCode' in result)),
      failures: results.filter((result) => 'failureCode' in result),
    }
  },
})

/** A tag alone is only taken off; by its digest an image goes with all its tags. */
export const batchDeleteImage = repositoryOperation<IdsInput>({
  name: 'BatchDeleteImage',
  run(input, call, repository) {
    const images = imagesOf(call.store, repository)
    const tags = tagsOf(call.store, repository)
    const deleted: ImageIdentifier[] = []
    const failures: object[] = []
    for (const id of input.imageIds ?? []) {
      const found = findImage(call.store, repository, id)
      if (found.kind === 'missing') {
        failures.push(failure(id, found.code, found.reason))
        continue
      }
      const { digest } = found.image
      const own = tagsByDigest(call.store, repository).get(digest) ?? []
      const isTagOnly = id.imageDigest === undefined
      const gone = isTagOnly ? own.filter((tag) => tag === id.imageTag) : own
      const goes = gone.length === own.length
      if (goes && isReferenced(images.entries(), digest)) {
        const reason = `Requested image is referenced by manifest list`
        failures.push(failure(id, 'ImageReferencedByManifestList', reason))
        continue
      }
      for (const tag of gone) tags.delete(tag)
      if (goes) images.delete(digest)
      if (gone.length === 0) deleted.push({ imageDigest: digest })
      for (const imageTag of gone) deleted.push({ imageDigest: digest, imageTag })
    }
    return { imageIds: deleted, failures }
  },
})

function isReferenced(images: Iterable<readonly [string, StoredImage]>, digest: string): boolean {
  return [...images].some(([, image]) => image.references.includes(digest))
}

function failure(imageId: ImageIdentifier, failureCode: string, failureReason: string): object {
  return { imageId, failureCode, failureReason }
}

function isWanted(input: FilterInput, tags: readonly string[]): boolean {
  const { tagStatus = 'ANY' } = input.filter ?? {}
  if (tagStatus === 'TAGGED') return tags.length > 0
  if (tagStatus === 'UNTAGGED') return tags.length === 0
  return true
}

function renderDetail(repository: Repository, image: StoredImage, tags: readonly string[]): object {
  const { artifactMediaType, subject } = image
  return {
    registryId: repository.registryId,
    repositoryName: repository.repositoryName,
    imageDigest: image.digest,
    ...(tags.length === 0 ? {} : { imageTags: tags }),
    imageSizeInBytes: image.size,
    imagePushedAt: new Date(image.pushedAtMs),
    imageManifestMediaType: image.mediaType,
    ...(artifactMediaType === undefined ? {} : { artifactMediaType }),
    ...(subject === undefined ? {} : { subjectManifestDigest: subject }),
  }
}

import type { AuthorizationQuestion, Call } from '../../operation.ts'
import { ecrError, invalidParameter } from './ecr-error.ts'
import { askRepository, ecrOperation, repositoryOperation } from './ecr-operation.ts'
import { imagesOf, tagsOf } from './images.ts'
import { removeLayers } from './layers.ts'
import { type PageInput, pageOf } from './page.ts'
import {
  findRepository,
  placeOf,
  type Repository,
  type RepositoryInput,
  registryOf,
  renderRepository,
  repositoriesOf,
  requireRepository,
  requireValidName,
  saveRepository,
} from './repository.ts'
import { type MutabilityInput, readMutability } from './repository-settings.ts'
import { readTags, requestTagContext, type TagInput } from './tags.ts'
import { discardUploads } from './upload-table.ts'

interface CreateInput extends RepositoryInput, MutabilityInput {
  readonly tags?: TagInput
  readonly imageScanningConfiguration?: { readonly scanOnPush?: boolean }
  readonly encryptionConfiguration?: { readonly encryptionType?: string }
}

export const createRepository = ecrOperation<CreateInput>({
  name: 'CreateRepository',
  authorize(input, call) {
    const asked = { place: placeOf(input, call), context: requestTagContext(input.tags) }
    const actions = ['ecr:CreateRepository', ...(input.tags?.length ? ['ecr:TagResource'] : [])]
    return actions.map((action) => askRepository(call, action, asked))
  },
  run(input, call) {
    const place = placeOf(input, call)
    requireValidName(place.repositoryName)
    const { encryptionType = 'AES256' } = input.encryptionConfiguration ?? {}
    if (encryptionType !== 'AES256')
      throw invalidParameter('encryptionConfiguration', 'only AES256 is built here')
    if (findRepository(call.store, place) !== undefined)
      throw ecrError(
        'RepositoryAlreadyExistsException',
        `The repository with name '${place.repositoryName}' already exists in the registry with id '${place.registryId}'`,
      )
    const repository: Repository = {
      ...place,
      createdAtMs: call.nowMs,
      ...readMutability(input),
      scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
      tags: readTags(input.tags),
    }
    saveRepository(call.store, repository)
    return { repository: renderRepository(repository, call) }
  },
})

interface DescribeInput extends PageInput {
  readonly registryId?: string
  readonly repositoryNames?: readonly string[]
}

export const describeRepositories = ecrOperation<DescribeInput>({
  name: 'DescribeRepositories',
  authorize: askToDescribe,
  run(input, call) {
    const registry = registryOf(input, call)
    const named = input.repositoryNames?.map((repositoryName) =>
      requireRepository({ ...registry, repositoryName }, call),
    )
    const all = [...repositoriesOf(call.store, registry).entries()].map(([, one]) => one)
    const page =
      named === undefined ? pageOf(all, input, (one) => one.repositoryName) : { items: named }
    return {
      ...page,
      repositories: page.items.map((repository) => renderRepository(repository, call)),
    }
  },
})

/** All of them, or each that is named. */
function askToDescribe(input: DescribeInput, call: Call): readonly AuthorizationQuestion[] {
  const registry = registryOf(input, call)
  return (input.repositoryNames ?? ['*']).map((repositoryName) =>
    askRepository(call, 'ecr:DescribeRepositories', { place: { ...registry, repositoryName } }),
  )
}

interface DeleteInput extends RepositoryInput {
  readonly force?: boolean
}

export const deleteRepository = repositoryOperation<DeleteInput>({
  name: 'DeleteRepository',
  run(input, call, repository) {
    const { repositoryName, registryId } = repository
    const images = imagesOf(call.store, repository)
    if (images.size > 0 && input.force !== true)
      throw ecrError(
        'RepositoryNotEmptyException',
        `The repository with name '${repositoryName}' in registry with id '${registryId}' cannot be deleted because it still contains images`,
      )
    for (const [digest] of [...images.entries()]) images.delete(digest)
    const tags = tagsOf(call.store, repository)
    for (const [tag] of [...tags.entries()]) tags.delete(tag)
    repositoriesOf(call.store, repository).delete(repositoryName)
    removeLayers(call, repository)
    discardUploads(call, repository)
    return { repository: renderRepository(repository, call) }
  },
})

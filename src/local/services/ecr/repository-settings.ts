import { parseArn } from '../../../core/index.ts'
import type { AuthorizationQuestion, Call } from '../../operation.ts'
import { ecrError, invalidParameter } from './ecr-error.ts'
import { askRepository, ecrOperation, repositoryOperation } from './ecr-operation.ts'
import { readRepositoryPolicy, renderPolicyText } from './policy-text.ts'
import {
  type ExclusionFilter,
  inRepository,
  placeOf,
  type Repository,
  type RepositoryInput,
  type RepositoryPlace,
  requireRepositoryAt,
  saveRepository,
  tagMutabilities,
} from './repository.ts'
import { mergeTags, readTags, requestTagContext, type TagInput } from './tags.ts'

export interface MutabilityInput {
  readonly imageTagMutability?: string
  readonly imageTagMutabilityExclusionFilters?: readonly Partial<ExclusionFilter>[]
}

export function readMutability(
  input: MutabilityInput,
): Pick<Repository, 'tagMutability' | 'exclusionFilters'> {
  const { imageTagMutability: given = 'MUTABLE' } = input
  const tagMutability = tagMutabilities.find((known) => known === given)
  if (tagMutability === undefined)
    throw invalidParameter('imageTagMutability', `must be one of ${tagMutabilities.join(', ')}`)
  const filters = input.imageTagMutabilityExclusionFilters ?? []
  const exclusionFilters = filters.map(({ filterType = '', filter = '' }) => {
    if (filterType === 'WILDCARD' && /^[0-9a-zA-Z._*-]{1,128}$/.test(filter))
      return { filterType, filter }
    throw invalidParameter('imageTagMutabilityExclusionFilters', 'must be a wildcard filter')
  })
  if (tagMutability.endsWith('EXCLUSION') !== exclusionFilters.length > 0)
    throw invalidParameter(
      'imageTagMutabilityExclusionFilters',
      'goes with a mutability that has exclusions',
    )
  return { tagMutability, exclusionFilters }
}

export const putImageTagMutability = repositoryOperation<RepositoryInput & MutabilityInput>({
  name: 'PutImageTagMutability',
  run(input, call, repository) {
    const setting = readMutability(input)
    saveRepository(call.store, { ...repository, ...setting })
    return {
      ...named(repository),
      imageTagMutability: setting.tagMutability,
      ...(setting.exclusionFilters.length === 0
        ? {}
        : { imageTagMutabilityExclusionFilters: setting.exclusionFilters }),
    }
  },
})

interface ScanningInput extends RepositoryInput {
  readonly imageScanningConfiguration?: { readonly scanOnPush?: boolean }
}

export const putImageScanningConfiguration = repositoryOperation<ScanningInput>({
  name: 'PutImageScanningConfiguration',
  run(input, call, repository) {
    const scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false
    saveRepository(call.store, { ...repository, scanOnPush })
    return { ...named(repository), imageScanningConfiguration: { scanOnPush } }
  },
})

export const setRepositoryPolicy = repositoryOperation<
  RepositoryInput & { readonly policyText?: string }
>({
  name: 'SetRepositoryPolicy',
  run(input, call, repository) {
    const policy = readRepositoryPolicy(input.policyText, repository, call.store)
    const changed = { ...repository, policy }
    saveRepository(call.store, changed)
    return showPolicy(changed, call)
  },
})

export const getRepositoryPolicy = repositoryOperation<RepositoryInput>({
  name: 'GetRepositoryPolicy',
  run: (_input, call, repository) => showPolicy(repository, call),
})

export const deleteRepositoryPolicy = repositoryOperation<RepositoryInput>({
  name: 'DeleteRepositoryPolicy',
  run(_input, call, repository) {
    const shown = showPolicy(repository, call)
    const { policy: _, ...rest } = repository
    saveRepository(call.store, rest)
    return shown
  },
})

function showPolicy(repository: Repository, call: Call): object {
  const { policy } = repository
  if (policy === undefined)
    throw ecrError(
      'RepositoryPolicyNotFoundException',
      `Repository policy does not exist for ${inRepository(repository)}`,
    )
  return { ...named(repository), policyText: renderPolicyText(policy.document, call.store) }
}

export const putLifecyclePolicy = repositoryOperation<
  RepositoryInput & { readonly lifecyclePolicyText?: string }
>({
  name: 'PutLifecyclePolicy',
  run(input, call, repository) {
    const { lifecyclePolicyText = '' } = input
    requireRules(lifecyclePolicyText)
    saveRepository(call.store, { ...repository, lifecyclePolicyText })
    return { ...named(repository), lifecyclePolicyText }
  },
})

export const getLifecyclePolicy = repositoryOperation<RepositoryInput>({
  name: 'GetLifecyclePolicy',
  run: (_input, _call, repository) => showLifecycle(repository),
})

export const deleteLifecyclePolicy = repositoryOperation<RepositoryInput>({
  name: 'DeleteLifecyclePolicy',
  run(_input, call, repository) {
    const shown = showLifecycle(repository)
    const { lifecyclePolicyText: _, ...rest } = repository
    saveRepository(call.store, rest)
    return shown
  },
})

function showLifecycle(repository: Repository): object {
  const { lifecyclePolicyText } = repository
  if (lifecyclePolicyText === undefined)
    throw ecrError(
      'LifecyclePolicyNotFoundException',
      `Lifecycle policy does not exist for ${inRepository(repository)}`,
    )
  return { ...named(repository), lifecyclePolicyText }
}

/** The policy is kept and shown; images do not expire by it here. */
function requireRules(text: string): void {
  const document = parseJson(text)
  const isPolicy = typeof document === 'object' && document !== null && 'rules' in document
  if (!isPolicy || !Array.isArray(document.rules) || document.rules.length === 0)
    throw invalidParameter('LifecyclePolicyText', 'Lifecycle policy validation failure')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

interface ResourceInput {
  readonly resourceArn?: string
}

export const tagResource = ecrOperation<ResourceInput & { readonly tags?: TagInput }>({
  name: 'TagResource',
  authorize: (input, call) => [
    askByArn(input, call, { action: 'ecr:TagResource', tags: input.tags }),
  ],
  run(input, call) {
    const repository = requireRepositoryAt(placeOfArn(input, call), call)
    const tags = mergeTags(repository.tags, readTags(input.tags))
    saveRepository(call.store, { ...repository, tags })
    return {}
  },
})

export const untagResource = ecrOperation<ResourceInput & { readonly tagKeys?: readonly string[] }>(
  {
    name: 'UntagResource',
    authorize(input, call) {
      const question = askByArn(input, call, { action: 'ecr:UntagResource' })
      const keys = input.tagKeys ?? []
      const context = keys.length === 0 ? {} : { 'aws:TagKeys': keys }
      return [{ ...question, context: { ...question.context, ...context } }]
    },
    run(input, call) {
      const repository = requireRepositoryAt(placeOfArn(input, call), call)
      const tags = repository.tags.filter((tag) => !input.tagKeys?.includes(tag.Key))
      saveRepository(call.store, { ...repository, tags })
      return {}
    },
  },
)

export const listTagsForResource = ecrOperation<ResourceInput>({
  name: 'ListTagsForResource',
  authorize: (input, call) => [askByArn(input, call, { action: 'ecr:ListTagsForResource' })],
  run: (input, call) => ({ tags: requireRepositoryAt(placeOfArn(input, call), call).tags }),
})

function askByArn(
  input: ResourceInput,
  call: Call,
  asked: { readonly action: string; readonly tags?: TagInput },
): AuthorizationQuestion {
  return askRepository(call, asked.action, {
    place: placeOfArn(input, call),
    context: requestTagContext(asked.tags),
  })
}

function placeOfArn(input: ResourceInput, call: Call): RepositoryPlace {
  const arn = parseArn(input.resourceArn ?? '')
  const [kind, ...name] = arn?.resource.split('/') ?? []
  if (arn?.service !== 'ecr' || kind !== 'repository' || name.length === 0)
    throw invalidParameter('resourceArn', 'must be the ARN of a repository')
  // Policies are asked about the region that was called.
  if (arn.region !== call.region)
    throw invalidParameter('resourceArn', `must be in the region ${call.region}`)
  return placeOf({ registryId: arn.accountId, repositoryName: name.join('/') }, call)
}

function named(repository: Repository): object {
  return { registryId: repository.registryId, repositoryName: repository.repositoryName }
}

import { type AccountId, type PolicyDocument, parseAccountId } from '../../../core/index.ts'
import type { Call } from '../../operation.ts'
import type { Store, Table } from '../../store/store.ts'
import { ecrError, invalidParameter } from './ecr-error.ts'
import type { Tag } from './tags.ts'

export interface Registry {
  /** The account's id. */
  readonly registryId: AccountId
  readonly region: string
}

export interface RepositoryPlace extends Registry {
  readonly repositoryName: string
}

export interface Repository extends RepositoryPlace {
  readonly createdAtMs: number
  readonly tagMutability: TagMutability
  readonly exclusionFilters: readonly ExclusionFilter[]
  readonly scanOnPush: boolean
  readonly tags: readonly Tag[]
  readonly policy?: RepositoryPolicy
  readonly lifecyclePolicyText?: string
}

export const tagMutabilities = [
  'MUTABLE',
  'IMMUTABLE',
  'IMMUTABLE_WITH_EXCLUSION',
  'MUTABLE_WITH_EXCLUSION',
] as const
export type TagMutability = (typeof tagMutabilities)[number]

/** Tags that match are treated the other way. */
export interface ExclusionFilter {
  readonly filterType: string
  readonly filter: string
}

export interface RepositoryPolicy {
  /** As it was set, but with users and roles by their unique ids. */
  readonly document: PolicyDocument
  /** The same with the repository as every statement's resource, which ECR leaves unsaid. */
  readonly effective: PolicyDocument
}

/** What every call on a repository says. */
export interface RepositoryInput {
  readonly registryId?: string
  readonly repositoryName?: string
}

export function repositoriesOf(store: Store, registry: Registry): Table<Repository> {
  return store.table('ecr.repositories', `${registry.registryId}/${registry.region}`)
}

/** The registry a call means: the caller's own, or that of the account it names. */
export function registryOf(input: { readonly registryId?: string }, call: Call): Registry {
  if (input.registryId === undefined) return { registryId: ownAccountId(call), region: call.region }
  const registryId = parseAccountId(input.registryId)
  if (registryId === undefined)
    throw ecrError(
      'InvalidParameterException',
      `Invalid parameter at 'registryId' failed to satisfy constraint: 'must satisfy regular expression '[0-9]{12}''`,
    )
  return { registryId, region: call.region }
}

export function placeOf(input: RepositoryInput, call: Call): RepositoryPlace {
  return { ...registryOf(input, call), repositoryName: input.repositoryName ?? '' }
}

export function findRepository(store: Store, place: RepositoryPlace): Repository | undefined {
  return repositoriesOf(store, place).get(place.repositoryName)
}

export function requireRepository(input: RepositoryInput, call: Call): Repository {
  return requireRepositoryAt(placeOf(input, call), call)
}

export function requireRepositoryAt(place: RepositoryPlace, call: Call): Repository {
  const repository = findRepository(call.store, place)
  if (repository !== undefined) return repository
  const { repositoryName, registryId } = place
  throw ecrError(
    'RepositoryNotFoundException',
    `The repository with name '${repositoryName}' does not exist in the registry with id '${registryId}'`,
  )
}

export function saveRepository(store: Store, repository: Repository): void {
  repositoriesOf(store, repository).set(repository.repositoryName, repository)
}

const namePattern = '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'
/** Linear: the runs of separators and of other characters cannot be told apart in two ways. */
const validName = /^[a-z0-9]+(?:(?:[._/]|__|-+)[a-z0-9]+)*$/

export function requireValidName(name: string): string {
  if (name.length >= 2 && name.length <= 256 && validName.test(name)) return name
  throw invalidParameter('repositoryName', `must satisfy regular expression '${namePattern}'`)
}

export function repositoryArn(place: RepositoryPlace): string {
  return `arn:aws:ecr:${place.region}:${place.registryId}:repository/${place.repositoryName}`
}

/** The host of a registry as the client can reach it, with the port: see `registryAddress`. */
export function registryHost(registry: Registry, endpoint: string): string {
  return registryAddress(registry, endpoint).host
}

export interface RegistryAddress {
  readonly host: string
  /** What stands before a repository's name: nothing, or `ACCOUNT/REGION/`. */
  readonly prefix: string
}

/**
 * Where clients find a registry. Who called the API by a name under `.localhost` can resolve such names and gets one of the
 * registry's own, as AWS has it; everybody else gets the address they called, and account and region in the path.
 */
export function registryAddress(registry: Registry, endpoint: string): RegistryAddress {
  const { hostname, host, port } = new URL(endpoint)
  const { registryId, region } = registry
  if (!hostname.endsWith('.localhost')) return { host, prefix: `${registryId}/${region}/` }
  const name = `${registryId}.dkr.ecr.${region}.localhost`
  return { host: port === '' ? name : `${name}:${port}`, prefix: '' }
}

export function ownAccountId(call: Call): AccountId {
  if (call.caller.kind === 'authenticated') return call.caller.accountId
  throw ecrError('AccessDeniedException', 'User: anonymous is not authorized')
}

/** A repository as every call shows it. */
export function renderRepository(repository: Repository, call: Call): object {
  const { registryId, repositoryName, exclusionFilters } = repository
  const { host, prefix } = registryAddress(repository, call.endpoint)
  return {
    repositoryArn: repositoryArn(repository),
    registryId,
    repositoryName,
    repositoryUri: `${host}/${prefix}${repositoryName}`,
    createdAt: new Date(repository.createdAtMs),
    imageTagMutability: repository.tagMutability,
    ...(exclusionFilters.length === 0
      ? {}
      : { imageTagMutabilityExclusionFilters: exclusionFilters }),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: { encryptionType: 'AES256' },
  }
}

/** How ECR names a repository in its messages. */
export function inRepository(place: RepositoryPlace): string {
  return `the repository with name '${place.repositoryName}' in the registry with id '${place.registryId}'`
}

/** The same with the article left out, as some messages have it. */
export function ofRepository(place: RepositoryPlace): string {
  return `the repository with name '${place.repositoryName}' in registry with id '${place.registryId}'`
}

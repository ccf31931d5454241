import type { RequestContext } from '../../../core/index.ts'
import type { AuthorizationQuestion, Call, Operation } from '../../operation.ts'
import type { Store } from '../../store/store.ts'
import { documentOfLatest, statementsOfLatest } from './latest-version.ts'
import { registryPolicyOf, registryPolicyStatements } from './registry-policy.ts'
import {
  findRepository,
  placeOf,
  type Repository,
  type RepositoryInput,
  type RepositoryPlace,
  registryOf,
  repositoryArn,
  requireRepository,
} from './repository.ts'
import { resourceTagContext } from './tags.ts'

/** The protocol layer has read `input` by the service's model, which is what `I` restates. */
export function ecrOperation<I>(operation: {
  readonly name: string
  readonly prepare?: ((input: I, call: Call) => Promise<I>) | undefined
  readonly authorize: (input: I, call: Call) => readonly AuthorizationQuestion[]
  readonly run: (input: I, call: Call) => object
}): Operation {
  const { prepare } = operation
  const made: Operation = {
    service: 'ecr',
    name: operation.name,
    authorize: (input, call) => operation.authorize(input as I, call),
    run: (input, call) => operation.run(input as I, call),
  }
  if (prepare === undefined) return made
  const prepared: Operation['prepare'] = async (input, call) => ({
    ...input,
    ...(await prepare(input as I, call)),
  })
  return { ...made, prepare: prepared }
}

/** A call on one repository: permission is asked by its ARN, also where it does not exist. */
export function repositoryOperation<I extends RepositoryInput>(operation: {
  readonly name: string
  readonly prepare?: (input: I, call: Call) => Promise<I>
  readonly run: (input: I, call: Call, repository: Repository) => object
}): Operation {
  return ecrOperation<I>({
    name: operation.name,
    prepare: operation.prepare,
    authorize: (input, call) => [
      askRepository(call, `ecr:${operation.name}`, { place: placeOf(input, call) }),
    ],
    run: (input, call) => operation.run(input, call, requireRepository(input, call)),
  })
}

/** "May the caller do `action` to this repository?" The repository's own policy has a say, and the registry's. */
export function askRepository(
  call: Call,
  action: string,
  asked: { readonly place: RepositoryPlace; readonly context?: RequestContext },
): AuthorizationQuestion {
  const { place } = asked
  const repository = findRepository(call.store, place)
  const { policy, tags = [] } = seenRepository(call.store, repository) ?? {}
  const own = policy?.effective
  const seenStore = call.store.spread ?? call.store
  const registry = registryPolicyStatements(registryPolicyOf(seenStore, place), action)
  // The stored document itself where nothing is to be added, so that it is compiled once.
  const document =
    registry.length === 0 ? own : documentOfLatest([...statementsOfLatest(own), ...registry])
  const arn = repositoryArn(place)
  return {
    action,
    resource: arn,
    resourceAccount: place.registryId,
    context: { ...resourceTagContext(tags), ...asked.context },
    ...(document === undefined
      ? {}
      : { resourcePolicy: { type: 'resource', name: arn, document } }),
  }
}

/** With policy and tags of before while a change of them is on its way; a new one has no policy until word has spread. */
function seenRepository(
  { spread }: Store,
  repository: Repository | undefined,
): Pick<Repository, 'policy' | 'tags'> | undefined {
  if (spread === undefined || repository === undefined) return repository
  const seen = findRepository(spread, repository)
  // One of the same name that was deleted since is another.
  return seen?.createdAtMs === repository.createdAtMs ? seen : { tags: repository.tags }
}

/** "May the caller do `action`, which takes no resource?" AWS: the registry's policy is enforced in every request. */
export function askRegistry(action: string, call: Call): AuthorizationQuestion {
  const registry = registryOf({}, call)
  const policy = registryPolicyOf(call.store.spread ?? call.store, registry)
  const statements = registryPolicyStatements(policy, action)
  const asked = { action, resource: '*', resourceAccount: registry.registryId }
  if (statements.length === 0) return asked
  const document = documentOfLatest(statements)
  const name = `registry policy of ${registry.registryId}`
  return { ...asked, resourcePolicy: { type: 'resource', name, document } }
}

import { authorizeCall } from '../authorize-call.ts'
import type { AuthenticatedCaller } from '../caller.ts'
import type { RecordedDecision } from '../event-history.ts'
import type { ExtraRequest } from '../http/extra-route.ts'
import type { CallNotes, DispatchTools } from '../incoming.ts'
import type { AuthorizationQuestion, Call, Operation } from '../operation.ts'
import { askRepository } from '../services/ecr/ecr-operation.ts'
import { requireRepositoryAt } from '../services/ecr/repository.ts'
import type { RepositoryTarget } from './registry-path.ts'

/** One request to the registry, signed in and understood. */
export interface RegistryCall {
  readonly tools: DispatchTools
  readonly request: ExtraRequest
  readonly target: RepositoryTarget
  readonly caller: AuthenticatedCaller
  readonly query: URLSearchParams
  readonly notes: CallNotes
}

/** The same request as a call of ECR's API, which is what policies and the event history speak of. */
export function asCall(registry: Omit<RegistryCall, 'target'>, operation: Named): Call {
  const { tools, request, caller, notes } = registry
  notes.operation = operation.name
  return {
    clock: tools.clock,
    randomBytes: tools.randomBytes,
    store: tools.store,
    blobs: tools.blobs,
    service: 'ecr',
    operation: operation.name,
    caller,
    region: operation.region,
    requestId: notes.requestId ?? '',
    endpoint: request.endpoint,
    nowMs: tools.clock.nowMs(),
    sourceIp: request.sourceIp,
    headers: request.headers,
  }
}

export interface Named {
  readonly name: string
  readonly region: string
}

/** Asks the engine, and notes what it decided, of questions asked again the last answer; throws ECR's denial. */
export function decide(
  registry: Omit<RegistryCall, 'target'>,
  questions: readonly AuthorizationQuestion[],
  call: Call,
): void {
  const { tools, notes } = registry
  const onDecision = (decision: RecordedDecision): void => {
    const { action, resource } = decision.request
    const others = (notes.decisions ?? []).filter(
      ({ request }) => request.action !== action || request.resource !== resource,
    )
    notes.decisions = [...others, decision]
  }
  authorizeCall({ compiler: tools.compiler, onDecision }, questions, call)
}

/** Makes one call of ECR's API on the repository: its permissions, then its work, in one transaction. */
export function perform(registry: RegistryCall, operation: Operation, input: object): object {
  const { registryId, repositoryName, region } = registry.target.place
  const call = asCall(registry, { name: operation.name, region })
  const whole = { ...input, registryId, repositoryName }
  return registry.tools.store.transact(() => {
    decide(registry, operation.authorize(whole, call), call)
    return operation.run(whole, call)
  })
}

/**
 * Does something to the repository when all of the actions are allowed on it. The first of them is what the event
 * history calls it. The repository is looked for afterwards: who may not ask learns nothing.
 */
export function permitted<R>(
  registry: RegistryCall,
  actions: readonly [string, ...string[]],
  work: (call: Call) => R,
): R {
  const { place } = registry.target
  const call = asCall(registry, { name: actions[0], region: place.region })
  return registry.tools.store.transact(() => {
    const questions = actions.map((action) => askRepository(call, `ecr:${action}`, { place }))
    decide(registry, questions, call)
    requireRepositoryAt(place, call)
    return work(call)
  })
}

import { parseAccountId } from '../arn/account-id.ts'
import { parseArn } from '../arn/arn.ts'
import { authorize } from '../evaluate/authorize.ts'
import type { Certainty } from '../evaluate/decision.ts'
import type { PolicyLayers } from '../evaluate/policy-layers.ts'
import { isRole } from '../evaluate/quirks.ts'
import type { Principal, Request } from '../evaluate/request.ts'
import { flipByContext } from '../explain/flip.ts'
import { originOf } from '../explain/flip-key.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'
import type { EstateQuestion } from './estate.ts'
import type { EstateIndex } from './estate-index.ts'
import type { Proviso } from './proviso.ts'
import { mightBeAllowed } from './relax.ts'

/** Somebody to decide for; of a principal that was read, or of one outside that is taken to be let by its own account. */
export interface Asker {
  readonly principal: Principal
  readonly identity: readonly CompiledPolicy[]
  readonly boundary: readonly CompiledPolicy[] | null
}

export interface PairAnswer {
  readonly provisos: readonly Proviso[]
  readonly certainty: Certainty
}

/** Whether it may, and under which conditions on keys that the question leaves open; undefined: it may not. */
export function decidePair(
  index: EstateIndex,
  asker: Asker,
  question: EstateQuestion,
): PairAnswer | undefined {
  const asked = requestFor(index, asker, question)
  if (asked === undefined) return undefined
  const decision = authorize(asked.request, asked.layers)
  if (decision.kind === 'allow') return { provisos: noProvisos, certainty: decision.certainty }
  if (decision.kind === 'implicitDeny' && decision.rule !== undefined) return undefined
  if (!isOpen(index, asked)) return undefined
  const found = flipByContext(asked.request, asked.layers)
  if (found.kind === 'none') {
    const open = mightBeAllowed(asked.request, asked.layers)
    return open && { provisos: open, certainty: 'assumed' }
  }
  const provisos = found.changes.flatMap((change) =>
    change.kind === 'sendContext' ? [{ key: change.key, text: change.demand }] : [],
  )
  return { provisos, certainty: found.decision.certainty }
}

const noProvisos: readonly Proviso[] = []

interface AskedPair {
  readonly request: Request
  readonly layers: PolicyLayers
}

/** Whether any statement about the action has a condition on a key that the question leaves open. */
function isOpen(index: EstateIndex, { request, layers }: AskedPair): boolean {
  const { principal, context } = request
  const action = request.action.toLowerCase()
  const isGiven = (key: string): boolean =>
    Object.keys(context).some((given) => given.toLowerCase() === key)
  const isOpenIn = (policy: CompiledPolicy): boolean =>
    index
      .traitsOf(policy, action)
      .conditionKeys.some((key) => originOf(key, principal).kind !== 'settled' && !isGiven(key))
  const isOpenAt = (level: readonly CompiledPolicy[]): boolean => level.some(isOpenIn)
  const { identity, boundary, resource, scp, rcp } = layers
  return (
    (resource !== null && isOpenIn(resource)) ||
    isOpenAt(identity) ||
    (boundary !== null && isOpenAt(boundary)) ||
    scp.some(isOpenAt) ||
    rcp.some(isOpenAt)
  )
}

/** The request and all layers known for it; undefined where nobody knows whose the resource is. */
export function requestFor(
  index: EstateIndex,
  asker: Asker,
  question: EstateQuestion,
): AskedPair | undefined {
  const { principal, identity, boundary } = asker
  const own = 'accountId' in principal ? principal.accountId : undefined
  const owner = ownerOf(index, question) ?? (question.resource === '*' ? own : undefined)
  if (owner === undefined) return undefined
  return {
    request: {
      principal,
      action: question.action,
      resource: question.resource,
      resourceAccount: owner,
      context: question.context,
    },
    layers: {
      identity,
      boundary,
      session: null,
      resource: policyOfResource(index, question),
      scp: own === undefined ? [] : index.limitsOf(own).scp,
      rcp: index.limitsOf(owner).rcp,
      vpce: null,
    },
  }
}

/** The account that owns the resource: by its ARN, its policy, or the question. */
export function ownerOf(
  index: EstateIndex,
  { resource, resourceAccount }: EstateQuestion,
): ReturnType<typeof parseAccountId> {
  return (
    parseAccountId(parseArn(resource)?.accountId ?? '') ??
    findResource(index, resource)?.accountId ??
    resourceAccount
  )
}

/** The policy that is attached to the resource: a role's trust policy for actions of STS. */
export function policyOfResource(
  index: EstateIndex,
  { action, resource }: EstateQuestion,
): CompiledPolicy | null {
  if (isRole(resource) && /^sts:/i.test(action)) {
    return index.principals.get(resource)?.trust ?? null
  }
  return findResource(index, resource)?.policy ?? null
}

/** A bucket's policy speaks for its objects. */
function findResource(index: EstateIndex, resource: string) {
  const slash = resource.indexOf('/')
  const exact = index.resources.get(resource)
  if (exact !== undefined || slash < 0 || !/^arn:[^:]*:s3:::/.test(resource)) return exact
  return index.resources.get(resource.slice(0, slash))
}

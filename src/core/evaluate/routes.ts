import { doubt } from '../condition/doubt.ts'
import { grade } from '../policy/match-principal.ts'
import { unreachable } from '../unreachable.ts'
import type { DecidingRule } from './decision.ts'
import type { PolicyOutcome, StatementMatch } from './evaluate-policy.ts'
import { isSameAccount, type LayerOutcomes } from './layer-outcomes.ts'
import type { QuirkEffect } from './quirks.ts'
import type { Request } from './request.ts'

export type LayerName = 'scp' | 'vpce' | 'identity' | 'boundary' | 'session' | 'resource'

/** One way in: the layers that must allow, in the order in which a missing one is reported. */
export interface Route {
  readonly needs: readonly LayerName[]
  /** What the choice of this route rests on: bits of `doubt`. */
  readonly doubts: number
  /** Raised when one of the needs is missing, other than a guard. */
  readonly doubtsIfMissing: number
}

export interface RouteSetting {
  readonly request: Request
  readonly outcomes: LayerOutcomes
  readonly quirks: readonly QuirkEffect[]
}

const limits: readonly LayerName[] = ['boundary', 'session']
const guards: readonly LayerName[] = ['scp', 'vpce']

/**
 * The ways in that the request could take; one that is allowed suffices. Across accounts there is one: both sides.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
export function findRoutes(setting: RouteSetting): readonly Route[] {
  const grants = setting.outcomes.grants
  const routes = routesOfPolicies(setting)
  return grants === null || grants.allows.length === 0
    ? routes
    : [...routes, routeOfGrants(setting, grants)]
}

function routesOfPolicies({ request, outcomes, quirks }: RouteSetting): readonly Route[] {
  const plain = (needs: readonly LayerName[]): Route => ({ needs, doubts: 0, doubtsIfMissing: 0 })
  if (quirks.some((quirk) => quirk.kind === 'free')) return [plain(guards)]
  if (!('accountId' in request.principal)) return [plain(['vpce', 'resource'])]
  if (!isSameAccount(request)) {
    return [plain([...guards, 'identity', ...limits, 'resource'])]
  }
  const granted = resourceRoutes(outcomes.resource)
  const isRequired = quirks.some((quirk) => quirk.kind === 'resourcePolicyRequired')
  const delegations = byGrade(outcomes.resource, grade.account)
  if (!isRequired) return [...granted, plain([...guards, 'identity', ...limits])]
  if (delegations.length > 0) {
    const doubts = leastDoubts(delegations)
    const delegated = { needs: [...guards, 'identity' as const, ...limits], doubts }
    return [...granted, { ...delegated, doubtsIfMissing: 0 }]
  }
  return granted.length > 0 ? granted : [plain([...guards, 'resource'])]
}

/**
 * What a grant allows needs no other allow in the key's account. AWS's pages leave open what limits it, and whether
 * it suffices across accounts: then the way is as narrow as that of the key policy.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
 */
function routeOfGrants({ request }: RouteSetting, { allows }: PolicyOutcome): Route {
  const doubts = leastDoubts(allows)
  if (!('accountId' in request.principal)) return { needs: ['vpce'], doubts, doubtsIfMissing: 0 }
  const ofAccountAlone = allows.every((match) => match.grade === grade.account)
  if (isSameAccount(request) && !ofAccountAlone) {
    return { needs: [...guards, ...limits], doubts, doubtsIfMissing: doubt.grantAndLimits }
  }
  const doubtsIfMissing = isSameAccount(request) ? 0 : doubt.grantAcrossAccounts
  return { needs: [...guards, 'identity', ...limits], doubts, doubtsIfMissing }
}

// What a policy of the same account grants to the very caller, no limit on that caller's own side takes away.
function resourceRoutes(resource: PolicyOutcome | null): readonly Route[] {
  const routes: Route[] = []
  const direct = byGrade(resource, grade.direct)
  if (direct.length > 0) {
    routes.push({ needs: guards, doubts: leastDoubts(direct), doubtsIfMissing: 0 })
  }
  const role = byGrade(resource, grade.role)
  if (role.length > 0) {
    routes.push({ needs: [...guards, ...limits], doubts: leastDoubts(role), doubtsIfMissing: 0 })
  }
  const everyone = byGrade(resource, grade.everyone)
  if (everyone.length > 0) {
    const doubtsIfMissing = doubt.everyoneAndLimits
    routes.push({ needs: [...guards, ...limits], doubts: leastDoubts(everyone), doubtsIfMissing })
  }
  return routes
}

function byGrade(outcome: PolicyOutcome | null, bit: number): readonly StatementMatch[] {
  return outcome === null ? [] : outcome.allows.filter((match) => (match.grade & bit) !== 0)
}

/** What a match among several rests on: nothing, where one of them is certain. */
export function leastDoubts(matches: readonly StatementMatch[]): number {
  let all = 0
  for (const { doubts } of matches) {
    if (doubts === 0) return 0
    all |= doubts
  }
  return all
}

/** Where a route ended. `missing` is the first need that does not allow. */
export interface Attempt {
  readonly missing?: LayerName
  readonly rule?: DecidingRule
  readonly doubts: number
}

export function attemptRoute(route: Route, setting: RouteSetting): Attempt {
  let { doubts } = route
  for (const layer of route.needs) {
    const answer = answerLayer(layer, setting)
    if (answer.missing === undefined) doubts |= answer.doubts
    else {
      const isGuard = layer === 'scp' || layer === 'vpce'
      const open = answer.doubts | (isGuard ? 0 : route.doubtsIfMissing)
      const { resource, grants } = setting.outcomes
      const unmatched = (resource?.allowDoubts ?? 0) | (grants?.allowDoubts ?? 0)
      return { ...answer, doubts: open | unmatched }
    }
  }
  return { doubts }
}

function answerLayer(layer: LayerName, { request, outcomes }: RouteSetting): Attempt {
  switch (layer) {
    case 'scp':
      return answerLevels(outcomes.scp)
    case 'identity':
      if (request.principal.kind === 'root') return allowed
      return answerOutcome(layer, outcomes.identity)
    case 'session':
      if (outcomes.session === null && request.principal.kind === 'federatedUser') {
        return { missing: layer, rule: 'federatedUserWithoutSessionPolicy', doubts: 0 }
      }
      return outcomes.session === null ? allowed : answerOutcome(layer, outcomes.session)
    case 'resource':
      if (outcomes.resource === null) return { missing: layer, doubts: 0 }
      return answerOutcome(layer, outcomes.resource)
    case 'boundary':
    case 'vpce': {
      const outcome = outcomes[layer]
      return outcome === null ? allowed : answerOutcome(layer, outcome)
    }
    default:
      return unreachable(layer)
  }
}

const allowed: Attempt = { doubts: 0 }

function answerOutcome(layer: LayerName, outcome: PolicyOutcome): Attempt {
  if (outcome.allows.length === 0) return { missing: layer, doubts: outcome.allowDoubts }
  return { doubts: leastDoubts(outcome.allows) }
}

// Every level from the root of the organization to the account has to allow.
function answerLevels(levels: readonly PolicyOutcome[]): Attempt {
  let doubts = 0
  for (const level of levels) {
    const answer = answerOutcome('scp', level)
    if (answer.missing !== undefined) return answer
    doubts |= answer.doubts
  }
  return { doubts }
}

import { doubt, judge } from '../condition/doubt.ts'
import type { PolicyType } from '../policy/policy.ts'
import { contextReadings } from './context-readings.ts'
import type { DecidingRule, Decision, StatementRef } from './decision.ts'
import type { PolicyOutcome, StatementMatch } from './evaluate-policy.ts'
import { type Facts, prepareFacts } from './facts.ts'
import { denyingLayers, evaluateLayers, type LayerOutcomes, openDenies } from './layer-outcomes.ts'
import type { PolicyLayers } from './policy-layers.ts'
import { findQuirks, type QuirkEffect } from './quirks.ts'
import type { Request } from './request.ts'
import { type Attempt, attemptRoute, findRoutes, leastDoubts } from './routes.ts'

/**
 * Decides one request against every policy that applies to it. Never throws.
 * The order of policies and statements never changes the answer. An absent permissions boundary restricts nothing;
 * an attached one that allows nothing denies everything. A condition key that is there in two cases has to be allowed by each.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function authorize(request: Request, layers: PolicyLayers): Decision {
  const facts = prepareFacts(request, { hasBoundary: layers.boundary !== null })
  const decision = decide(facts, layers)
  return facts.hasTwins ? decideTwins(request, layers) : decision
}

/** Names of condition keys have no case. Of two values under one name nobody knows which counts, so each has to be allowed. */
function decideTwins(request: Request, layers: PolicyLayers): Decision {
  const hasBoundary = layers.boundary !== null
  let allowed: Decision | undefined
  for (const context of contextReadings(request.context)) {
    const decision = decide(prepareFacts({ ...request, context }, { hasBoundary }), layers)
    if (decision.kind !== 'allow') return decision
    allowed ??= decision
  }
  return allowed ?? implicitDeny({ missing: 'identity', side: 'principal' }, 0)
}

function decide(facts: Facts, layers: PolicyLayers): Decision {
  const { request } = facts
  const quirks = findQuirks(facts)
  const always = quirks.find((quirk) => quirk.kind === 'always')
  if (always !== undefined) return { kind: 'allow', by: [], rule: always.rule, ...judge(0) }
  const outcomes = evaluateLayers(facts, layers, quirks)
  const resourceLayer = resourceLayerOf(layers, quirks)
  const denies = denyingLayers(outcomes, resourceLayer)
  if (denies.length > 0) return explicitDeny(denies, quirks)
  const never = quirks.find((quirk) => quirk.kind === 'never')
  if (never !== undefined) {
    return implicitDeny({ missing: resourceLayer, side: 'principal', rule: never.rule }, 0)
  }
  return takeBestRoute(request, outcomes, { quirks, resourceLayer })
}

/** Nothing attached anywhere: no policies, no boundary, no organization. */
export const emptyLayers: PolicyLayers = {
  identity: [],
  boundary: null,
  session: null,
  resource: null,
  scp: [],
  rcp: [],
  vpce: null,
}

type ResourceLayer = 'trust' | 'resource'

function resourceLayerOf(layers: PolicyLayers, quirks: readonly QuirkEffect[]): ResourceLayer {
  if (layers.resource?.policy.type === 'trust') return 'trust'
  const required = quirks.find((quirk) => quirk.kind === 'resourcePolicyRequired')
  return required?.layer ?? 'resource'
}

function explicitDeny(
  layers: readonly (readonly [PolicyType, PolicyOutcome])[],
  quirks: readonly QuirkEffect[],
): Decision {
  const by = layers.flatMap(([layer, { denies }]) => denies.map((deny) => refOf(deny, layer)))
  const doubts = leastDoubts(layers.flatMap(([, { denies }]) => denies))
  const isFree = quirks.some((quirk) => quirk.kind === 'free')
  return { kind: 'explicitDeny', by, ...judge(isFree ? doubts | doubt.sessionTokenDenied : doubts) }
}

interface Denial {
  readonly missing: PolicyType
  readonly side: 'principal' | 'resource'
  readonly rule?: DecidingRule
}

function implicitDeny(denial: Denial, doubts: number): Decision {
  const { missing, side, rule } = denial
  const { certainty, notes } = judge(doubts)
  if (rule !== undefined) return { kind: 'implicitDeny', missing, side, rule, certainty, notes }
  return { kind: 'implicitDeny', missing, side, certainty, notes }
}

interface Setting {
  readonly quirks: readonly QuirkEffect[]
  readonly resourceLayer: ResourceLayer
}

function takeBestRoute(request: Request, outcomes: LayerOutcomes, setting: Setting): Decision {
  const { quirks, resourceLayer } = setting
  let first: Attempt | undefined
  let doubts = 0
  let best: Attempt | undefined
  for (const route of findRoutes({ request, outcomes, quirks })) {
    const attempt = attemptRoute(route, { request, outcomes, quirks })
    first ??= attempt
    if (attempt.missing !== undefined) {
      doubts |= attempt.doubts
      continue
    }
    if (best === undefined || attempt.doubts < best.doubts) best = attempt
    if (best.doubts === 0) break
  }
  if (best !== undefined) {
    const free = quirks.find((quirk) => quirk.kind === 'free')
    const { certainty, notes } = judge(best.doubts | openDenies(outcomes))
    const by = grantsOf(outcomes, resourceLayer)
    if (free !== undefined) return { kind: 'allow', by, rule: free.rule, certainty, notes }
    return { kind: 'allow', by, certainty, notes }
  }
  return implicitDeny(denialOf(first, resourceLayer), doubts)
}

function denialOf(attempt: Attempt | undefined, resourceLayer: ResourceLayer): Denial {
  const layer = attempt?.missing ?? 'resource'
  const rule = attempt?.rule === undefined ? {} : { rule: attempt.rule }
  if (layer === 'resource') return { missing: resourceLayer, side: 'resource', ...rule }
  return { missing: layer, side: 'principal', ...rule }
}

function grantsOf(outcomes: LayerOutcomes, resourceLayer: ResourceLayer): readonly StatementRef[] {
  const by: StatementRef[] = []
  for (const match of outcomes.resource?.allows ?? []) by.push(refOf(match, resourceLayer))
  for (const match of outcomes.grants?.allows ?? []) by.push(refOf(match, resourceLayer))
  for (const match of outcomes.identity.allows) by.push(refOf(match, 'identity'))
  return by
}

/** A policy compiled for one layer may take part in another, as a managed policy does that is also a boundary. */
function refOf({ statement }: StatementMatch, layer: PolicyType): StatementRef {
  return statement.ref.layer === layer ? statement.ref : { ...statement.ref, layer }
}

import { doubt } from '../condition/doubt.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'
import type { PolicyType } from '../policy/policy.ts'
import { evaluatePolicies, type PolicyOutcome } from './evaluate-policy.ts'
import { type Facts, restsOnDerivedRole } from './facts.ts'
import type { PolicyLayers } from './policy-layers.ts'
import { findQuirks, isKey, type QuirkEffect } from './quirks.ts'
import { isBoundByRcp } from './rcp-services.ts'
import type { Principal, Request } from './request.ts'

/** What every layer that binds the caller yields. Null: nothing is attached, or the layer does not bind this caller. */
export interface LayerOutcomes {
  readonly identity: PolicyOutcome
  readonly boundary: PolicyOutcome | null
  readonly session: PolicyOutcome | null
  readonly resource: PolicyOutcome | null
  /** One per level. */
  readonly scp: readonly PolicyOutcome[]
  readonly rcp: readonly PolicyOutcome[]
  readonly vpce: PolicyOutcome | null
  /** What grants of a KMS key allow; null where there are none, or the request is of no key. */
  readonly grants: PolicyOutcome | null
  /** Doubts about which layers bind. */
  readonly doubts: number
}

/** Which of the layers in the caller's own account bind it. */
interface Binding {
  readonly identity: 'binds' | 'free'
  readonly session: 'binds' | 'free'
  readonly scp: 'binds' | 'free'
}

/** A root user has no identity-based policies to be limited by; whoever is of no account has none at all. */
const bindings: Readonly<Record<Principal['kind'], Binding>> = {
  root: { identity: 'free', session: 'binds', scp: 'binds' },
  user: { identity: 'binds', session: 'binds', scp: 'binds' },
  roleSession: { identity: 'binds', session: 'binds', scp: 'binds' },
  federatedUser: { identity: 'binds', session: 'binds', scp: 'binds' },
  federated: { identity: 'free', session: 'free', scp: 'free' },
  service: { identity: 'free', session: 'free', scp: 'free' },
  anonymous: { identity: 'free', session: 'free', scp: 'free' },
}

export function evaluateLayers(
  facts: Facts,
  layers: PolicyLayers,
  quirks: readonly QuirkEffect[],
): LayerOutcomes {
  const { principal } = facts.request
  const binding = bindings[principal.kind]
  const ofOne = (policies: readonly CompiledPolicy[] | null): PolicyOutcome | null =>
    policies === null ? null : evaluatePolicies(policies, facts)
  const isServiceLinked = isServiceLinkedRole(principal)
  const hasScp = binding.scp === 'binds' && !isServiceLinked
  const hasRcp = !isServiceLinked && !quirks.some((quirk) => quirk.kind === 'rcpIgnored')
  const rcp = hasRcp ? layers.rcp.map((level) => evaluatePolicies(level, facts)) : noLevels
  const isBound = isBoundByRcp(facts.service)
  return {
    identity: binding.identity === 'binds' ? evaluatePolicies(layers.identity, facts) : silent,
    boundary: binding.identity === 'binds' ? ofOne(layers.boundary) : null,
    session: binding.session === 'binds' ? ofOne(layers.session) : null,
    resource: evaluateResource(facts, layers, quirks),
    scp: hasScp ? layers.scp.map((level) => evaluatePolicies(level, facts)) : noLevels,
    rcp: isBound ? rcp : noLevels,
    vpce: ofOne(layers.vpce),
    grants: hasGrants(facts, layers) ? ofOne(layers.grants) : null,
    doubts:
      (isBound || !rcp.some((level) => level.denies.length > 0) ? 0 : doubt.rcpOfOtherService) |
      (mayBeServiceLinked(facts, layers) ? doubt.derivedRoleArn : 0),
  }
}

function hasGrants(
  { service, request }: Facts,
  layers: PolicyLayers,
): layers is PolicyLayers & { readonly grants: readonly CompiledPolicy[] } {
  return layers.grants !== undefined && service === 'kms' && isKey(request.resource)
}

function evaluateResource(
  facts: Facts,
  layers: PolicyLayers,
  quirks: readonly QuirkEffect[],
): PolicyOutcome | null {
  if (layers.resource === null || isIdleTrust(facts, layers.resource)) return null
  const outcome = evaluatePolicies([layers.resource], facts)
  const { request } = facts
  const isIgnored = quirks.some((quirk) => quirk.kind === 'resourceDenyIgnored')
  if (!isIgnored || !isSameAccount(request)) return outcome
  return { ...outcome, denies: [], denyDoubts: 0 }
}

// A trust policy speaks of who may assume the role, never of other actions on it, not even by `NotAction`.
function isIdleTrust(facts: Facts, { policy }: CompiledPolicy): boolean {
  return policy.type === 'trust' && facts.service !== 'sts'
}

/** The layers that bind the caller at all, whatever is attached in them; for explanations. */
export function bindingLayers(facts: Facts): ReadonlySet<PolicyType> {
  const { principal } = facts.request
  const binding = bindings[principal.kind]
  const isRcpBound =
    isBoundByRcp(facts.service) && !findQuirks(facts).some(({ kind }) => kind === 'rcpIgnored')
  const isOrganizationBound = !isServiceLinkedRole(principal)
  const rows: readonly (readonly [PolicyType, boolean])[] = [
    ['identity', binding.identity === 'binds'],
    ['boundary', binding.identity === 'binds'],
    ['session', binding.session === 'binds'],
    ['scp', binding.scp === 'binds' && isOrganizationBound],
    ['rcp', isRcpBound && isOrganizationBound],
    ['vpce', true],
  ]
  return new Set(rows.filter(([, isBinding]) => isBinding).map(([layer]) => layer))
}

export function isSameAccount({ principal, resourceAccount }: Request): boolean {
  return 'accountId' in principal && principal.accountId === resourceAccount
}

/** @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html */
export function isServiceLinkedRole(principal: Principal): boolean {
  // The path is known only where the role's own ARN is.
  if (principal.kind !== 'roleSession' || principal.roleArnIsDerived) return false
  return principal.roleArn.includes(':role/aws-service-role/')
}

// The path that makes a role service-linked is not in its session's ARN; such roles go by this name.
function mayBeServiceLinked(facts: Facts, layers: PolicyLayers): boolean {
  if (!restsOnDerivedRole(facts) || layers.scp.length + layers.rcp.length === 0) return false
  const { principal } = facts.request
  return principal.kind === 'roleSession' && /:role\/AWSServiceRoleFor/.test(principal.roleArn)
}

/** Everything that denies, by the layer it takes part in. */
export function denyingLayers(
  outcomes: LayerOutcomes,
  resourceLayer: PolicyType,
): readonly (readonly [PolicyType, PolicyOutcome])[] {
  const found: (readonly [PolicyType, PolicyOutcome])[] = []
  const add = (layer: PolicyType, outcome: PolicyOutcome | null): void => {
    if (outcome !== null && outcome.denies.length > 0) found.push([layer, outcome])
  }
  for (const level of outcomes.scp) add('scp', level)
  for (const level of outcomes.rcp) add('rcp', level)
  add('vpce', outcomes.vpce)
  add(resourceLayer, outcomes.resource)
  add('identity', outcomes.identity)
  add('boundary', outcomes.boundary)
  add('session', outcomes.session)
  return found
}

/** Doubts of the denies that were found not to match, in all layers. */
export function openDenies(outcomes: LayerOutcomes): number {
  let doubts = outcomes.doubts | outcomes.identity.denyDoubts
  doubts |= outcomes.boundary?.denyDoubts ?? 0
  doubts |= outcomes.session?.denyDoubts ?? 0
  doubts |= outcomes.resource?.denyDoubts ?? 0
  doubts |= outcomes.vpce?.denyDoubts ?? 0
  for (const level of outcomes.scp) doubts |= level.denyDoubts
  for (const level of outcomes.rcp) doubts |= level.denyDoubts
  return doubts
}

const silent: PolicyOutcome = { allows: [], denies: [], allowDoubts: 0, denyDoubts: 0 }
const noLevels: readonly PolicyOutcome[] = []

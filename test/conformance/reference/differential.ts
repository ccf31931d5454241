import { expect } from 'vitest'
import {
  authorize,
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  type PolicyLayers,
  type PolicyType,
  parseAccountId,
  parsePolicy,
  parsePrincipal,
  parseScenario,
} from '../../../src/core/index.ts'
import type { Document, ReferencePrincipal, ReferenceScenario } from './document.ts'
import { minimize } from './minimize.ts'
import { randomScenarios } from './random-scenario.ts'
import { decideByThePages } from './reference.ts'

/** How often each outcome was reached. */
export type Tally = Map<string, number>

/** A scenario that the engine and the reference decide differently, with as little in it as shows that. */
export interface Disagreement {
  readonly scenario: ReferenceScenario
  readonly engine: Decision['kind']
  readonly reference: string
}

/** Decides as many random scenarios as `runs` by the engine and by the reference; stops at the first disagreement. */
export function findDisagreement(
  { seed, runs }: { readonly seed: number; readonly runs: number },
  tally: Tally,
): Disagreement | undefined {
  const engine = newEngine()
  let left = runs
  for (const scenario of randomScenarios(seed)) {
    if (left === 0) return undefined
    left -= 1
    const decision = engine.decide(scenario)
    const pages = decideByThePages(scenario)
    count(tally, decision, pages.settled)
    if (!agree(decision.kind, pages)) return disagreementOn(scenario)
    // What is kept of documents changes nothing.
    if (left % 50 === 0) expect(decideAsRead(scenario).kind).toBe(decision.kind)
  }
  return undefined
}

/** Left open, the reference takes the stricter reading; the engine may take a stricter one still. */
function agree(kind: Decision['kind'], pages: ReturnType<typeof decideByThePages>): boolean {
  return kind === pages.decision || (!pages.settled && kind !== 'allow')
}

function disagreementOn(scenario: ReferenceScenario): Disagreement {
  const least = minimize(
    scenario,
    (each) => !agree(decideAsRead(each).kind, decideByThePages(each)),
  )
  return {
    scenario: least,
    engine: decideAsRead(least).kind,
    reference: decideByThePages(least).decision,
  }
}

function count(tally: Tally, decision: Decision, settled: boolean): void {
  const add = (name: string): void => {
    tally.set(name, (tally.get(name) ?? 0) + 1)
  }
  add(decision.kind)
  add(settled ? 'settled' : 'unsettled')
  add(decision.certainty)
  if ('rule' in decision && decision.rule !== undefined) add(`rule ${decision.rule}`)
  if (decision.kind === 'implicitDeny') add(`${decision.side} misses ${decision.missing}`)
  else
    for (const layer of new Set(decision.by.map((ref) => ref.layer)))
      add(`${decision.kind} by ${layer}`)
  if (decision.kind === 'allow' && decision.by.some((ref) => ref.policy.startsWith('grants'))) {
    add('allow by grant')
  }
}

/** The whole way from JSON, as `stile evaluate` goes it. */
export function decideAsRead(scenario: ReferenceScenario): Decision {
  const parse = parseScenario({ id: 'random', ...scenario })
  if (!parse.ok) throw new Error(`a policy that does not parse: ${JSON.stringify(parse.problems)}`)
  return authorize(parse.scenario.request, parse.scenario.layers)
}

/** Keeps the compiled form of the documents that it has seen. */
export function newEngine(): { readonly decide: (scenario: ReferenceScenario) => Decision } {
  const kept = new Map<PolicyType, WeakMap<Document, CompiledPolicy>>()
  const callers = new WeakMap<ReferencePrincipal, ReturnType<typeof parsePrincipal>>()
  const compile = (document: Document, type: PolicyType): CompiledPolicy => {
    const ofType = kept.get(type) ?? new WeakMap<Document, CompiledPolicy>()
    kept.set(type, ofType)
    const known = ofType.get(document)
    if (known !== undefined) return known
    const parse = parsePolicy(document, type)
    if (!parse.ok)
      throw new Error(`a policy that does not parse: ${JSON.stringify(parse.problems)}`)
    const compiled = compilePolicy(parse.policy, 'p')
    ofType.set(document, compiled)
    return compiled
  }
  const decide = (scenario: ReferenceScenario): Decision => {
    const { request } = scenario
    const principal = callers.get(request.principal) ?? parsePrincipal(request.principal)
    const resourceAccount = parseAccountId(request.resourceAccount)
    if (principal === undefined || resourceAccount === undefined) throw new Error('no such caller')
    callers.set(request.principal, principal)
    const layers = withReadLayers(layersOf(scenario, compile), scenario)
    return authorize({ ...request, principal, resourceAccount }, layers)
  }
  return { decide }
}

/** Grants and what follows from the management account are left to whoever reads scenarios. */
function withReadLayers(layers: PolicyLayers, scenario: ReferenceScenario): PolicyLayers {
  const { request, policies, managementAccount } = scenario
  const { grants } = policies
  if (grants === undefined && managementAccount === undefined) return layers
  const shell = {
    id: 'shell',
    request,
    policies: { scp: [[]], rcp: [[]], ...(grants === undefined ? {} : { grants }) },
    ...(managementAccount === undefined ? {} : { managementAccount }),
  }
  const parse = parseScenario(shell)
  if (!parse.ok) throw new Error(`a grant that does not parse: ${JSON.stringify(parse.problems)}`)
  const read = parse.scenario.layers
  return {
    ...layers,
    scp: read.scp.length === 0 ? [] : layers.scp,
    rcp: read.rcp.length === 0 ? [] : layers.rcp,
    ...(read.grants === undefined ? {} : { grants: read.grants }),
  }
}

function layersOf(
  { request, policies }: ReferenceScenario,
  compile: (document: Document, type: PolicyType) => CompiledPolicy,
): PolicyLayers {
  const all = (documents: readonly Document[], type: PolicyType): readonly CompiledPolicy[] =>
    documents.map((document) => compile(document, type))
  const isTrust = /^sts:/i.test(request.action) && request.resource.includes(':role/')
  return {
    identity: all(policies.identity, 'identity'),
    boundary: policies.boundary && all(policies.boundary, 'boundary'),
    session: policies.session && all(policies.session, 'session'),
    resource: policies.resource && compile(policies.resource, isTrust ? 'trust' : 'resource'),
    scp: policies.scp.map((level) => all(level, 'scp')),
    rcp: policies.rcp.map((level) => all(level, 'rcp')),
    vpce: policies.vpce && all(policies.vpce, 'vpce'),
  }
}

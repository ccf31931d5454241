import { expect, test } from 'vitest'
import {
  authorize,
  compilePolicy,
  type Decision,
  explain,
  type PolicyLayers,
  parsePolicy,
  parseScenario,
  type StatementRef,
} from '../../../src/core/index.ts'
import type { ReferenceScenario } from './document.ts'
import { randomScenarios } from './random-scenario.ts'
import { principals } from './small-world.ts'

const world = scenarios({ seed: 20_260_102, count: 1_500 })

function scenarios(wanted: { seed: number; count: number }): readonly ReferenceScenario[] {
  const source = randomScenarios(wanted.seed)
  return Array.from({ length: wanted.count }, () => source.next().value)
}

test('a layer that a denial names is the one: an allow there moves the answer on', () => {
  let tried = 0
  for (const scenario of world) {
    const { request, layers } = read(scenario)
    const decision = authorize(request, layers)
    if (decision.kind !== 'implicitDeny' || decision.rule !== undefined) continue
    tried += 1
    const opened = authorize(request, withAllow(layers, decision))
    expect(opened.kind === 'implicitDeny' ? opened.missing : opened.kind).not.toBe(decision.missing)
    const { cause } = explain(request, layers)
    expect(cause).toMatchObject({ side: decision.side, layer: decision.missing })
  }
  expect(tried).toBeGreaterThan(500)
})

test('the statements that an explicit deny names are all there are: without them nothing denies', () => {
  let tried = 0
  for (const scenario of world) {
    const { request, layers } = read(scenario)
    const decision = authorize(request, layers)
    if (decision.kind !== 'explicitDeny') continue
    tried += 1
    const copy = structuredClone(scenario)
    for (const ref of decision.by) silence(copy.policies, ref)
    const silenced = read(copy)
    expect(authorize(silenced.request, silenced.layers).kind).not.toBe('explicitDeny')
    expect(explain(request, layers).cause?.layer).toBe(decision.by[0]?.layer)
  }
  expect(tried).toBeGreaterThan(250)
})

test('no layer is said to deny where nothing denies', () => {
  for (const scenario of world) {
    const { request, layers } = read(scenario)
    const { decision, layers: traces } = explain(request, layers)
    if (isAllowedInSpite(scenario)) continue
    const denying = traces.filter(({ verdict }) => verdict === 'denies')
    expect(denying.length > 0).toBe(decision.kind === 'explicitDeny')
  }
})

/** Some calls succeed under a deny. */
function isAllowedInSpite({ request }: ReferenceScenario): boolean {
  return ['sts:GetCallerIdentity', 's3:DeleteBucketPolicy'].includes(request.action)
}

function read(scenario: object): {
  request: Parameters<typeof authorize>[0]
  layers: PolicyLayers
} {
  const parse = parseScenario({ id: 'random', ...scenario })
  if (!parse.ok) throw new Error(`a policy that does not parse: ${JSON.stringify(parse.problems)}`)
  return parse.scenario
}

/** Makes the statement speak of an action that no scenario calls. */
function silence(policies: unknown, { policy, index }: StatementRef): void {
  const path = policy.split(/[[\]]+/).filter((step) => step !== '')
  const document = [...path, 'Statement', index].reduce(step, policies)
  if (typeof document !== 'object' || document === null)
    throw new Error(`no statement at ${policy}`)
  Reflect.deleteProperty(document, 'NotAction')
  Reflect.set(document, 'Action', 'sts:SetContext')
}

function step(value: unknown, name: string | number): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

type Denied = Extract<Decision, { kind: 'implicitDeny' }>

/** The same layers with everything allowed in the one that is missing. */
function withAllow(layers: PolicyLayers, { missing }: Denied): PolicyLayers {
  switch (missing) {
    case 'scp':
      return { ...layers, scp: layers.scp.map((level) => [...level, allowAll('scp')]) }
    case 'trust':
    case 'resource':
      return { ...layers, resource: allowAll(missing) }
    case 'rcp':
      throw new Error('an RCP only denies')
    default:
      return { ...layers, [missing]: [...(layers[missing] ?? []), allowAll(missing)] }
  }
}

const everyone = {
  AWS: '*',
  Service: 'sns.amazonaws.com',
  Federated: principals.providers,
}

function allowAll(layer: Denied['missing']): ReturnType<typeof compilePolicy> {
  const isNamed = layer === 'resource' || layer === 'trust' || layer === 'vpce'
  const resource = layer === 'trust' ? {} : { Resource: '*' }
  const principal = isNamed ? { Principal: everyone } : {}
  const action = layer === 'trust' ? 'sts:*' : '*'
  const statement = { Effect: 'Allow', Action: action, ...resource, ...principal }
  const parse = parsePolicy({ Version: '2012-10-17', Statement: [statement] }, layer)
  if (!parse.ok) throw new Error(JSON.stringify(parse.problems))
  return compilePolicy(parse.policy, 'added')
}

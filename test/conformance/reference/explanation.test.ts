import fc from 'fast-check'
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
import { anyScenario } from './random-scenario.ts'

const world = { numRuns: 1_500, seed: 20_260_102 }

test('a layer that a denial names is the one: an allow there moves the answer on', () => {
  let tried = 0
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const { request, layers } = read(scenario)
      const decision = authorize(request, layers)
      if (decision.kind !== 'implicitDeny' || decision.rule !== undefined) return
      tried += 1
      const opened = authorize(request, withAllow(layers, decision))
      expect(opened.kind === 'implicitDeny' ? opened.missing : opened.kind).not.toBe(
        decision.missing,
      )
      const { cause } = explain(request, layers)
      expect(cause).toMatchObject({ side: decision.side, layer: decision.missing })
    }),
    world,
  )
  expect(tried).toBeGreaterThan(500)
})

test('the statements that an explicit deny names are all there are: without them nothing denies', () => {
  let tried = 0
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const { request, layers } = read(scenario)
      const decision = authorize(request, layers)
      if (decision.kind !== 'explicitDeny') return
      tried += 1
      const copy = structuredClone(scenario)
      for (const ref of decision.by) silence(copy.policies, ref)
      const silenced = read(copy)
      expect(authorize(silenced.request, silenced.layers).kind).not.toBe('explicitDeny')
      expect(explain(request, layers).cause?.layer).toBe(decision.by[0]?.layer)
    }),
    world,
  )
  expect(tried).toBeGreaterThan(250)
})

test('no layer is said to deny where nothing denies', () => {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const { request, layers } = read(scenario)
      const { decision, layers: traces } = explain(request, layers)
      const denying = traces.filter(({ verdict }) => verdict === 'denies')
      expect(denying.length > 0).toBe(decision.kind === 'explicitDeny')
    }),
    world,
  )
})

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
  Federated: 'arn:aws:iam::111111111111:oidc-provider/id.example.com',
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

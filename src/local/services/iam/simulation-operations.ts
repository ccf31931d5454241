import type { Operation } from '../../operation.ts'
import { createPolicyCompiler } from '../../policy-compiler.ts'
import { controlLevels } from '../organizations/control-levels.ts'
import { findOrganization } from '../organizations/tables.ts'
import { invalidInput } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { contextKeysOf } from './policy-context-keys.ts'
import { requireEntityArn, requireSource } from './policy-source.ts'
import { givenPolicies, givenResourcePolicy } from './simulated-policy.ts'
import type { Simulation } from './simulation.ts'
import type { SimulationInput } from './simulation-input.ts'
import {
  contextOf,
  requireSimulatable,
  simulatedCaller,
  simulatedOwner,
} from './simulation-input.ts'
import { renderPage } from './simulation-page.ts'

const simulateCustomPolicy = iamOperation<SimulationInput, object>({
  name: 'SimulateCustomPolicy',
  run(input, call) {
    requireSimulatable(input)
    if (input.ResourcePolicy !== undefined) requireCaller(input.CallerArn)
    const principal = simulatedCaller(input.CallerArn, call)
    const boundary = givenPolicies(
      'PermissionsBoundaryPolicyInputList',
      input.PermissionsBoundaryPolicyInputList,
    )
    const simulation: Simulation = {
      ...(principal === undefined ? {} : { principal }),
      accountId: principal?.accountId ?? call.accountId,
      ...sharedParts(input),
      identity: givenPolicies('PolicyInputList', input.PolicyInputList),
      boundary: boundary.length === 0 ? null : boundary,
    }
    return renderPage(simulation, input)
  },
})

function sharedParts(input: SimulationInput): Pick<Simulation, 'context' | 'resourcePolicy'> {
  const { ResourcePolicy: text } = input
  const resourceOwner = simulatedOwner(input.ResourceOwner)
  return {
    context: contextOf(input.ContextEntries),
    ...(text === undefined ? {} : { resourcePolicy: givenResourcePolicy(text) }),
    ...(resourceOwner === undefined ? {} : { resourceOwner }),
  }
}

function requireCaller(arn: string | undefined): void {
  if (arn !== undefined) return
  throw invalidInput('CallerArn is required when a ResourcePolicy is simulated')
}

interface PrincipalInput extends SimulationInput {
  readonly PolicySourceArn: string
}

const simulatePrincipalPolicy = iamOperation<PrincipalInput, object>({
  name: 'SimulatePrincipalPolicy',
  resource: (input) => requireEntityArn(input.PolicySourceArn),
  run(input, call) {
    requireSimulatable(input)
    const source = requireSource(input.PolicySourceArn, call)
    const isUser = source.principal?.kind === 'user'
    if (input.ResourcePolicy !== undefined && !isUser) requireCaller(input.CallerArn)
    const principal = simulatedCaller(input.CallerArn, call) ?? source.principal
    const boundary = givenPolicies(
      'PermissionsBoundaryPolicyInputList',
      input.PermissionsBoundaryPolicyInputList,
    )
    const given = givenPolicies('PolicyInputList', input.PolicyInputList)
    const simulation: Simulation = {
      ...(principal === undefined ? {} : { principal }),
      accountId: principal?.accountId ?? call.accountId,
      ...sharedParts(input),
      identity: [...source.policies, ...given],
      boundary: boundary.length === 0 ? source.boundary : boundary,
      ...organizationPart(call),
    }
    return renderPage(simulation, input)
  },
})

function organizationPart(call: IamCall): Pick<Simulation, 'scp'> {
  if (findOrganization(call.store, call.accountId) === undefined) return {}
  const tools = { store: call.store, compiler: createPolicyCompiler() }
  return { scp: controlLevels(tools, call.accountId).scp }
}

interface KeysInput {
  readonly PolicyInputList?: readonly string[]
}

const getContextKeysForCustomPolicy = iamOperation<KeysInput, object>({
  name: 'GetContextKeysForCustomPolicy',
  run(input) {
    const given = givenPolicies('PolicyInputList', input.PolicyInputList)
    return { ContextKeyNames: contextKeysOf(given.map(({ compiled }) => compiled.policy)) }
  },
})

const getContextKeysForPrincipalPolicy = iamOperation<
  KeysInput & { readonly PolicySourceArn: string },
  object
>({
  name: 'GetContextKeysForPrincipalPolicy',
  resource: (input) => requireEntityArn(input.PolicySourceArn),
  run(input, call) {
    const { policies } = requireSource(input.PolicySourceArn, call)
    const given = givenPolicies('PolicyInputList', input.PolicyInputList)
    const all = [...policies, ...given].map(({ compiled }) => compiled.policy)
    return { ContextKeyNames: contextKeysOf(all) }
  },
})

export const simulationOperations: readonly Operation[] = [
  simulateCustomPolicy,
  simulatePrincipalPolicy,
  getContextKeysForCustomPolicy,
  getContextKeysForPrincipalPolicy,
]

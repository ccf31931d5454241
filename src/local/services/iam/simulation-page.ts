import type { StatementRef } from '../../../core/index.ts'
import { invalidInput } from './iam-error.ts'
import type { PageInput } from './page.ts'
import type { SimulatedPolicy } from './simulated-policy.ts'
import type { Outcome, Simulation } from './simulation.ts'
import { simulate } from './simulation.ts'
import type { SimulationInput } from './simulation-input.ts'
import { findStatementPositions, type Position } from './statement-positions.ts'

/** One page of results, each of one action on one resource; what is not on the page is not worked out. */
export function renderPage(simulation: Simulation, input: SimulationInput): object {
  const resources = input.ResourceArns?.length ? input.ResourceArns : ['*']
  const total = input.ActionNames.length * resources.length
  const from = readMarker(input)
  const to = Math.min(from + (input.MaxItems ?? 100), total)
  const results: object[] = []
  for (let index = from; index < to; index += 1) {
    const action = input.ActionNames[Math.floor(index / resources.length)] ?? ''
    results.push(renderResult(simulation, action, resources[index % resources.length] ?? '*'))
  }
  const more = to < total ? { Marker: Buffer.from(String(to)).toString('base64url') } : {}
  return { EvaluationResults: results, IsTruncated: to < total, ...more }
}

function readMarker({ Marker: marker }: PageInput): number {
  if (marker === undefined) return 0
  const text = Buffer.from(marker, 'base64url').toString()
  if (!/^\d{1,9}$/.test(text)) throw invalidInput('Invalid Marker')
  return Number(text)
}

function renderResult(simulation: Simulation, action: string, resource: string): object {
  const outcome = simulate(simulation, action, resource)
  const isNamed = resource !== '*'
  const decision = outcome.decision.kind === 'allow' ? 'allowed' : outcome.decision.kind
  const details = renderDetails(outcome, isNamed)
  const shared = {
    MatchedStatements: renderStatements(simulation, outcome),
    ...(outcome.isAllowedByBoundary === undefined
      ? {}
      : {
          PermissionsBoundaryDecisionDetail: {
            AllowedByPermissionsBoundary: outcome.isAllowedByBoundary,
          },
        }),
  }
  const specific = {
    ...shared,
    ...(outcome.isCrossAccount ? details : {}),
    EvalResourceName: resource,
    EvalResourceDecision: decision,
    MissingContextValues: outcome.missingKeys,
  }
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: decision,
    ...shared,
    ...details,
    MissingContextValues: isNamed ? [] : outcome.missingKeys,
    ...(outcome.isAllowedByOrganization === undefined
      ? {}
      : {
          OrganizationsDecisionDetail: { AllowedByOrganizations: outcome.isAllowedByOrganization },
        }),
    ...(isNamed ? { ResourceSpecificResults: [specific] } : {}),
  }
}

/** AWS: empty within one account, and absent without a resource and where the organization refuses. */
function renderDetails(outcome: Outcome, isNamed: boolean): object {
  if (!isNamed || outcome.isAllowedByOrganization === false) return {}
  if (!outcome.isCrossAccount) return { EvalDecisionDetails: {} }
  const { identity, resource } = outcome.sides
  return { EvalDecisionDetails: { 'IAM Policy': identity, 'Resource Policy': resource } }
}

/** What decided: of the policies that the simulation shows, not of the organization's. */
function renderStatements(simulation: Simulation, { decision }: Outcome): readonly object[] {
  if (decision.kind === 'implicitDeny') return []
  return decision.by.flatMap((ref) => {
    const policy = findPolicy(simulation, ref)
    return policy === undefined ? [] : [renderStatement(policy, ref)]
  })
}

function findPolicy(
  { identity, boundary, resourcePolicy }: Simulation,
  ref: StatementRef,
): SimulatedPolicy | undefined {
  const byLayer: Readonly<Record<string, readonly SimulatedPolicy[]>> = {
    identity,
    boundary: boundary ?? [],
    resource: resourcePolicy === undefined ? [] : [resourcePolicy],
    trust: resourcePolicy === undefined ? [] : [resourcePolicy],
  }
  return byLayer[ref.layer]?.find((policy) => policy.id === ref.policy)
}

function renderStatement(policy: SimulatedPolicy, { index }: StatementRef): object {
  const at = findStatementPositions(policy.text)[index]
  return {
    SourcePolicyId: policy.id,
    SourcePolicyType: policy.sourceType,
    ...(at === undefined
      ? {}
      : { StartPosition: renderPosition(at.start), EndPosition: renderPosition(at.end) }),
  }
}

function renderPosition({ line, column }: Position): object {
  return { Line: line, Column: column }
}

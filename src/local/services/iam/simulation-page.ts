import { findAction, findResourceType } from '../../../catalog/index.ts'
import type { StatementRef } from '../../../core/index.ts'
import { compileGlob } from '../../../core/index.ts'
import { invalidInput } from './iam-error.ts'
import type { PageInput } from './page.ts'
import type { SimulatedPolicy } from './simulated-policy.ts'
import type { Outcome, Simulation } from './simulation.ts'
import { simulate } from './simulation.ts'
import type { SimulationInput } from './simulation-input.ts'
import { findStatementPositions, type Position } from './statement-positions.ts'

/**
 * One page of results, one for each action; what is not on the page is not worked out. AWS: where several resources are
 * asked about, the result is of them all together, and each has its own within it.
 */
export function renderPage(simulation: Simulation, input: SimulationInput): object {
  const resources = input.ResourceArns?.length ? input.ResourceArns : ['*']
  const { ActionNames: actions } = input
  const from = readMarker(input)
  const atOnce = Math.min(input.MaxItems ?? 100, Math.ceil(mostDecisions / resources.length))
  const to = Math.min(from + atOnce, actions.length)
  const results = actions.slice(from, to).map((action) => {
    const outcomes = resources.map((resource) => ({
      resource,
      outcome: simulate(simulation, action, resource),
    }))
    const [only] = outcomes
    if (only === undefined || outcomes.length > 1)
      return renderTogether(simulation, action, outcomes)
    return renderResult(simulation, action, only)
  })
  const hasMore = to < actions.length
  const more = hasMore ? { Marker: Buffer.from(String(to)).toString('base64url') } : {}
  return { EvaluationResults: results, IsTruncated: hasMore, ...more }
}

/** What one page decides at most, an action's resources aside: a page may hold less than was asked for. */
const mostDecisions = 1000

interface Decided {
  readonly resource: string
  readonly outcome: Outcome
}

function readMarker({ Marker: marker }: PageInput): number {
  if (marker === undefined) return 0
  const text = Buffer.from(marker, 'base64url').toString()
  if (!/^\d{1,9}$/.test(text)) throw invalidInput('Invalid Marker')
  return Number(text)
}

function renderResult(
  simulation: Simulation,
  action: string,
  { resource, outcome }: Decided,
): object {
  const isNamed = resource !== '*'
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: said(outcome),
    MatchedStatements: renderStatements(simulation, outcome),
    ...renderBoundary(outcome.isAllowedByBoundary),
    ...renderDetails(outcome, isNamed),
    MissingContextValues: isNamed ? [] : outcome.missingKeys,
    ...renderOrganization(outcome),
    ...(isNamed
      ? { ResourceSpecificResults: [renderSpecific(simulation, { resource, outcome })] }
      : {}),
  }
}

/** AWS: the strictest decision, about a resource that has the form of those of the action. */
function renderTogether(
  simulation: Simulation,
  action: string,
  decided: readonly Decided[],
): object {
  const decisions = decided.map(({ outcome }) => said(outcome))
  const boundaries = decided.flatMap(({ outcome }) => outcome.isAllowedByBoundary ?? [])
  const organization = decided.find(({ outcome }) => outcome.isAllowedByOrganization === false)
  return {
    EvalActionName: action,
    EvalResourceName: resourceFormOf(
      action,
      decided.map(({ resource }) => resource),
    ),
    EvalDecision: strictest.find((decision) => decisions.includes(decision)) ?? 'allowed',
    EvalDecisionDetails: {},
    MatchedStatements: [],
    ...renderBoundary(boundaries.length === 0 ? undefined : boundaries.every(Boolean)),
    MissingContextValues: [],
    ...renderOrganization((organization ?? decided[0])?.outcome),
    ResourceSpecificResults: decided.map((one) => renderSpecific(simulation, one)),
  }
}

const strictest = ['explicitDeny', 'implicitDeny'] as const

/** `arn:aws:s3:::${BucketName}/${ObjectName}`, of the type that the resources are; `*` for an action that names none. */
function resourceFormOf(action: string, resources: readonly string[]): string {
  const service = action.slice(0, action.indexOf(':'))
  const types = (findAction(action)?.resourceTypes ?? []).flatMap(
    ({ name }) => findResourceType(service, name) ?? [],
  )
  const fitting = types.find(({ arnPatterns }) =>
    arnPatterns.map(compileGlob).some((matches) => resources.some((one) => matches(one))),
  )
  const format = (fitting ?? types[0])?.arnFormat.split(' or ')[0]
  return format?.replace(/^arn:[^:]*/, 'arn:aws') ?? '*'
}

function renderSpecific(simulation: Simulation, { resource, outcome }: Decided): object {
  return {
    MatchedStatements: renderStatements(simulation, outcome),
    ...renderBoundary(outcome.isAllowedByBoundary),
    ...(outcome.isCrossAccount ? renderDetails(outcome, true) : {}),
    EvalResourceName: resource,
    EvalResourceDecision: said(outcome),
    MissingContextValues: outcome.missingKeys,
  }
}

function said({ decision }: Outcome): 'allowed' | 'explicitDeny' | 'implicitDeny' {
  return decision.kind === 'allow' ? 'allowed' : decision.kind
}

function renderBoundary(isAllowed: boolean | undefined): object {
  if (isAllowed === undefined) return {}
  return { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: isAllowed } }
}

function renderOrganization(outcome: Outcome | undefined): object {
  const isAllowed = outcome?.isAllowedByOrganization
  if (isAllowed === undefined) return {}
  return { OrganizationsDecisionDetail: { AllowedByOrganizations: isAllowed } }
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

import type {
  AccountId,
  CompiledPolicy,
  Decision,
  PolicyLayers,
  Principal,
  Request,
  RequestContext,
} from '../../../core/index.ts'
import {
  authorize,
  compileGlob,
  compilePolicy,
  deriveContext,
  emptyLayers,
  evaluatePolicy,
  parseAccountId,
  parseArn,
  parsePolicy,
  prepareFacts,
} from '../../../core/index.ts'
import { keysOfStatement, uniqueKeys } from './policy-context-keys.ts'
import type { SimulatedPolicy } from './simulated-policy.ts'

/** Who would call, with which policies: everything of a simulation but the action and the resource. */
export interface Simulation {
  /** Absent: nobody in particular, of the account that owns the resource. */
  readonly principal?: Extract<Principal, { accountId: AccountId }>
  readonly accountId: AccountId
  /** Of resources whose ARN names no account. */
  readonly resourceOwner?: AccountId
  readonly context: RequestContext
  readonly identity: readonly SimulatedPolicy[]
  /** Null: nothing limits the caller. */
  readonly boundary: readonly SimulatedPolicy[] | null
  readonly resourcePolicy?: SimulatedPolicy
  /** Absent: the account is in no organization. */
  readonly scp?: PolicyLayers['scp']
}

export interface Outcome {
  readonly decision: Decision
  readonly missingKeys: readonly string[]
  readonly isCrossAccount: boolean
  /** What each side says by itself. */
  readonly sides: { readonly identity: Said; readonly resource: Said }
  readonly isAllowedByBoundary?: boolean
  readonly isAllowedByOrganization?: boolean
}

export type Said = 'allowed' | 'explicitDeny' | 'implicitDeny'

/** What the engine decides about one action on one resource. */
export function simulate(simulation: Simulation, action: string, resource: string): Outcome {
  const request = requestOf(simulation, action, resource)
  const { identity, boundary, resourcePolicy, scp } = simulation
  const layers: PolicyLayers = {
    ...emptyLayers,
    identity: compiled(identity),
    boundary: boundary === null ? null : compiled(boundary),
    resource: resourcePolicy?.compiled ?? null,
    scp: scp ?? [],
  }
  const said = (policies: readonly CompiledPolicy[]): Said =>
    evaluate(request, policies, { hasBoundary: boundary !== null })
  const { principal } = request
  return {
    decision: decide(request, layers),
    missingKeys: missingKeys(simulation, request),
    isCrossAccount: 'accountId' in principal && principal.accountId !== request.resourceAccount,
    sides: {
      identity: said(layers.identity),
      resource: said(layers.resource === null ? [] : [layers.resource]),
    },
    ...(layers.boundary === null
      ? {}
      : { isAllowedByBoundary: said(layers.boundary) === 'allowed' }),
    ...(scp === undefined
      ? {}
      : { isAllowedByOrganization: scp.every((level) => said(level) === 'allowed') }),
  }
}

function compiled(policies: readonly SimulatedPolicy[]): readonly CompiledPolicy[] {
  return policies.map((policy) => policy.compiled)
}

function requestOf(simulation: Simulation, action: string, resource: string): Request {
  const named = parseAccountId(parseArn(resource)?.accountId ?? '')
  const resourceAccount = named ?? simulation.resourceOwner ?? simulation.accountId
  const { principal, context } = simulation
  if (principal !== undefined) return { principal, action, resource, resourceAccount, context }
  const arn = `arn:aws:iam::${resourceAccount}:user/`
  return {
    principal: { kind: 'user', accountId: resourceAccount, arn },
    action,
    resource,
    resourceAccount,
    context: { ...unknownCaller, ...context },
  }
}

/** What would follow from the caller's name: an empty list is a key without value. */
const unknownCaller: RequestContext = {
  'aws:username': [],
  'aws:userid': [],
  'aws:PrincipalArn': [],
  'aws:PrincipalAccount': [],
  'aws:PrincipalType': [],
}

/**
 * AWS: the simulator knows no resource's own policy but the one it is given. Where an action needs one, such as a role's
 * trust policy, it answers as if that left the decision to the account's identity-based policies.
 */
function decide(request: Request, layers: PolicyLayers): Decision {
  const decision = authorize(request, layers)
  const isLeftOpen =
    decision.kind === 'implicitDeny' &&
    (decision.missing === 'trust' || decision.missing === 'resource') &&
    decision.rule === undefined
  const { principal, resourceAccount } = request
  const isOwn = 'accountId' in principal && principal.accountId === resourceAccount
  if (!isLeftOpen || !isOwn || layers.resource !== null) return decision
  return authorize(request, { ...layers, resource: delegation(decision.missing, resourceAccount) })
}

const delegationLabel = 'left to identity-based policies'

function delegation(type: 'trust' | 'resource', accountId: AccountId): CompiledPolicy {
  const parsed = parsePolicy(
    {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: accountId },
        Action: type === 'trust' ? 'sts:*' : '*',
        ...(type === 'trust' ? {} : { Resource: '*' }),
      },
    },
    type,
  )
  if (!parsed.ok) throw new Error('bug: the delegation does not parse')
  return compilePolicy(parsed.policy, delegationLabel)
}

function evaluate(
  request: Request,
  policies: readonly CompiledPolicy[],
  limits: { readonly hasBoundary: boolean },
): Said {
  const facts = prepareFacts(request, limits)
  const outcomes = policies.map((policy) => evaluatePolicy(policy, facts))
  if (outcomes.some((outcome) => outcome.denies.length > 0)) return 'explicitDeny'
  return outcomes.some((outcome) => outcome.allows.length > 0) ? 'allowed' : 'implicitDeny'
}

/** Keys that a statement about the action asks for and the simulation has no value of. */
function missingKeys(simulation: Simulation, request: Request): readonly string[] {
  const { identity, boundary, resourcePolicy, context, principal } = simulation
  const policies = [...identity, ...(boundary ?? []), ...(resourcePolicy ? [resourcePolicy] : [])]
  const derived = principal === undefined ? {} : deriveContext(principal)
  const known = new Set(
    [...Object.keys(context), ...Object.keys(derived), ...resourceKeys(request)].map((key) =>
      key.toLowerCase(),
    ),
  )
  const asked = policies.flatMap(({ compiled: { policy } }) =>
    policy.statements
      .filter(({ action }) => speaksOf(action, request.action))
      .flatMap((statement) => keysOfStatement(statement, policy.version)),
  )
  return uniqueKeys(asked).filter((key) => !known.has(key.toLowerCase()))
}

function resourceKeys(request: Request): readonly string[] {
  return request.resource === '*' ? [] : ['aws:ResourceAccount']
}

interface ActionElement {
  readonly negated: boolean
  readonly patterns: readonly string[]
}

function speaksOf({ negated, patterns }: ActionElement, action: string): boolean {
  const name = action.toLowerCase()
  const isNamed = patterns.some((pattern) => compileGlob(pattern.toLowerCase())(name))
  return isNamed !== negated
}

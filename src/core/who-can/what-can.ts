import type { AccountId } from '../arn/account-id.ts'
import type { Certainty } from '../evaluate/decision.ts'
import { type Facts, prepareFacts } from '../evaluate/facts.ts'
import type { Principal, RequestContext } from '../evaluate/request.ts'
import { describeDemand } from '../explain/describe-condition.ts'
import { originOf } from '../explain/flip-key.ts'
import { pairsOf, type StatementPair } from '../explain/flip-match.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'
import { type Asker, decidePair, requestFor } from './decide-pair.ts'
import type { EstatePrincipal } from './estate.ts'
import type { EstateIndex } from './estate-index.ts'
import { openTest } from './reach.ts'
import type { WhoCan } from './who-can.ts'

/** A statement that bears on what a session may do. */
export interface Ability {
  readonly effect: 'Allow' | 'Deny'
  /** As the statement has them; `NotAction` and `NotResource` start with `all but`. */
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** The label of the policy. */
  readonly policy: string
  readonly side: 'principal' | 'resource'
  /** Conditions that the question leaves open. */
  readonly provisos: readonly string[]
}

/** The principal itself, or a role that it can become, with what its policies say. */
export interface WhatCan {
  readonly who: string
  readonly route: readonly string[]
  readonly provisos: WhoCan['provisos']
  readonly certainty: Certainty
  /** Policies that everything below stays within, by label: boundaries and SCPs. */
  readonly within: readonly string[]
  readonly abilities: readonly Ability[]
}

interface Start {
  readonly who: string
  readonly asker: Asker
}

/** What a principal may do: by its own policies and those of resources, then through every role it can take. */
export function* whatCan(
  index: EstateIndex,
  { who, asker }: Start,
  context: RequestContext,
): Generator<WhatCan> {
  const seen = new Set([who])
  const first = { who, asker, route: [], provisos: [], certainty: 'documented' as const }
  const steps: Step[] = [first]
  for (const step of steps) {
    yield describe(index, step, context)
    for (const role of rolesFor(index, step.asker)) {
      if (seen.has(role.arn)) continue
      const action = actionToEnter(step.asker.principal)
      const answer = decidePair(index, step.asker, { action, resource: role.arn, context })
      if (answer === undefined) continue
      seen.add(role.arn)
      const own = answer.provisos.map((each) => ({ ...each, at: role.arn }))
      steps.push({
        who: role.arn,
        asker: role,
        route: [...step.route, role.arn],
        provisos: [...step.provisos, ...own],
        certainty: answer.certainty === 'documented' ? step.certainty : answer.certainty,
      })
    }
  }
}

interface Step extends Omit<WhatCan, 'within' | 'abilities'> {
  readonly asker: Asker
}

function actionToEnter(principal: Principal): string {
  if (principal.kind !== 'federated') return 'sts:AssumeRole'
  const isSaml = principal.arn.includes(':saml-provider/')
  return isSaml ? 'sts:AssumeRoleWithSAML' : 'sts:AssumeRoleWithWebIdentity'
}

/** Roles whose trust names the caller in some way, and which its own policies may let it assume. */
function rolesFor(index: EstateIndex, { principal, identity }: Asker): Iterable<EstatePrincipal> {
  const keys = keysOf(principal)
  const roles = index.rolesByTrust()
  const named = new Set(keys.flatMap((key) => roles.get(key) ?? []))
  if (!('accountId' in principal)) return named
  const own = identity.flatMap(({ policy }) =>
    policy.statements.filter(({ effect }) => effect === 'Allow').map(openTest),
  )
  const byName = new Set(keys.filter((key) => key.startsWith('arn:')))
  return [...named].filter((role) => {
    const trusts = role.trust === null ? [] : index.namedBy(role.trust).keys
    const isOwn = role.accountId === principal.accountId
    const isNamed = [...trusts].some((key) => byName.has(key) || (isOwn && key === '*'))
    return isNamed || own.some((test) => test(role.arn))
  })
}

function keysOf(principal: Principal): readonly string[] {
  switch (principal.kind) {
    case 'roleSession':
      return [principal.roleArn, principal.arn, principal.accountId, '*']
    case 'service':
      return [principal.service]
    case 'federated':
      return [principal.arn]
    case 'anonymous':
      return []
    default:
      return [principal.arn, principal.accountId, '*']
  }
}

function describe(index: EstateIndex, step: Step, context: RequestContext): WhatCan {
  const { asker, ...rest } = step
  const asked = requestFor(index, asker, {
    action: 'sts:GetCallerIdentity',
    resource: '*',
    context,
  })
  const { principal, identity } = asker
  const own = identity.flatMap((policy) =>
    'accountId' in principal
      ? abilitiesOf(policy, { asker, context, side: 'principal', owner: principal.accountId })
      : [],
  )
  const ofResources = index.estate.resources.flatMap(({ policy, arn, accountId }) =>
    abilitiesOf(policy, { asker, context, side: 'resource', arn, owner: accountId }),
  )
  const limits = [...(asker.boundary ?? []), ...(asked?.layers.scp.flat() ?? [])]
  return {
    ...rest,
    within: [...new Set(limits.map(({ label }) => label))],
    abilities: [...own, ...ofResources],
  }
}

interface Holding {
  readonly asker: Asker
  readonly context: RequestContext
  readonly side: Ability['side']
  readonly owner: AccountId
  /** Of the resource, where the policy is one's. */
  readonly arn?: string
}

function abilitiesOf(policy: CompiledPolicy, holding: Holding): readonly Ability[] {
  return pairsOf(policy).flatMap((pair) => {
    const facts = factsFor(pair, holding)
    if ((pair.compiled.matchesPrincipal?.(facts) ?? 1) === 0) return []
    const provisos = openConditions(pair, facts, holding.context)
    if (provisos === undefined) return []
    const { effect, action, resource } = pair.statement
    return [
      {
        effect,
        actions: names(action),
        resources: resource === undefined ? [holding.arn ?? '*'] : names(resource),
        policy: policy.label,
        side: holding.side,
        provisos,
      },
    ]
  })
}

function factsFor({ statement }: StatementPair, { asker, context, owner }: Holding): Facts {
  const request = {
    principal: asker.principal,
    action: statement.action.patterns[0] ?? '*',
    resource: '*',
    resourceAccount: owner,
    context,
  }
  return prepareFacts(request, { hasBoundary: asker.boundary !== null })
}

/** The conditions nobody can decide yet, in words; undefined where one is known not to be met. */
function openConditions(
  { statement, compiled }: StatementPair,
  facts: Facts,
  context: RequestContext,
): readonly string[] | undefined {
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()))
  const open: string[] = []
  for (const [i, condition] of statement.conditions.entries()) {
    const key = condition.key.toLowerCase()
    const isSettled =
      given.has(key) ||
      (key !== 'aws:resourceaccount' && originOf(key, facts.request.principal).kind === 'settled')
    if (!isSettled) open.push(describeDemand(condition))
    else if (compiled.conditions[i]?.(facts) !== true) return undefined
  }
  return open
}

function names(element: {
  readonly negated: boolean
  readonly patterns: readonly string[]
}): readonly string[] {
  return element.negated ? [`all but ${element.patterns.join(', ')}`] : element.patterns
}

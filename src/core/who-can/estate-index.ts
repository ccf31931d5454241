import type { CompiledPolicy } from '../policy/compile-policy.ts'
import { type ActionHolders, holdersAnywhere, holdersIn, indexAction } from './action-holders.ts'
import { type Cohorts, sortIntoCohorts } from './cohort.ts'
import type { AccountLimits, Estate, EstatePrincipal, EstateResource } from './estate.ts'
import { type Named, namedIn } from './named-principals.ts'
import { type PolicyTraits, traitsOf } from './policy-traits.ts'

/** An estate with what it takes to ask about a few principals instead of all. */
export interface EstateIndex {
  readonly estate: Estate
  readonly principals: ReadonlyMap<string, EstatePrincipal>
  readonly byAccount: ReadonlyMap<string, readonly EstatePrincipal[]>
  readonly resources: ReadonlyMap<string, EstateResource>
  /** Roles by everything their trust policies name: ARNs, account ids, providers, services, `*`. */
  readonly rolesByTrust: () => ReadonlyMap<string, readonly EstatePrincipal[]>
  readonly cohorts: () => Cohorts
  /** Whose policies may allow the action. */
  readonly holdersOf: (action: string) => ActionHolders
  /** Principals whose own policies may allow the action on the resource; of `within` accounts alone, if given. */
  readonly holders: (
    action: string,
    resource: string,
    within: ReadonlySet<string> | 'all',
  ) => Iterable<EstatePrincipal>
  /** Whom a resource-based policy names. */
  readonly namedBy: (policy: CompiledPolicy) => Named
  /** Takes the action in lower case. */
  readonly traitsOf: (policy: CompiledPolicy, action: string) => PolicyTraits
  readonly limitsOf: (account: string) => AccountLimits
}

const noLimits: AccountLimits = { scp: [], rcp: [] }

/** Sorts principals by ARN and account at once; all else when it is first asked for, since large estates have much. */
export function indexEstate(estate: Estate): EstateIndex {
  const byAccount = new Map<string, EstatePrincipal[]>()
  for (const each of estate.principals) push(byAccount, each.accountId, each)
  const named = new WeakMap<CompiledPolicy, Named>()
  const namedBy = (policy: CompiledPolicy): Named => {
    const found = named.get(policy) ?? namedIn(policy)
    named.set(policy, found)
    return found
  }
  const cohorts = once(() => sortIntoCohorts(estate, byAccount))
  const byAction = new Map<string, ActionHolders>()
  const holdersOf = (action: string): ActionHolders => {
    const lower = action.toLowerCase()
    const found = byAction.get(lower) ?? indexAction(cohorts(), lower)
    byAction.set(lower, found)
    return found
  }
  return {
    estate,
    principals: new Map(estate.principals.map((each) => [each.arn, each])),
    byAccount,
    resources: new Map(estate.resources.map((each) => [each.arn, each])),
    rolesByTrust: once(() => rolesByTrust(estate, namedBy)),
    cohorts,
    holdersOf,
    holders: (action, resource, within) => {
      const holders = holdersOf(action)
      if (within === 'all') return holdersAnywhere(holders, resource)
      return [...holdersIn(holders, resource, within)].flatMap(({ members }) => members)
    },
    namedBy,
    traitsOf: keepTraits(),
    limitsOf: (account) => estate.organization.get(account) ?? noLimits,
  }
}

function keepTraits(): EstateIndex['traitsOf'] {
  const byAction = new Map<string, WeakMap<CompiledPolicy, PolicyTraits>>()
  return (policy, action) => {
    const kept = byAction.get(action) ?? new WeakMap<CompiledPolicy, PolicyTraits>()
    byAction.set(action, kept)
    const found = kept.get(policy) ?? traitsOf(policy, action)
    kept.set(policy, found)
    return found
  }
}

function rolesByTrust(
  { principals }: Estate,
  namedBy: EstateIndex['namedBy'],
): ReadonlyMap<string, readonly EstatePrincipal[]> {
  const roles = new Map<string, EstatePrincipal[]>()
  for (const role of principals) {
    if (role.trust === null) continue
    for (const key of namedBy(role.trust).keys) push(roles, key, role)
  }
  return roles
}

function once<V>(make: () => V): () => V {
  let made: { readonly value: V } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

import type { CompiledPolicy } from '../policy/compile-policy.ts'
import type { Cohort, CohortGroup, Cohorts } from './cohort.ts'
import type { EstatePrincipal } from './estate.ts'
import { type OpenReach, type Reach, reachOf } from './reach.ts'

/** Whose own policies may allow one action, by what they may allow it on. */
export interface ActionHolders {
  /** By the whole ARN that a statement names. */
  readonly exact: ReadonlyMap<string, readonly CohortGroup[]>
  /** Those with patterns, by the account of who holds them. */
  readonly openIn: ReadonlyMap<string, readonly OpenHolder<CohortGroup>[]>
  /** All with patterns, by the account that the patterns stay in, or `*`. */
  readonly openTo: ReadonlyMap<string, readonly OpenHolder<Cohort>[]>
}

export interface OpenHolder<H> {
  readonly holder: H
  readonly mayMatch: OpenReach['mayMatch']
}

/** One pass over all cohorts; what policies that many hold say is looked up once. Takes the action in lower case. */
export function indexAction({ all }: Cohorts, action: string): ActionHolders {
  const exact = new Map<string, CohortGroup[]>()
  const openIn = new Map<string, OpenHolder<CohortGroup>[]>()
  const openTo = new Map<string, OpenHolder<Cohort>[]>()
  const known = new Map<CompiledPolicy, Reach>()
  for (const cohort of all) {
    for (const policy of cohort.sample.identity) {
      const reach = known.get(policy) ?? reachOf(policy, action)
      known.set(policy, reach)
      for (const resource of reach.exact) {
        for (const group of cohort.groups) push(exact, resource, group)
      }
      for (const { mayMatch, account } of reach.open) {
        push(openTo, account ?? '*', { holder: cohort, mayMatch })
        for (const group of cohort.groups) push(openIn, group.account, { holder: group, mayMatch })
      }
    }
  }
  return { exact, openIn, openTo }
}

/** The groups of some accounts that may reach the resource. */
export function holdersIn(
  { exact, openIn }: ActionHolders,
  resource: string,
  accounts: Iterable<string>,
): ReadonlySet<CohortGroup> {
  const within = new Set(accounts)
  const found = new Set(exact.get(resource)?.filter(({ account }) => within.has(account)))
  for (const account of within) {
    for (const { holder, mayMatch } of openIn.get(account) ?? []) {
      if (!found.has(holder) && mayMatch(resource)) found.add(holder)
    }
  }
  return found
}

/** The cohorts of all accounts that may reach a resource of the account by patterns. */
export function openHoldersTo(
  { openTo }: ActionHolders,
  resource: string,
  account: string,
): ReadonlySet<Cohort> {
  const found = new Set<Cohort>()
  for (const bucket of [openTo.get('*'), openTo.get(account)]) {
    for (const { holder, mayMatch } of bucket ?? []) {
      if (!found.has(holder) && mayMatch(resource)) found.add(holder)
    }
  }
  return found
}

/** Everybody anywhere who may reach the resource. */
export function holdersAnywhere(
  holders: ActionHolders,
  resource: string,
): readonly EstatePrincipal[] {
  const found = new Set<CohortGroup>(holders.exact.get(resource))
  // A resource may lie in an account that its ARN does not tell: every pattern is asked.
  for (const bucket of holders.openTo.values()) {
    for (const { holder, mayMatch } of bucket) {
      if (mayMatch(resource)) for (const group of holder.groups) found.add(group)
    }
  }
  return [...found].flatMap(({ members }) => members)
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

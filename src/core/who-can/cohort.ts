import type { CompiledPolicy } from '../policy/compile-policy.ts'
import type { Estate, EstatePrincipal } from './estate.ts'

/**
 * Principals of any accounts for whom the same policies speak: their own, their boundary and the SCPs above them.
 * INVARIANT: a decision differs between two of them only by what names one of them or its account.
 */
export interface Cohort {
  readonly sample: EstatePrincipal
  readonly size: number
  readonly groups: readonly CohortGroup[]
  /** Everything that binds its members by themselves. */
  readonly policies: readonly CompiledPolicy[]
}

/** The members of a cohort in one account. */
export interface CohortGroup {
  readonly cohort: Cohort
  readonly account: string
  readonly members: readonly EstatePrincipal[]
}

export interface Cohorts {
  readonly all: readonly Cohort[]
  readonly byAccount: ReadonlyMap<string, readonly CohortGroup[]>
}

interface GrowingCohort extends Cohort {
  size: number
  readonly groups: CohortGroup[]
}

/** Sorts everybody by the very policies they have: documents that are the same should be compiled once. */
export function sortIntoCohorts(
  estate: Estate,
  byAccount: ReadonlyMap<string, readonly EstatePrincipal[]>,
): Cohorts {
  const ids = new Map<CompiledPolicy, number>()
  const idOf = (policy: CompiledPolicy): number => {
    const id = ids.get(policy) ?? ids.size
    ids.set(policy, id)
    return id
  }
  const cohorts = new Map<string, GrowingCohort>()
  const groups = new Map<string, readonly CohortGroup[]>()
  for (const [account, principals] of byAccount) {
    const scp = estate.organization.get(account)?.scp ?? []
    const above = scp.map((level) => level.map(idOf).join()).join('/')
    const own = new Map<GrowingCohort, EstatePrincipal[]>()
    for (const each of principals) {
      const key = `${above};${traitsOf(each)};${each.identity.map(idOf).join()};${each.boundary?.map(idOf).join() ?? 'none'}`
      const cohort = cohorts.get(key) ?? newCohort(each, scp.flat())
      cohorts.set(key, cohort)
      cohort.size += 1
      const members = own.get(cohort)
      if (members === undefined) own.set(cohort, [each])
      else members.push(each)
    }
    groups.set(account, closeGroups(account, own))
  }
  return { all: [...cohorts.values()], byAccount: groups }
}

function newCohort(sample: EstatePrincipal, above: readonly CompiledPolicy[]): GrowingCohort {
  const policies = [...sample.identity, ...(sample.boundary ?? []), ...above]
  return { sample, size: 0, groups: [], policies }
}

function closeGroups(
  account: string,
  own: ReadonlyMap<GrowingCohort, readonly EstatePrincipal[]>,
): readonly CohortGroup[] {
  return [...own].map(([cohort, members]) => {
    const group = { cohort, account, members }
    cohort.groups.push(group)
    return group
  })
}

/** What the engine asks of a caller besides its policies, its account and its name. */
function traitsOf({ principal }: EstatePrincipal): string {
  const partition = 'arn' in principal ? principal.arn.slice(0, principal.arn.indexOf(':', 4)) : ''
  if (principal.kind === 'user') return `user ${partition}`
  // A path that was only assumed raises doubts of its own, and other kinds are few: each stays alone.
  if (principal.kind !== 'roleSession' || principal.roleArnIsDerived) {
    return `${principal.kind} ${'arn' in principal ? principal.arn : ''}`
  }
  const isServiceLinked = principal.roleArn.includes(':role/aws-service-role/')
  return `${isServiceLinked ? 'service-linked role' : 'role'} ${partition}`
}

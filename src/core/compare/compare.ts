import type { Request } from '../evaluate/request.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import type { Policy } from '../policy/policy.ts'
import { makeAtomTable } from './atom.ts'
import { type CompareOptions, settingFor } from './compare-options.ts'
import { type Difference, differenceOf } from './difference.ts'
import { productsOf, type ReadPolicy, readPolicy } from './products.ts'
import { refute } from './refute.ts'
import { enter, everything, type Region, type RegionSetting, regionKey } from './region.ts'
import { findWitness, isAllowedBy } from './witness.ts'

/** A part of one policy that could not be compared with the other. */
export interface Undecided extends Difference {
  readonly reason: string
}

/**
 * What one policy allows that the other does not. Both lists empty is a proof that there is no such request;
 * `undecided` holds the parts for which neither a request nor a proof was found.
 */
export interface OneWay {
  readonly differences: readonly (Difference & { readonly witness: Request })[]
  readonly undecided: readonly Undecided[]
}

/**
 * `equal` is a proof: no request is allowed by one policy and not by the other. `broader` and `narrower` say what the
 * new policy is; `different` that it is both. `undecided`: no difference was found, and none was ruled out.
 */
export type Verdict = 'equal' | 'broader' | 'narrower' | 'different' | 'undecided'

/** How two policies differ, in both directions. */
export interface Comparison {
  readonly verdict: Verdict
  /** What the new policy allows that the old one does not. */
  readonly gained: OneWay
  /** What the old policy allows that the new one does not. */
  readonly lost: OneWay
}

/**
 * Compares what two policies of one type allow by themselves, over all requests: an allow takes the request in, and no
 * deny does. Every difference comes with a request that the evaluator confirms. Callers are taken to have no
 * permissions boundary, and condition keys that follow from the principal to follow from it. Never throws; what takes
 * too long to decide is `undecided`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
 */
export function comparePolicies(
  before: Policy,
  after: Policy,
  options: CompareOptions = {},
): Comparison {
  const gained = findDifferences(after, before, options)
  const lost = findDifferences(before, after, options)
  return { verdict: verdictOf(gained, lost), gained, lost }
}

function verdictOf(gained: OneWay, lost: OneWay): Verdict {
  const [more, less] = [gained.differences.length > 0, lost.differences.length > 0]
  if (more && less) return 'different'
  if (gained.undecided.length + lost.undecided.length > 0 && !more && !less) return 'undecided'
  if (more) return 'broader'
  return less ? 'narrower' : 'equal'
}

/** What `allower` allows and `other` does not. */
function findDifferences(allower: Policy, other: Policy, options: CompareOptions): OneWay {
  const table = makeAtomTable()
  const [mine, another] = [compilePolicy(allower, ''), compilePolicy(other, '')]
  const setting = settingFor(allower.type, options, (request) => {
    return isAllowedBy(mine, request) && !isAllowedBy(another, request)
  })
  const ours = readPolicy(allower, table)
  const theirs = readPolicy(other, table)
  const differences = new Map<string, Difference & { readonly witness: Request }>()
  const undecided = new Map<string, Undecided>()
  for (const product of productsOf(allower, table)) {
    const start = enter(everything, product.atoms, setting)
    if (start === undefined) continue
    for (const { regions, isCut } of remainders(start, { ours, theirs, setting })) {
      for (const region of regions) {
        const found = findWitness(region, setting)
        const difference = differenceOf(region, product.statement)
        const key = JSON.stringify(difference)
        if (found.kind === 'found') differences.set(key, { ...difference, witness: found.value })
        if (found.kind === 'unknown') undecided.set(key, { ...difference, reason: found.reason })
      }
      if (isCut) {
        const difference = differenceOf(start, product.statement)
        const reason = setting.solver.budget.reason
        undecided.set(JSON.stringify(difference), { ...difference, reason })
      }
    }
  }
  return { differences: [...differences.values()], undecided: [...undecided.values()] }
}

interface Sides {
  readonly ours: ReadPolicy
  readonly theirs: ReadPolicy
  readonly setting: RegionSetting
}

/** The parts of the region that the other policy does not allow, since no allow of it reaches there or a deny does. */
function* remainders(start: Region, { ours, theirs, setting }: Sides) {
  const unallowed = refute(start, [...ours.denies, ...theirs.allows], setting)
  yield unallowed
  if (unallowed.regions.some((region) => regionKey(region) === regionKey(start))) return
  for (const deny of theirs.denies) {
    const denied = enter(start, deny, setting)
    if (denied !== undefined) yield refute(denied, ours.denies, setting)
  }
}

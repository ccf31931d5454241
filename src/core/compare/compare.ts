import type { Request } from '../evaluate/request.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import type { Policy, Statement } from '../policy/policy.ts'
import { type Atom, type AtomTable, atomsOf, makeAtomTable } from './atom.ts'
import { makeBudget } from './budget.ts'
import { type Difference, differenceOf } from './difference.ts'
import { refute, type StatementAtoms } from './refute.ts'
import { enter, everything, type Region, type RegionSetting, regionKey } from './region.ts'
import type { ListActions } from './solve-action.ts'
import { makeTextSets } from './text-set.ts'
import { findWitness, isAllowedBy, type WitnessSetting } from './witness.ts'

export interface CompareOptions {
  /** Actions that exist, for witnesses that a reader knows. */
  readonly listActions?: ListActions
  /** Patterns for the resources of an action; `${...}` stands for anything. */
  readonly listResources?: (action: string) => readonly string[]
  /** The most steps that the comparison may take; 3,000,000 when left out. */
  readonly budget?: number
}

/** A part of one policy that could not be compared with the other. */
export interface Undecided extends Difference {
  readonly reason: string
}

export interface OneWay {
  readonly differences: readonly (Difference & { readonly witness: Request })[]
  readonly undecided: readonly Undecided[]
}

/**
 * `equal` is a proof: no request is allowed by one policy and not by the other. `broader` and `narrower` say what the
 * new policy is; `different` that it is both. `undecided`: no difference was found, and none was ruled out.
 */
export type Verdict = 'equal' | 'broader' | 'narrower' | 'different' | 'undecided'

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
 * permissions boundary, and condition keys that follow from the principal to follow from it.
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
  const setting = settingOf({ allower, other }, options)
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

interface Pair {
  readonly allower: Policy
  readonly other: Policy
}

function settingOf({ allower, other }: Pair, options: CompareOptions): WitnessSetting {
  const [mine, theirs] = [compilePolicy(allower, ''), compilePolicy(other, '')]
  return {
    type: allower.type,
    solver: { sets: makeTextSets(), budget: makeBudget(options.budget ?? 3_000_000) },
    isEmptyKnown: new Map(),
    confirms: (request) => isAllowedBy(mine, request) && !isAllowedBy(theirs, request),
    ...(options.listActions === undefined ? {} : { listActions: options.listActions }),
    ...(options.listResources === undefined ? {} : { listResources: options.listResources }),
  }
}

interface ReadPolicy {
  readonly allows: readonly StatementAtoms[]
  readonly denies: readonly StatementAtoms[]
}

function readPolicy(policy: Policy, table: AtomTable): ReadPolicy {
  const read = (effect: Statement['effect']): readonly StatementAtoms[] =>
    policy.statements
      .filter((statement) => statement.effect === effect)
      .map((statement) => atomsOf(statement, policy.version, table))
  return { allows: read('Allow'), denies: read('Deny') }
}

interface Product {
  readonly atoms: readonly Atom[]
  /** Position in the document, from 0. */
  readonly statement: number
}

/** Every allow, one action pattern and one resource pattern at a time: most of them the other policy answers at once. */
function productsOf(policy: Policy, table: AtomTable): readonly Product[] {
  return policy.statements.flatMap((statement, index) => {
    if (statement.effect === 'Deny') return []
    const actions = eachOf(statement.action)
    const resources = statement.resource === undefined ? [undefined] : eachOf(statement.resource)
    return actions.flatMap((action) =>
      resources.map((resource) => {
        const part = { ...statement, action, ...(resource === undefined ? {} : { resource }) }
        return { atoms: atomsOf(part, policy.version, table), statement: index }
      }),
    )
  })
}

interface Patterns {
  readonly negated: boolean
  readonly patterns: readonly string[]
}

function eachOf(element: Patterns): readonly Patterns[] {
  if (element.negated) return [element]
  return [...new Set(element.patterns)].map((pattern) => ({ negated: false, patterns: [pattern] }))
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

import type { Atom } from './atom.ts'
import { canNarrow, enter, narrow, type Region, type RegionSetting, regionKey } from './region.ts'

/** A statement as the atoms that a request meets when the statement takes it in. */
export type StatementAtoms = readonly Atom[]

export interface Refutation {
  /** Together exactly the requests of the region that no statement takes in; they may overlap. */
  readonly regions: readonly Region[]
  /** Set where there may be more, since the budget ran out. */
  readonly isCut: boolean
}

/**
 * The part of a region that no statement takes in: of every statement that reaches into it, one element is not met.
 * Each choice narrows one dimension, and a choice that leaves nothing is dropped at once.
 */
export function refute(
  region: Region,
  statements: readonly StatementAtoms[],
  setting: RegionSetting,
): Refutation {
  const found = new Map<string, Region>()
  const seen = new Set<string>()
  let isCut = false
  const visit = (at: Region, rest: readonly StatementAtoms[]): void => {
    const key = regionKey(at)
    if (seen.has(key) || isCut) return
    seen.add(key)
    if (found.size >= mostRegions || !setting.solver.budget.spend(stepsPerRegion)) {
      isCut = true
      return
    }
    const reaching = rest.filter((atoms) => enter(at, atoms, setting) !== undefined)
    const choices = reaching.map((atoms) => waysOut(at, atoms, setting))
    const fewest = choices.reduce<number>(
      (best, ways, i) => (ways.length < (choices[best]?.length ?? 0) ? i : best),
      0,
    )
    const ways = choices[fewest]
    if (ways === undefined) {
      found.set(key, at)
      return
    }
    const others = reaching.filter((_, i) => i !== fewest)
    for (const atom of ways) visit(narrow(at, [{ atom, wanted: false }]), others)
  }
  visit(region, statements)
  return { regions: largest([...found.values()]), isCut }
}

const mostRegions = 64
const stepsPerRegion = 50

function waysOut(region: Region, atoms: StatementAtoms, setting: RegionSetting): readonly Atom[] {
  return atoms.filter((atom) => canNarrow(region, { atom, wanted: false }, setting))
}

/** Without the regions that lie in another one. */
function largest(regions: readonly Region[]): readonly Region[] {
  const keys = regions.map((region) => new Set(regionKey(region).split(',')))
  return regions.filter((_, i) => !keys.some((other, j) => i !== j && contains(other, keys[i])))
}

function contains(outer: ReadonlySet<string>, inner: ReadonlySet<string> | undefined): boolean {
  return inner !== undefined && outer.size < inner.size && [...outer].every((key) => inner.has(key))
}

import type { PolicyType } from '../policy/policy.ts'
import type { Atom, Literal } from './atom.ts'
import type { Found } from './find-text.ts'
import { type ListActions, solveAction } from './solve-action.ts'
import { solveKey } from './solve-key.ts'
import { solvePrincipal } from './solve-principal.ts'
import { solveResource } from './solve-resource.ts'
import type { Reading, Solver } from './solver.ts'
import type { TextPattern } from './text-pattern.ts'

/** The requests that meet every literal: a box, one side per dimension. */
export type Region = ReadonlyMap<string, readonly Literal[]>

export const everything: Region = new Map()

export function narrow(region: Region, literals: readonly Literal[]): Region {
  const narrowed = new Map(region)
  for (const literal of literals) {
    const { dimension } = literal.atom
    const before = narrowed.get(dimension) ?? []
    const isThere = before.some(
      ({ atom, wanted }) => atom.id === literal.atom.id && wanted === literal.wanted,
    )
    if (!isThere) narrowed.set(dimension, [...before, literal])
  }
  return narrowed
}

/** Equal for regions of the same literals. */
export function regionKey(region: Region): string {
  return [...region.values()].flat().map(literalKey).sort().join()
}

function literalKey({ atom, wanted }: Literal): string {
  return `${wanted ? '' : '!'}${atom.id}`
}

export interface RegionSetting {
  readonly type: PolicyType
  readonly solver: Solver
  readonly listActions?: ListActions
  readonly isEmptyKnown: Map<string, boolean>
}

/** Whether some request may lie in the region once the atom is (not) met too. False only where none can. */
export function canNarrow(region: Region, literal: Literal, setting: RegionSetting): boolean {
  const { dimension } = literal.atom
  const literals = [...(region.get(dimension) ?? []), literal]
  const key = `${dimension} ${[...new Set(literals.map(literalKey))].sort().join()}`
  const known = setting.isEmptyKnown.get(key)
  if (known !== undefined) return !known
  const isEmpty = solveDimension(dimension, { literals, reading: 'any', liked: [] }, setting)
  setting.isEmptyKnown.set(key, isEmpty.kind === 'none')
  return isEmpty.kind !== 'none'
}

/** The region in which every atom is met; undefined where there is certainly no request in it. */
export function enter(
  region: Region,
  atoms: readonly Atom[],
  setting: RegionSetting,
): Region | undefined {
  let entered = region
  for (const atom of atoms) {
    const literal = { atom, wanted: true }
    if (!canNarrow(entered, literal, setting)) return undefined
    entered = narrow(entered, [literal])
  }
  return entered
}

export interface DimensionQuestion {
  readonly literals: readonly Literal[]
  readonly reading: Reading
  readonly liked: readonly TextPattern[]
}

export function solveDimension(
  dimension: string,
  question: DimensionQuestion,
  { type, solver, listActions }: RegionSetting,
): Found<unknown> {
  if (dimension === 'action') return solveAction(question.literals, solver, listActions)
  if (dimension === 'resource') return solveResource(question, solver)
  if (dimension === 'principal') return solvePrincipal({ ...question, type }, solver)
  return solveKey({ ...question, key: dimension.slice('key '.length) }, solver)
}

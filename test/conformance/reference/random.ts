/** Numbers that look random and follow from a seed alone: the same scenarios everywhere, at a hundredth of fast-check's cost. */
export interface Random {
  /** From 0, below `end`. */
  readonly below: (end: number) => number
  /** True in `share` of all cases. */
  readonly chance: (share: number) => boolean
  readonly pick: <T>(values: readonly T[]) => T
  /** One to `most` different values, in any order. */
  readonly some: <T>(values: readonly T[], most: number) => readonly T[]
  /** As many values as `least` to `most`. */
  readonly list: <T>(make: () => T, least: number, most: number) => readonly T[]
}

export function newRandom(seed: number): Random {
  let state = seed >>> 0
  // The generator known as mulberry32.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (end: number): number => Math.floor(next() * end)
  const pick = <T>(values: readonly T[]): T => {
    if (values.length === 0) throw new Error('nothing to pick from')
    return values[below(values.length)] as T
  }
  return {
    below,
    chance: (share) => next() < share,
    pick,
    some: (values, most) => [
      ...new Set(Array.from({ length: 1 + below(most) }, () => pick(values))),
    ],
    list: (make, least, most) => Array.from({ length: least + below(most - least + 1) }, make),
  }
}

import type { TextPattern } from './text-pattern.ts'

/**
 * Reads text unit by unit and tells whether one of its patterns matches. States are small numbers, made when first
 * reached: a deterministic automaton of which only the part that is walked exists.
 */
export interface Automaton {
  readonly start: number
  readonly step: (state: number, unit: string) => number
  readonly isAccepting: (state: number) => boolean
  /** No text from here on is accepted. */
  readonly isDead: (state: number) => boolean
  /** Every text from here on is accepted. */
  readonly isFull: (state: number) => boolean
  /** Every unit that the patterns tell from others. */
  readonly alphabet: ReadonlySet<string>
}

interface State {
  readonly places: readonly number[]
  readonly isAccepting: boolean
  readonly isFull: boolean
  readonly next: Map<string, number>
}

export function makeAutomaton(patterns: readonly TextPattern[]): Automaton {
  const alphabet = new Set(
    patterns.flatMap((pattern) => pattern.flatMap(({ units }) => units.split(''))),
  )
  const table = flatten(patterns)
  const states: State[] = []
  const ids = new Map<string, number>()
  const intern = (places: ReadonlySet<number>): number => {
    const sorted = [...places].sort((a, b) => a - b)
    const key = sorted.join()
    const known = ids.get(key)
    if (known !== undefined) return known
    states.push({
      places: sorted,
      isAccepting: sorted.some((place) => table[place] === undefined),
      isFull: sorted.some((place) => isLastStar(table, place)),
      next: new Map(),
    })
    ids.set(key, states.length - 1)
    return states.length - 1
  }
  const start = intern(closure(table, startsOf(patterns)))
  return {
    start,
    alphabet,
    isAccepting: (state) => states[state]?.isAccepting ?? false,
    isDead: (state) => states[state]?.places.length === 0,
    isFull: (state) => states[state]?.isFull ?? false,
    step: (state, unit) => {
      const from = states[state]
      if (from === undefined) return state
      const letter = alphabet.has(unit) ? unit : ''
      const known = from.next.get(letter)
      if (known !== undefined) return known
      const next = intern(closure(table, advance(table, from.places, letter)))
      from.next.set(letter, next)
      return next
    },
  }
}

/** The tokens of all patterns, one after the other, each pattern followed by `undefined`: its end. */
type Table = readonly (TextPattern[number] | undefined)[]

function flatten(patterns: readonly TextPattern[]): Table {
  return patterns.flatMap((pattern) => [...pattern, undefined])
}

function startsOf(patterns: readonly TextPattern[]): readonly number[] {
  let at = 0
  return patterns.map((pattern) => {
    const start = at
    at += pattern.length + 1
    return start
  })
}

/** The places reached without reading: past every token that may stand for nothing. */
function closure(table: Table, places: readonly number[]): ReadonlySet<number> {
  const reached = new Set<number>()
  for (const start of places) {
    let place = start
    while (!reached.has(place)) {
      reached.add(place)
      if (table[place]?.isRepeated !== true) break
      place += 1
    }
  }
  return reached
}

// The empty letter stands for every unit outside the alphabet: no list holds it.
function advance(table: Table, places: readonly number[], letter: string): readonly number[] {
  return places.flatMap((place) => {
    const token = table[place]
    if (token === undefined) return []
    const isListed = letter !== '' && token.units.includes(letter)
    if (isListed === token.negated) return []
    return [token.isRepeated ? place : place + 1]
  })
}

function isLastStar(table: Table, place: number): boolean {
  const token = table[place]
  const isAny = token?.isRepeated === true && token.negated && token.units === ''
  return isAny && place + 1 < table.length && table[place + 1] === undefined
}

/**
 * The candidate that a mistyped name was probably meant to be, ignoring case; undefined when nothing is near.
 * Near is one slip per three letters, at least one and at most four: a letter left out, added, replaced, or swapped with
 * the next. Among equals the first wins.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > longestCompared) return undefined
  const wanted = name.toLowerCase()
  let limit = Math.min(4, Math.max(1, Math.floor(wanted.length / 3)))
  let nearest: string | undefined
  for (const candidate of candidates) {
    const isLong = candidate.length > longestCompared
    const slips = isLong ? limit + 1 : countSlips(wanted, candidate.toLowerCase(), limit)
    if (slips > limit) continue
    nearest = candidate
    limit = slips - 1
    if (limit < 0) break
  }
  return nearest
}

/** ``; did you mean `x`?``, or nothing where no candidate is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const nearest = nearestName(name, candidates)
  return nearest === undefined ? '' : `; did you mean \`${nearest}\`?`
}

/** Longer texts are no mistyped names, and comparing them would cost time. */
const longestCompared = 128

/** The optimal string alignment distance; any number above `limit` once it is certain to be exceeded. */
function countSlips(one: string, other: string, limit: number): number {
  const width = other.length + 1
  if (Math.abs(one.length - other.length) > limit) return limit + 1
  let beforeLast = new Uint8Array(width)
  let last = new Uint8Array(width)
  let current = new Uint8Array(width)
  for (let column = 0; column < width; column++) last[column] = column
  for (let row = 1; row <= one.length; row++) {
    const least = fillRow({ one, other, row }, beforeLast, { last, current })
    if (least > limit) return limit + 1
    ;[beforeLast, last, current] = [last, current, beforeLast]
  }
  return last[other.length] ?? limit + 1
}

interface Row {
  readonly one: string
  readonly other: string
  readonly row: number
}

interface Pair {
  readonly last: Uint8Array
  readonly current: Uint8Array
}

/** Texts are no longer than 128, so that every count fits a byte. Answers the least of the row. */
function fillRow({ one, other, row }: Row, beforeLast: Uint8Array, pair: Pair): number {
  const { last, current } = pair
  const letter = one.charCodeAt(row - 1)
  const before = row > 1 ? one.charCodeAt(row - 2) : -1
  let [least, left, diagonal, previous] = [row, row, row - 1, -1]
  current[0] = row
  for (let column = 1; column <= other.length; column++) {
    const theirs = other.charCodeAt(column - 1)
    const above = last[column] ?? 0
    let count = Math.min(diagonal + (letter === theirs ? 0 : 1), above + 1, left + 1)
    if (letter === previous && before === theirs) {
      count = Math.min(count, (beforeLast[column - 2] ?? 0) + 1)
    }
    current[column] = count
    least = Math.min(least, count)
    diagonal = above
    left = count
    previous = theirs
  }
  return least
}

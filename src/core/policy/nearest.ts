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
    const slips = countSlips(wanted, candidate.toLowerCase(), limit)
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
  if (Math.abs(one.length - other.length) > limit) return limit + 1
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row++) {
    const current = [row]
    for (let column = 1; column <= other.length; column++) {
      const replaced = at(last, column - 1) + Number(one[row - 1] !== other[column - 1])
      const shifted = Math.min(at(last, column), at(current, column - 1)) + 1
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      const swapped = isSwap ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY
      current.push(Math.min(replaced, shifted, swapped))
    }
    if (Math.min(...current) > limit) return limit + 1
    beforeLast = last
    last = current
  }
  return at(last, other.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}

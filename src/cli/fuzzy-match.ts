/**
 * How well a typed text fits something with several fields, the most telling first; undefined where it does not. Every
 * word must be found; its letters in order are enough, but together, early and at the start of a word count for more.
 */
export function matchFuzzily(typed: string, fields: readonly string[]): number | undefined {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  let total = 0
  for (const word of words) {
    const scores = fields.map((field, index) => scoreWord(word, field.toLowerCase()) - index)
    const best = Math.max(...scores)
    if (best === Number.NEGATIVE_INFINITY) return undefined
    total += best
  }
  return total
}

const noMatch = Number.NEGATIVE_INFINITY

function scoreWord(word: string, field: string): number {
  if (field === word) return 100
  const at = field.indexOf(word)
  if (at === 0) return 80
  if (at > 0) return isWordStart(field, at) ? 60 : 40
  return initialsOf(field).startsWith(word) ? 30 : scoreLetters(word, field)
}

/** `rd` of `read-data`. */
function initialsOf(field: string): string {
  return field
    .split(/[^a-z0-9]+/)
    .map((part) => part.slice(0, 1))
    .join('')
}

/** Letters in order: 20 at most, one less for every gap. */
function scoreLetters(word: string, field: string): number {
  let from = 0
  let gaps = 0
  for (const letter of word) {
    const at = field.indexOf(letter, from)
    if (at < 0) return noMatch
    if (at > from && from > 0 && !isWordStart(field, at)) gaps += 1
    from = at + 1
  }
  return Math.max(1, 20 - gaps)
}

function isWordStart(field: string, at: number): boolean {
  return at === 0 || /[^a-z0-9]/.test(field[at - 1] ?? '')
}

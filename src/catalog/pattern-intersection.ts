/**
 * Whether any text matches both patterns. `*` stands for any characters, `?` for one, all else for itself.
 * Takes at most one step per pair of their characters, whatever the patterns hold.
 */
export function patternsIntersect(one: string, other: string): boolean {
  return startAlike(one, other) && tokensIntersect(parsePattern(one), parsePattern(other))
}

/** Whether the patterns agree as far as neither has a wildcard: few do that share no text. */
function startAlike(one: string, other: string): boolean {
  const length = Math.min(one.length, other.length)
  for (let i = 0; i < length; i += 1) {
    const [mine, theirs] = [one.charCodeAt(i), other.charCodeAt(i)]
    if (isWildcard(mine) || isWildcard(theirs)) return true
    if (mine !== theirs) return false
  }
  return true
}

function isWildcard(unit: number): boolean {
  return unit === 42 || unit === 63
}

/** A pattern's parts. A `segment` stands for any characters but `/`, which no text of patterns can say. */
export type PatternToken =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'any' }
  | { readonly kind: 'segment' }

export function parsePattern(pattern: string): readonly PatternToken[] {
  return [...pattern].map((character): PatternToken => {
    if (character === '*') return { kind: 'any' }
    return character === '?' ? { kind: 'one' } : { kind: 'character', character }
  })
}

/**
 * Walks both patterns side by side. A cell `[i][j]` is reached when some text so far is spelled by the first `i`
 * tokens of one and the first `j` of the other; every step leads to the same row or the next, so two rows suffice.
 */
export function tokensIntersect(
  one: readonly PatternToken[],
  other: readonly PatternToken[],
): boolean {
  let row = new Uint8Array(other.length + 1)
  row[0] = 1
  for (let i = 0; i <= one.length; i++) {
    const next = new Uint8Array(other.length + 1)
    for (let j = 0; j <= other.length; j++)
      if (row[j] === 1) step(one[i], other[j], { row, next, j })
    if (i === one.length) break
    row = next
  }
  return row[other.length] === 1
}

interface Reached {
  readonly row: Uint8Array
  readonly next: Uint8Array
  readonly j: number
}

function step(
  mine: PatternToken | undefined,
  theirs: PatternToken | undefined,
  { row, next, j }: Reached,
): void {
  const isMineOpen = mine !== undefined && isOpen(mine)
  const isTheirsOpen = theirs !== undefined && isOpen(theirs)
  if (isMineOpen) next[j] = 1
  if (isTheirsOpen) row[j + 1] = 1
  if (mine === undefined || theirs === undefined || !canShareCharacter(mine, theirs)) return
  if (isMineOpen && !isTheirsOpen) row[j + 1] = 1
  else if (isTheirsOpen && !isMineOpen) next[j] = 1
  else if (!isMineOpen) next[j + 1] = 1
}

/** It may stand for nothing, and for more than one character. */
function isOpen(token: PatternToken): boolean {
  return token.kind === 'any' || token.kind === 'segment'
}

function canShareCharacter(one: PatternToken, other: PatternToken): boolean {
  if (one.kind === 'character' && other.kind === 'character') {
    return one.character === other.character
  }
  return !(isSlash(one) && other.kind === 'segment') && !(isSlash(other) && one.kind === 'segment')
}

function isSlash(token: PatternToken): boolean {
  return token.kind === 'character' && token.character === '/'
}

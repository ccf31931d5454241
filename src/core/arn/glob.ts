/**
 * IAM's wildcards: `*` stands for any number of characters, also none, `?` for exactly one (a UTF-16 unit).
 * Never more than pattern × input steps, whatever the pattern: nothing here backtracks further than the last `*`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchGlob(pattern: string, text: string): boolean {
  return compileGlob(pattern)(text)
}

export type GlobTest = (text: string) => boolean

/** `matchGlob` for a pattern that is used often. */
export function compileGlob(pattern: string): GlobTest {
  if (pattern.includes('?')) {
    const tokens = globTokens(pattern)
    return (text) => matchTokens(tokens, text)
  }
  const parts = pattern.split('*')
  const first = parts[0] ?? ''
  const last = parts[parts.length - 1] ?? ''
  if (parts.length === 1) return (text) => text === pattern
  const middle = parts.slice(1, -1).filter((part) => part !== '')
  if (middle.length > 0) return compileParts({ first, middle, last })
  if (last === '') return first === '' ? () => true : (text) => text.startsWith(first)
  const least = first.length + last.length
  return (text) => text.length >= least && text.startsWith(first) && text.endsWith(last)
}

interface GlobParts {
  readonly first: string
  readonly middle: readonly string[]
  readonly last: string
}

// The leftmost place for each middle part leaves the most room for those after it, so no other choice can do better.
function compileParts({ first, middle, last }: GlobParts): GlobTest {
  return (text) => {
    if (!text.startsWith(first)) return false
    let at = first.length
    for (const part of middle) {
      const found = text.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return text.length - last.length >= at && text.endsWith(last)
  }
}

const anyRun = -1
const anyOne = -2

/** A pattern as UTF-16 units, with wildcards as negative numbers: text from a variable can hold a literal `*`. */
export type GlobTokens = readonly number[]

/** Tokens of `text`, in which `*` and `?` are wildcards. */
export function globTokens(text: string): GlobTokens {
  return Array.from({ length: text.length }, (_, i) => {
    const unit = text.charCodeAt(i)
    if (unit === 42) return anyRun
    return unit === 63 ? anyOne : unit
  })
}

/** Tokens of `text`, in which nothing is a wildcard. */
export function literalTokens(text: string): GlobTokens {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
}

/** Two pointers: after a mismatch, the text advances past the last `*` by one more character. */
export function matchTokens(tokens: GlobTokens, text: string): boolean {
  let t = 0
  let p = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    const token = tokens[p]
    if (token === anyRun) {
      star = p
      p += 1
      resume = t
    } else if (token === anyOne || token === text.charCodeAt(t)) {
      p += 1
      t += 1
    } else if (star >= 0) {
      p = star + 1
      resume += 1
      t = resume
    } else return false
  }
  while (tokens[p] === anyRun) p += 1
  return p === tokens.length
}

import type { Answer } from './document.ts'

/** One character of a pattern: a letter stands for itself, a wildcard for any run or any one letter. */
export type PatternItem = { readonly letter: string } | 'any run' | 'any one'

/** A pattern after its variables got their values. Undefined where one has none. */
export type Pattern = readonly PatternItem[]

/** Values of condition keys by lower-case name, as text; undefined for a key that is absent. */
export type Lookup = (key: string) => readonly string[] | undefined

/**
 * Reads a pattern the slow way, letter by letter.
 * Variables exist from version 2012-10-17 on; a value that a variable brings in stands for itself.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function readPattern(text: string, version: string, lookup: Lookup): Pattern | undefined {
  const end = text.indexOf('}')
  const start = text.indexOf('${')
  if (version !== '2012-10-17' || start < 0 || end < start) return wildcards(text)
  const value = variable(text.slice(start + 2, end), lookup)
  const rest = readPattern(text.slice(end + 1), version, lookup)
  if (value === undefined || rest === undefined) return undefined
  return [...wildcards(text.slice(0, start)), ...letters(value), ...rest]
}

export function wildcards(text: string): Pattern {
  return [...text].map((letter) => {
    if (letter === '*') return 'any run'
    return letter === '?' ? 'any one' : { letter }
  })
}

function letters(text: string): Pattern {
  return [...text].map((letter) => ({ letter }))
}

/** The pattern as text again, its wildcards mere characters. */
export function writtenOut(pattern: Pattern): string {
  const written = pattern.map((item) => {
    if (typeof item === 'object') return item.letter
    return item === 'any run' ? '*' : '?'
  })
  return written.join('')
}

function variable(inside: string, lookup: Lookup): string | undefined {
  if (inside === '*' || inside === '?' || inside === '$') return inside
  const [key = '', fallback] = inside.split(',').map((part) => part.trim())
  const values = lookup(key.toLowerCase())
  if (values?.length === 1) return values[0]
  return fallback?.slice(1, -1)
}

/** Tries every way in which the first wildcard can stand for something. */
export function fits(pattern: Pattern, text: string): boolean {
  return fitsFrom(pattern, text, { item: 0, letter: 0 })
}

interface Position {
  readonly item: number
  readonly letter: number
}

function fitsFrom(pattern: Pattern, text: string, from: Position): boolean {
  let letter = from.letter
  for (let item = from.item; item < pattern.length; item++) {
    const wanted = pattern[item]
    if (wanted === 'any run') {
      for (let i = letter; i <= text.length; i++) {
        if (fitsFrom(pattern, text, { item: item + 1, letter: i })) return true
      }
      return false
    }
    const isOne = wanted === 'any one' || (wanted !== undefined && wanted.letter === text[letter])
    if (letter >= text.length || !isOne) return false
    letter += 1
  }
  return letter === text.length
}

export function fitsAnyCase(pattern: string, text: string): boolean {
  return fits(wildcards(pattern.toLowerCase()), text.toLowerCase())
}

/** Each of the six parts by itself. */
export function fitsArn(pattern: Pattern, text: string): Answer {
  const wanted = splitPattern(pattern)
  const given = text.split(':')
  if (wanted.length < 6 || given.length < 6) return 'unsaid'
  const last = given.slice(5).join(':')
  return wanted.every((part, i) => fits(part, i === 5 ? last : (given[i] ?? ''))) ? 'yes' : 'no'
}

function splitPattern(pattern: Pattern): readonly Pattern[] {
  const parts: PatternItem[][] = [[]]
  for (const item of pattern) {
    const isColon = typeof item === 'object' && item.letter === ':'
    if (isColon && parts.length < 6) parts.push([])
    else parts.at(-1)?.push(item)
  }
  return parts
}

import { splitArn } from '../arn/arn.ts'

/** One step of a pattern: a UTF-16 unit that is (or, `negated`, is not) among `units`, once or any number of times. */
export interface PatternToken {
  readonly units: string
  readonly negated: boolean
  readonly isRepeated: boolean
}

export type TextPattern = readonly PatternToken[]

export type Fold = 'exact' | 'ignoreCase'

/** The pattern that matches this text alone. */
export function literalPattern(text: string, fold: Fold = 'exact'): TextPattern {
  return splitUnits(text).map((unit) => ({
    units: fold === 'exact' ? unit : caseVariants(unit),
    negated: false,
    isRepeated: false,
  }))
}

/** The pattern in which `*` and `?` are wildcards for everything but the units of `except`. */
export function globPattern(text: string, except = ''): TextPattern {
  return splitUnits(text).map((unit) => {
    if (unit === '*') return { units: except, negated: true, isRepeated: true }
    if (unit === '?') return { units: except, negated: true, isRepeated: false }
    return { units: unit, negated: false, isRepeated: false }
  })
}

/** A pattern for ARNs: a wildcard before the resource part stays within its segment. Undefined below six segments. */
export function arnTextPattern(text: string): TextPattern | undefined {
  const segments = splitArn(text)
  if (segments === undefined) return undefined
  const head = segments.slice(0, 5).flatMap((segment) => [...globPattern(segment, ':'), colon])
  return [...head, ...globPattern(segments[5])]
}

/** Any number of units, none of them in `except`. */
export function anyRun(except = ''): PatternToken {
  return { units: except, negated: true, isRepeated: true }
}

/** One unit, none of those in `except`. */
export function anyOne(except = ''): PatternToken {
  return { units: except, negated: true, isRepeated: false }
}

const colon: PatternToken = { units: ':', negated: false, isRepeated: false }

/** A readable text that the pattern matches: `filler` for what may be any text, a letter for what is one unit. */
export function fillPattern(pattern: TextPattern, filler: string): string {
  return pattern.map((token) => fillToken(token, filler)).join('')
}

function fillToken({ units, negated, isRepeated }: PatternToken, filler: string): string {
  if (isRepeated) return negated ? filler : ''
  if (!negated) return units.charAt(0)
  return [...'xyz0'].find((unit) => !units.includes(unit)) ?? ''
}

function splitUnits(text: string): readonly string[] {
  return Array.from({ length: text.length }, (_, i) => text.charAt(i))
}

// The Kelvin sign is the one other unit that becomes an ASCII letter in lower case.
function caseVariants(unit: string): string {
  const lower = unit.toLowerCase()
  const kelvin = lower === 'k' ? '\u212a' : ''
  return [...new Set([lower, unit.toUpperCase(), unit])].join('') + kelvin
}

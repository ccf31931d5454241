import { splitTemplate } from '../condition/arn-pattern.ts'
import type { TemplatePart } from '../condition/template.ts'
import type { Policy } from '../policy/policy.ts'
import { type Atom, templateOf } from './atom.ts'
import { type Automaton, makeAutomaton } from './automaton.ts'
import {
  anyRun,
  arnTextPattern,
  globPattern,
  literalPattern,
  type TextPattern,
} from './text-pattern.ts'

/** Values for policy variables, by key in lower case. A variable without one matches nothing. */
export type Assignment = ReadonlyMap<string, string>

/** Every variable stands for any text, or for a unit of its own that no `?` matches. */
export type Stand = 'anyText' | 'ownUnit'

/** The texts that an element takes in: those that one of its patterns matches, or with `negated` none. */
export interface TextSet {
  readonly patterns: readonly TextPattern[]
  readonly automaton: Automaton
  readonly negated: boolean
}

/** Remembers the sets of the atoms asked about so far. */
export interface TextSets {
  /** Undefined where the element compares something other than text, or cannot be read as patterns. */
  readonly of: (atom: Atom, assignment: Assignment | Stand) => TextSet | undefined
}

export function makeTextSets(): TextSets {
  const known = new Map<string, TextSet | undefined>()
  const units = new Map<string, string>()
  const valuesOf = (atom: Atom, given: Assignment | Stand): Assignment => {
    if (typeof given !== 'string') return given
    for (const key of atom.variables) {
      if (!units.has(key)) units.set(key, String.fromCharCode(firstUnit + units.size))
    }
    return units
  }
  return {
    of: (atom, given) => {
      const assignment = valuesOf(atom, given)
      const values = atom.variables.map((key) => assignment.get(key) ?? null)
      const id = JSON.stringify([atom.id, typeof given === 'string' ? given : values])
      if (!known.has(id)) {
        const set = makeTextSet(atom, assignment)
        known.set(id, set === undefined || typeof given !== 'string' ? set : standIn(set, given))
      }
      return known.get(id)
    },
  }
}

/** The private use area: policies that hold its units are not what variables are read for. */
const firstUnit = 0xe000
const ownUnits = Array.from({ length: 256 }, (_, i) => String.fromCharCode(firstUnit + i)).join('')

function standIn({ patterns, negated }: TextSet, stand: Stand): TextSet {
  const replaced = patterns.map((pattern) =>
    pattern.map((token) => {
      if (!token.negated) {
        const isOwn = token.units !== '' && ownUnits.includes(token.units)
        return isOwn && stand === 'anyText' ? anyRun() : token
      }
      return token.isRepeated ? token : { ...token, units: token.units + ownUnits }
    }),
  )
  return setOf(replaced, negated)
}

function makeTextSet(atom: Atom, assignment: Assignment): TextSet | undefined {
  const { element } = atom
  switch (element.kind) {
    case 'action':
      return setOf(
        element.element.patterns.map((text) => globPattern(text.toLowerCase())),
        element.element.negated,
      )
    case 'resource': {
      const { negated, patterns } = element.element
      const read = patterns.map((text) => resourcePattern(templateOf(text, element.version)))
      return setOf(
        read.flatMap((make) => make(assignment) ?? []),
        negated,
      )
    }
    case 'condition':
      return conditionSet(element, assignment)
    default:
      return undefined
  }
}

function setOf(patterns: readonly TextPattern[], negated: boolean): TextSet {
  return { patterns, automaton: makeAutomaton(patterns), negated }
}

/** No pattern, or one; a list so that it can be spread. */
type MakePattern = (assignment: Assignment) => readonly TextPattern[]

function resourcePattern(parts: readonly TemplatePart[]): MakePattern {
  const [only] = parts
  if (parts.length === 1 && only?.kind === 'text' && only.text === '*') return () => [[anyRun()]]
  return (assignment) => oneOrNone(fillArn(parts, assignment))
}

function conditionSet(
  {
    condition,
    version,
  }: { readonly version: Policy['version'] } & Extract<Atom['element'], { kind: 'condition' }>,
  assignment: Assignment,
): TextSet | undefined {
  const row = textOperators[condition.operator]
  if (row === undefined) return undefined
  const patterns: TextPattern[] = []
  for (const value of condition.values) {
    const parts = templateOf(value, version)
    // An ARN operator with a value that is no ARN leaves the answer open: not a set of texts.
    if (row.reads === 'arn' && splitTemplate(parts).length < 6) return undefined
    const filled =
      row.reads === 'arn' ? fillArn(parts, assignment) : fillParts(parts, { assignment, row })
    if (filled !== undefined) patterns.push(filled)
  }
  return setOf(patterns, row.negated)
}

interface TextOperator {
  readonly reads: 'literal' | 'ignoreCase' | 'glob' | 'arn'
  readonly negated: boolean
}

/** The operators that compare text with patterns. */
const textOperators: Readonly<Partial<Record<string, TextOperator>>> = {
  StringEquals: { reads: 'literal', negated: false },
  StringNotEquals: { reads: 'literal', negated: true },
  StringEqualsIgnoreCase: { reads: 'ignoreCase', negated: false },
  StringNotEqualsIgnoreCase: { reads: 'ignoreCase', negated: true },
  StringLike: { reads: 'glob', negated: false },
  StringNotLike: { reads: 'glob', negated: true },
  ArnEquals: { reads: 'arn', negated: false },
  ArnLike: { reads: 'arn', negated: false },
  ArnNotEquals: { reads: 'arn', negated: true },
  ArnNotLike: { reads: 'arn', negated: true },
}

/** Whether the operator compares text. */
export function comparesText(operator: string): boolean {
  return textOperators[operator] !== undefined
}

interface Filling {
  readonly assignment: Assignment
  readonly row: TextOperator
}

/** Undefined where a variable has no value. */
function fillParts(
  parts: readonly TemplatePart[],
  { assignment, row }: Filling,
): TextPattern | undefined {
  const pieces: TextPattern[] = []
  for (const part of parts) {
    const text = part.kind === 'variable' ? (assignment.get(part.key) ?? part.fallback) : part.text
    if (text === undefined) return undefined
    const isGlob = row.reads === 'glob' && part.kind === 'text'
    const fold = row.reads === 'ignoreCase' ? 'ignoreCase' : 'exact'
    pieces.push(isGlob ? globPattern(text) : literalPattern(text, fold))
  }
  return pieces.flat()
}

function fillArn(parts: readonly TemplatePart[], assignment: Assignment): TextPattern | undefined {
  const [only] = parts
  if (parts.length === 1 && only?.kind === 'text') return arnTextPattern(only.text)
  const segments = splitTemplate(parts)
  if (segments.length < 6) return undefined
  const pieces: TextPattern[] = []
  for (const [i, segment] of segments.entries()) {
    if (i > 0) pieces.push(literalPattern(':'))
    for (const part of segment) {
      const text =
        part.kind === 'variable' ? (assignment.get(part.key) ?? part.fallback) : part.text
      if (text === undefined) return undefined
      const except = i < 5 ? ':' : ''
      pieces.push(part.kind === 'text' ? globPattern(text, except) : literalPattern(text))
    }
  }
  return pieces.flat()
}

function oneOrNone(pattern: TextPattern | undefined): readonly TextPattern[] {
  return pattern === undefined ? [] : [pattern]
}

import { formsOf, type Literal } from './atom.ts'
import { makeAutomaton } from './automaton.ts'
import { type Found, findText, type TextConstraint } from './find-text.ts'
import {
  contextOf,
  meets,
  noVariables,
  type Reading,
  type ReadLiterals,
  readLiterals,
  type Solver,
} from './solver.ts'
import { anyOne, anyRun, fillPattern, literalPattern, type TextPattern } from './text-pattern.ts'
import type { Stand } from './text-set.ts'

export interface ResourceQuestion {
  readonly literals: readonly Literal[]
  readonly reading: Reading
  /** Resources to try first, such as those of the action; may hold wildcards. */
  readonly liked: readonly TextPattern[]
}

/** A resource that every literal holds for: an ARN, or `*` where the action names none. */
export function solveResource(question: ResourceQuestion, solver: Solver): Found<string> {
  const { reading } = question
  const read = readLiterals(question.literals, reading)
  if (read === undefined || cannotBe(read, solver)) return { kind: 'none' }
  const literals = read.plain
  const base = contextOf(reading)
  const holds = (resource: string): boolean => meets(literals, { resource, context: base })
  const assignment = reading === 'any' ? noVariables : reading
  const sets = literals.flatMap(({ atom, wanted }) => {
    const set = solver.sets.of(atom, assignment)
    return set === undefined ? [] : [{ ...set, wanted: wanted !== set.negated }]
  })
  const patterns = sets.flatMap((set) => (set.wanted ? set.patterns : []))
  const found = [...fills(question.liked), ...fills(patterns), '*'].find(
    (resource) => isResource(resource) && holds(resource),
  )
  if (found !== undefined) return { kind: 'found', value: found }
  const constraints: readonly TextConstraint[] = [anyArn, ...sets]
  const text = findText(constraints, solver.budget)
  if (text.kind !== 'found' || holds(text.value)) return text
  return { kind: 'unknown', reason: 'the resources cannot be read as patterns' }
}

/**
 * Whether certainly no ARN and no `*` is taken in as the literals with variables demand. A pattern that must be met
 * is looked at with each variable as a unit of its own: what holds for that text holds for any value in its place,
 * as long as only one such pattern is looked at, and of the others those with no more variables than it.
 */
function cannotBe({ plain, open }: ReadLiterals, solver: Solver): boolean {
  if (open.length === 0) return false
  const met = open.filter(isMet)
  const unmet = [...plain, ...open].filter(isUnmet)
  if (met.length === 0 && meets(plain, { resource: '*' })) return false
  const fixed = unmet.flatMap((other) => unmetPatterns(other, [], solver))
  const every = [...met, ...plain].flatMap((literal) => constraintOf(literal, 'anyText', solver))
  if (isImpossible([...every, noneOf(fixed)], solver)) return true
  return met.some((one) => {
    if (patternsOf(one).length !== 1) return false
    const own = unmet.flatMap((other) => unmetPatterns(other, one.atom.variableForms, solver))
    return isImpossible([...constraintOf(one, 'ownUnit', solver), noneOf(own)], solver)
  })
}

function noneOf(patterns: readonly TextPattern[]): TextConstraint {
  return { automaton: makeAutomaton(patterns), wanted: false }
}

function isImpossible(constraints: readonly TextConstraint[], solver: Solver): boolean {
  return findText([anyArn, ...constraints], solver.budget).kind === 'none'
}

/** The patterns of an element that must not be met whose variables are all among these. */
function unmetPatterns(
  other: Literal,
  forms: readonly string[],
  solver: Solver,
): readonly TextPattern[] {
  const texts = patternsOf(other)
  const patterns = solver.sets.of(other.atom, 'ownUnit')?.patterns ?? []
  if (patterns.length !== texts.length) return []
  return patterns.filter((_, i) =>
    formsOf(texts[i] ?? '', other.atom).every((form) => forms.includes(form)),
  )
}

function patternsOf({ atom: { element } }: Literal): readonly string[] {
  return element.kind === 'resource' ? element.element.patterns : []
}

function constraintOf(
  { atom, wanted }: Literal,
  stand: Stand,
  solver: Solver,
): readonly TextConstraint[] {
  const set = solver.sets.of(atom, stand)
  return set === undefined ? [] : [{ automaton: set.automaton, wanted: wanted !== set.negated }]
}

function isMet({ atom, wanted }: Literal): boolean {
  return wanted && atom.element.kind === 'resource' && !atom.element.element.negated
}

function isUnmet({ atom, wanted }: Literal): boolean {
  return !wanted && atom.element.kind === 'resource' && !atom.element.element.negated
}

function fills(patterns: readonly TextPattern[]): readonly string[] {
  return patterns.flatMap((pattern) => [
    fillArn(pattern),
    ...['example', 'example/example', '', '111122223333'].map((filler) =>
      fillPattern(pattern, filler),
    ),
  ])
}

/** What wildcards in the segments of an ARN stand for first: partition, service, region, account, resource. */
const usualSegments = ['arn', 'aws', 'example', 'us-east-1', '111122223333', 'example']

function fillArn(pattern: TextPattern): string {
  let segment = 0
  return pattern
    .map((token) => {
      const text = fillPattern([token], usualSegments[segment] ?? 'example')
      if (text === ':') segment += 1
      return text
    })
    .join('')
}

function isResource(text: string): boolean {
  return text === '*' || /^arn:[^:*?]+:[^:*?]+:[^:*?]*:[^:*?]*:[^*?]+$/s.test(text)
}

const notInHead = ':*?'
const notInResource = '*?'

/** Six segments, of which partition, service and resource are not empty; a request's resource has no wildcards. */
const anyArn: TextConstraint = {
  automaton: makeAutomaton([
    [
      ...literalPattern('arn:'),
      anyOne(notInHead),
      anyRun(notInHead),
      ...literalPattern(':'),
      anyOne(notInHead),
      anyRun(notInHead),
      ...literalPattern(':'),
      anyRun(notInHead),
      ...literalPattern(':'),
      anyRun(notInHead),
      ...literalPattern(':'),
      anyOne(notInResource),
      anyRun(notInResource),
    ],
  ]),
  wanted: true,
}

import type { Literal } from './atom.ts'
import { makeAutomaton } from './automaton.ts'
import { type Found, findText, type TextConstraint } from './find-text.ts'
import { contextOf, meets, noVariables, type Reading, readLiterals, type Solver } from './solver.ts'
import { anyOne, anyRun, fillPattern, literalPattern, type TextPattern } from './text-pattern.ts'

export interface ResourceQuestion {
  readonly literals: readonly Literal[]
  readonly reading: Reading
  /** Resources to try first, such as those of the action; may hold wildcards. */
  readonly liked: readonly TextPattern[]
}

/** A resource that every literal holds for: an ARN, or `*` where the action names none. */
export function solveResource(question: ResourceQuestion, solver: Solver): Found<string> {
  const { reading } = question
  const literals = readLiterals(question.literals, reading)
  if (literals === undefined) return { kind: 'none' }
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

import type { Literal } from './atom.ts'
import { makeAutomaton } from './automaton.ts'
import { type Found, findText, meetsAll, type TextConstraint } from './find-text.ts'
import { noVariables, readLiterals, type Solver } from './solver.ts'
import { anyOne, anyRun, fillPattern, type TextPattern } from './text-pattern.ts'

/** Every action that a caller of the comparison knows for a pattern; core itself knows none by name. */
export type ListActions = (pattern: string) => readonly string[]

/** An action that every literal holds for: one that exists where the caller knows one. */
export function solveAction(
  literals: readonly Literal[],
  solver: Solver,
  listActions?: ListActions,
): Found<string> {
  const read = readLiterals(literals, 'any')?.plain
  if (read === undefined) return { kind: 'none' }
  const constraints = [anyAction, ...read.flatMap((literal) => constraintOf(literal, solver))]
  const found = candidatesOf(read, solver, listActions).find((action) =>
    meetsAll(constraints, action.toLowerCase()),
  )
  if (found !== undefined) return { kind: 'found', value: found }
  return findText(constraints, solver.budget)
}

function constraintOf({ atom, wanted }: Literal, solver: Solver): readonly TextConstraint[] {
  const set = solver.sets.of(atom, noVariables)
  return set === undefined ? [] : [{ automaton: set.automaton, wanted: wanted !== set.negated }]
}

const notInNames = ':*? '

const anyName: TextPattern = [anyOne(notInNames), anyRun(notInNames)]

/** `service:Action`: whatever a request asks for has one colon. */
const anyAction: TextConstraint = {
  automaton: makeAutomaton([
    [...anyName, { units: ':', negated: false, isRepeated: false }, ...anyName],
  ]),
  wanted: true,
}

/** Actions that the fewest patterns of those that must be met name; without any, all that exist. */
function candidatesOf(
  literals: readonly Literal[],
  solver: Solver,
  listActions: ListActions | undefined,
): readonly string[] {
  const met = literals.filter(({ atom: { element }, wanted }) => {
    return element.kind === 'action' && wanted !== element.element.negated
  })
  const [fewest] = met.sort((one, other) => patternsOf(one).length - patternsOf(other).length)
  const texts = fewest === undefined ? ['*'] : patternsOf(fewest)
  const known = listActions === undefined ? [] : texts.flatMap((text) => listActions(text))
  const patterns = fewest && solver.sets.of(fewest.atom, noVariables)?.patterns
  const filled = (patterns ?? []).flatMap((pattern) => [
    fillPattern(pattern, ''),
    fillPattern(pattern, 'example'),
  ])
  return [...known, ...filled, 'example:example']
}

function patternsOf({ atom: { element } }: Literal): readonly string[] {
  return element.kind === 'action' ? element.element.patterns : []
}

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
  const known = knownActions(read, listActions)
  const candidates = [...known, ...fills(read, solver)]
  const found = candidates.find((action) => meetsAll(constraints, action.toLowerCase()))
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

/** From the fewest patterns that the action has to match; without one, from everything. */
function knownActions(
  literals: readonly Literal[],
  listActions: ListActions | undefined,
): readonly string[] {
  if (listActions === undefined) return []
  const lists = literals.flatMap(({ atom, wanted }) => {
    if (atom.element.kind !== 'action') return []
    const { negated, patterns } = atom.element.element
    return wanted !== negated ? [patterns] : []
  })
  lists.sort((one, other) => one.length - other.length)
  return (lists[0] ?? ['*']).flatMap((pattern) => listActions(pattern))
}

function fills(literals: readonly Literal[], solver: Solver): readonly string[] {
  const patterns = literals.flatMap(({ atom, wanted }) => {
    const set = solver.sets.of(atom, noVariables)
    return set === undefined || wanted === set.negated ? [] : set.patterns
  })
  return [
    ...patterns.flatMap((pattern) => [fillPattern(pattern, ''), fillPattern(pattern, 'example')]),
    'example:example',
  ]
}

import { compileCondition } from '../condition/compile-condition.ts'
import type { ContextValue } from '../evaluate/request.ts'
import type { Condition } from '../policy/policy.ts'
import type { Atom, AtomElement, Literal } from './atom.ts'
import { makeAutomaton } from './automaton.ts'
import { type Found, findText, type TextConstraint } from './find-text.ts'
import { contextOf, meets, noVariables, type Reading, readLiterals, type Solver } from './solver.ts'
import { anyOne, anyRun, fillPattern } from './text-pattern.ts'
import { type Assignment, comparesText } from './text-set.ts'
import { candidatesOf, familyOf, type ValueFamily } from './value-candidates.ts'

/** `absent` is an answer too: many conditions are met by a request without the key. */
export type KeyValue =
  | { readonly kind: 'absent' }
  | { readonly kind: 'value'; readonly value: ContextValue }

export interface KeyQuestion {
  readonly key: string
  readonly literals: readonly Literal[]
  readonly reading: Reading
}

/** What a request can carry for one condition key so that every literal holds: nothing, one value, or several. */
export function solveKey(question: KeyQuestion, solver: Solver): Found<KeyValue> {
  const read = readLiterals(question.literals, question.reading)
  if (read === undefined) return { kind: 'none' }
  const literals = read.plain
  const fixed = question.reading === 'any' ? undefined : question.reading.get(question.key)
  const base = contextOf(question.reading)
  const holds = (value: ContextValue): boolean =>
    meets(literals, { context: { ...base, [question.key]: value } })
  if (fixed !== undefined) return holds(fixed) ? valueFound(fixed) : { kind: 'none' }
  // What an element makes of a missing key rests on no variable.
  const isAbsentFine = meets(question.literals, { context: base })
  if (isAbsentFine && !isAlwaysThere(question)) return absent
  const single = findValue(literals.flatMap(asSingle), { question, solver, holds })
  if (single.kind === 'found') return valueFound(single.value)
  const several = findSeveral(literals, { question, solver, holds })
  if (several.kind === 'found') return valueFound(several.value)
  if (isAbsentFine) return absent
  return single.kind === 'unknown' ? single : several
}

const absent = { kind: 'found', value: { kind: 'absent' } } as const

/** Only a request without a resource lacks its account: for a request to be made, a value is better. */
function isAlwaysThere({ key, reading }: KeyQuestion): boolean {
  return key === 'aws:resourceaccount' && reading !== 'any'
}

interface Setting {
  readonly question: KeyQuestion
  readonly solver: Solver
  /** Whether a request with this value meets every literal of the question. */
  readonly holds: (value: ContextValue) => boolean
}

function valueFound(value: ContextValue): Found<KeyValue> {
  return { kind: 'found', value: { kind: 'value', value } }
}

/** What one value has to be: an element without quantifier, met or not. */
type Demand = Literal & { readonly condition: Condition }

type ConditionElement = Extract<AtomElement, { kind: 'condition' }>

/** A key with one value is asked the same with a quantifier as without; `Null` asks nothing of the value. */
function asSingle(literal: Literal): readonly Demand[] {
  const { atom, wanted } = literal
  if (atom.element.kind !== 'condition' || atom.element.condition.operator === 'Null') return []
  return [
    { atom: withoutQuantifier(atom, atom.element), wanted, condition: atom.element.condition },
  ]
}

const plainAtoms = new WeakMap<Atom, Atom>()

function withoutQuantifier(atom: Atom, element: ConditionElement): Atom {
  if (element.condition.quantifier === undefined) return atom
  const known = plainAtoms.get(atom)
  if (known !== undefined) return known
  const { quantifier: _, ...rest } = element.condition
  const plain: ConditionElement = { ...element, condition: { ...rest, ifExists: false } }
  const made = { ...atom, element: plain, test: compileCondition(plain.condition, plain) }
  plainAtoms.set(atom, made)
  return made
}

/** One value that every demand holds for; `setting.holds` has the last word. */
function findValue(demands: readonly Demand[], setting: Setting): Found<string> {
  const conditions = demands.map(({ condition }) => condition)
  const families = new Set(conditions.map(({ operator }) => familyOf(operator) ?? 'text'))
  const assignment = setting.question.reading === 'any' ? noVariables : setting.question.reading
  const listed = [
    ...[...families].flatMap((family) =>
      family === 'text' ? [] : candidatesFor(family, conditions),
    ),
    ...textCandidates(demands, { assignment, solver: setting.solver }),
    '',
  ]
  const found = listed.find((value) => setting.holds(value))
  if (found !== undefined) return { kind: 'found', value: found }
  if (families.size === 0) return { kind: 'none' }
  if (families.size > 1) return { kind: 'unknown', reason: mixed(setting.question.key) }
  if (!families.has('text')) return { kind: 'none' }
  const constraints = constraintsOf(demands, { assignment, solver: setting.solver })
  if (constraints === undefined) return { kind: 'unknown', reason: unread(setting.question.key) }
  const text = findText([notEmpty, ...constraints], setting.solver.budget)
  if (text.kind !== 'found' || setting.holds(text.value)) return text
  return { kind: 'unknown', reason: unread(setting.question.key) }
}

function mixed(key: string): string {
  return `operators that read \`${key}\` as different kinds of value are not compared`
}

function unread(key: string): string {
  return `a condition on \`${key}\` cannot be read as patterns`
}

function candidatesFor(family: ValueFamily, conditions: readonly Condition[]): readonly string[] {
  return candidatesOf(
    family,
    conditions.filter(({ operator }) => familyOf(operator) === family),
  )
}

interface TextSetting {
  readonly assignment: Assignment
  readonly solver: Solver
}

const notEmpty: TextConstraint = { automaton: makeAutomaton([[anyOne(), anyRun()]]), wanted: true }

function textCandidates(
  demands: readonly Demand[],
  { assignment, solver }: TextSetting,
): readonly string[] {
  const filled = demands.flatMap(({ atom }) => {
    const patterns = solver.sets.of(atom, assignment)?.patterns ?? []
    return patterns.flatMap((pattern) => [
      fillPattern(pattern, 'example'),
      fillPattern(pattern, ''),
    ])
  })
  return [...filled, 'example', 'other'].filter((text) => text !== '')
}

function constraintsOf(
  demands: readonly Demand[],
  { assignment, solver }: TextSetting,
): readonly TextConstraint[] | undefined {
  const constraints: TextConstraint[] = []
  for (const { atom, wanted, condition } of demands) {
    const set = comparesText(condition.operator) ? solver.sets.of(atom, assignment) : undefined
    if (set === undefined) return undefined
    constraints.push({ automaton: set.automaton, wanted: wanted !== set.negated })
  }
  return constraints
}

/**
 * Several values at once. What must hold for all of them is asked of each; what must hold for some gets a value of
 * its own. Values that are empty text are left out: AWS's pages do not say what they do in a list.
 */
function findSeveral(literals: readonly Literal[], setting: Setting): Found<readonly string[]> {
  const all: Demand[] = []
  const some: Demand[] = []
  for (const literal of literals) {
    const [demand] = asSingle(literal)
    const quantifier = demand?.condition.quantifier
    if (demand === undefined || quantifier === undefined) continue
    const isForAll = (quantifier === 'ForAllValues') === literal.wanted
    ;(isForAll ? all : some).push(demand)
  }
  const values: string[] = []
  for (const demand of some.length === 0 ? [undefined] : some) {
    const demands = demand === undefined ? all : [...all, demand]
    const found = findValue(demands, {
      ...setting,
      holds: (value) => holdsEach(demands, value, setting),
    })
    if (found.kind !== 'found') return found
    values.push(found.value)
  }
  const list = values.length > 1 ? values : [...values, ...values]
  return setting.holds(list) ? { kind: 'found', value: list } : { kind: 'none' }
}

function holdsEach(demands: readonly Demand[], value: ContextValue, setting: Setting): boolean {
  const { key, reading } = setting.question
  return value !== '' && meets(demands, { context: { ...contextOf(reading), [key]: value } })
}

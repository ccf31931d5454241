import { compileCondition } from '../condition/compile-condition.ts'
import { findOperator } from '../condition/operators.ts'
import { parseTemplate, type TemplatePart } from '../condition/template.ts'
import type { Facts } from '../evaluate/facts.ts'
import { compileAction } from '../policy/action-index.ts'
import { compilePrincipal } from '../policy/match-principal.ts'
import { compileResource } from '../policy/match-resource.ts'
import type {
  ActionElement,
  Condition,
  Policy,
  PrincipalElement,
  ResourceElement,
  Statement,
} from '../policy/policy.ts'
import { unreachable } from '../unreachable.ts'

/** One element of a statement, the smallest thing that a request meets or does not meet. */
export type AtomElement =
  | { readonly kind: 'action'; readonly element: ActionElement }
  | ({ readonly kind: 'resource'; readonly element: ResourceElement } & AtomSetting)
  | ({ readonly kind: 'principal'; readonly element: PrincipalElement } & AtomSetting)
  | ({ readonly kind: 'condition'; readonly condition: Condition } & AtomSetting)

export interface AtomSetting {
  readonly version: Policy['version']
  /** Decides what the evaluator makes of open cases. */
  readonly effect: Statement['effect']
}

export interface Atom {
  /** Equal for elements that say the same. */
  readonly id: number
  /** What of a request the element looks at; elements of different dimensions are met independently. */
  readonly dimension: string
  readonly element: AtomElement
  /** The policy variables it holds, as keys in lower case. */
  readonly variables: readonly string[]
  /** The same, each with the text that stands in for a missing value. */
  readonly variableForms: readonly string[]
  /** The evaluator's own answer. */
  readonly test: (facts: Facts) => boolean
}

/** An atom that has to be met, or must not be. */
export interface Literal {
  readonly atom: Atom
  readonly wanted: boolean
}

/** Gives equal elements the same atom. */
export interface AtomTable {
  readonly intern: (element: AtomElement) => Atom
}

export function makeAtomTable(): AtomTable {
  const known = new Map<string, Atom>()
  return {
    intern: (given) => {
      const key = JSON.stringify(normalize(given))
      const found = known.get(key)
      if (found !== undefined) return found
      const element = withLowerCaseKey(given)
      const atom: Atom = {
        id: known.size,
        dimension: dimensionOf(element),
        element,
        variables: [...new Set(variablesOf(element).map(({ key }) => key))],
        variableForms: variablesOf(element).map(formOf),
        test: compileElement(element),
      }
      known.set(key, atom)
      return atom
    },
  }
}

/** Every atom that a request has to meet for the statement to take it in. */
export function atomsOf(
  statement: Statement,
  version: Policy['version'],
  table: AtomTable,
): readonly Atom[] {
  const { action, resource, principal, conditions, effect } = statement
  const setting = { version, effect }
  const elements: readonly AtomElement[] = [
    { kind: 'action', element: action },
    ...(resource === undefined
      ? []
      : [{ kind: 'resource' as const, element: resource, ...setting }]),
    ...(principal === undefined
      ? []
      : [{ kind: 'principal' as const, element: principal, ...setting }]),
    ...conditions.map((condition) => ({ kind: 'condition' as const, condition, ...setting })),
  ]
  return elements.map(table.intern)
}

/** Keys that follow from who calls, so that they are decided together with the principal. */
const keysOfPrincipal = [
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltype',
  'aws:principalisawsservice',
  'aws:principalservicename',
]

function dimensionOf(element: AtomElement): string {
  if (element.kind !== 'condition') return element.kind
  const { key } = element.condition
  return keysOfPrincipal.includes(key) ? 'principal' : `key ${key}`
}

function withLowerCaseKey(element: AtomElement): AtomElement {
  if (element.kind !== 'condition') return element
  const { condition } = element
  return { ...element, condition: { ...condition, key: condition.key.toLowerCase() } }
}

/** Equal for elements that say the same. */
function normalize(element: AtomElement): AtomElement {
  switch (element.kind) {
    case 'action': {
      const patterns = sorted(element.element.patterns.map((pattern) => pattern.toLowerCase()))
      return { ...element, element: { negated: element.element.negated, patterns } }
    }
    case 'resource': {
      const { negated, patterns } = element.element
      return { ...element, element: { negated, patterns: sorted(patterns) } }
    }
    case 'principal':
      return element
    case 'condition': {
      const { condition } = element
      const key = condition.key.toLowerCase()
      return { ...element, condition: { ...condition, key, values: sorted(condition.values) } }
    }
    default:
      return unreachable(element)
  }
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort()
}

function compileElement(element: AtomElement): Atom['test'] {
  switch (element.kind) {
    case 'action': {
      const matches = compileAction(element.element)
      return (facts) => matches(facts.action)
    }
    case 'resource':
      return compileResource(element.element, element)
    case 'principal': {
      const gradeOf = compilePrincipal(element.element, element.effect)
      return (facts) => gradeOf(facts) !== 0
    }
    case 'condition':
      return compileCondition(element.condition, element)
    default:
      return unreachable(element)
  }
}

/** The forms of the variables in one of the element's texts. */
export function formsOf(text: string, { element }: Atom): readonly string[] {
  if (element.kind === 'action') return []
  const parts = templateOf(text, element.version)
  return parts.flatMap((part) => (part.kind === 'variable' ? [formOf(part)] : []))
}

function formOf({ key, fallback }: Variable): string {
  return JSON.stringify([key, fallback ?? null])
}

type Variable = Extract<TemplatePart, { kind: 'variable' }>

function variablesOf(element: AtomElement): readonly Variable[] {
  if (element.kind === 'action' || element.kind === 'principal') return []
  const texts = element.kind === 'resource' ? element.element.patterns : element.condition.values
  const isReplaced =
    element.kind === 'resource'
      ? !texts.includes('*')
      : findOperator(element.condition.operator)?.variables === 'replaced'
  if (!isReplaced) return []
  const parts = texts.flatMap((text) => templateOf(text, element.version))
  return parts.filter((part) => part.kind === 'variable')
}

/** The parts of a policy's text; in the old version everything is plain text. */
export function templateOf(text: string, version: Policy['version']): readonly TemplatePart[] {
  const plain: readonly TemplatePart[] = [{ kind: 'text', text }]
  return version === '2012-10-17' ? (parseTemplate(text) ?? plain) : plain
}

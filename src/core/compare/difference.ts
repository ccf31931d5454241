import { unreachable } from '../unreachable.ts'
import type { AtomElement, Literal } from './atom.ts'
import type { Region } from './region.ts'

/** A set of requests that one policy allows and another does not, in words. */
export interface Difference {
  /** The statement that allows it, by its position in the document, from 0. */
  readonly statement: number
  /** Such as `s3:*`. */
  readonly actions: readonly string[]
  /** What of them is left out. */
  readonly exceptActions: readonly string[]
  readonly resources: readonly string[]
  readonly exceptResources: readonly string[]
  /** What else holds for every request of the set, such as `StringEquals aws:PrincipalOrgID o-1`. */
  readonly conditions: readonly string[]
}

export function differenceOf(region: Region, statement: number): Difference {
  const side = (dimension: string, isIn: boolean): readonly string[] =>
    unique(
      (region.get(dimension) ?? []).flatMap((literal) =>
        isInside(literal) === isIn ? patternsOf(literal) : [],
      ),
    )
  const others = [...region].flatMap(([dimension, literals]) =>
    dimension === 'action' || dimension === 'resource' ? [] : literals,
  )
  const actions = orAny(side('action', true))
  const resources = orAny(side('resource', true))
  return {
    statement,
    actions,
    exceptActions: near(side('action', false), actions),
    resources,
    exceptResources: near(side('resource', false), resources),
    conditions: unique(others.map(describeLiteral)),
  }
}

/** Without the patterns that have nothing to do with any of the others, as their beginnings tell. */
function near(excepted: readonly string[], patterns: readonly string[]): readonly string[] {
  const starts = patterns.map(literalStart)
  return excepted.filter((text) => {
    const start = literalStart(text)
    return starts.some((other) => start.startsWith(other) || other.startsWith(start))
  })
}

function literalStart(pattern: string): string {
  return pattern.split(/[*?]|\$\{/, 1)[0] ?? ''
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

function orAny(patterns: readonly string[]): readonly string[] {
  return patterns.length === 0 ? ['*'] : patterns
}

function patternsOf({ atom: { element } }: Literal): readonly string[] {
  return element.kind === 'action' || element.kind === 'resource' ? element.element.patterns : []
}

/** Whether the literal asks for one of its patterns, rather than for none. */
function isInside({ atom: { element }, wanted }: Literal): boolean {
  if (element.kind !== 'action' && element.kind !== 'resource') return wanted
  return wanted !== element.element.negated
}

function describeLiteral({ atom, wanted }: Literal): string {
  return `${wanted ? '' : 'not '}${describeElement(atom.element)}`
}

function describeElement(element: AtomElement): string {
  switch (element.kind) {
    case 'principal': {
      const { negated, entries } = element.element
      const names = entries.map((entry) => (entry.kind === 'everyone' ? '*' : entry.value))
      return `${negated ? 'NotPrincipal' : 'Principal'} ${names.join(', ')}`
    }
    case 'condition': {
      const { quantifier, operator, ifExists, key, values } = element.condition
      const name = `${quantifier === undefined ? '' : `${quantifier}:`}${operator}`
      return `${name}${ifExists ? 'IfExists' : ''} ${key} ${values.join(', ')}`
    }
    case 'action':
    case 'resource':
      return element.element.patterns.join(', ')
    default:
      return unreachable(element)
  }
}

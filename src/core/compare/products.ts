import type { Policy, Statement } from '../policy/policy.ts'
import { type Atom, type AtomTable, atomsOf } from './atom.ts'
import type { StatementAtoms } from './refute.ts'

/** The statements of a policy, as the elements that a request has to meet. */
export interface ReadPolicy {
  readonly allows: readonly StatementAtoms[]
  readonly denies: readonly StatementAtoms[]
}

export function readPolicy(policy: Policy, table: AtomTable): ReadPolicy {
  const read = (effect: Statement['effect']): readonly StatementAtoms[] =>
    policy.statements
      .filter((statement) => statement.effect === effect)
      .map((statement) => atomsOf(statement, policy.version, table))
  return { allows: read('Allow'), denies: read('Deny') }
}

export interface Product {
  readonly atoms: readonly Atom[]
  /** Position in the document, from 0. */
  readonly statement: number
}

/** Every allow, one action pattern and one resource pattern at a time: most of them the other policy answers at once. */
export function productsOf(policy: Policy, table: AtomTable): readonly Product[] {
  return policy.statements.flatMap((statement, index) => {
    if (statement.effect === 'Deny') return []
    const actions = eachOf(statement.action)
    const resources = statement.resource === undefined ? [undefined] : eachOf(statement.resource)
    return actions.flatMap((action) =>
      resources.map((resource) => {
        const part = { ...statement, action, ...(resource === undefined ? {} : { resource }) }
        return { atoms: atomsOf(part, policy.version, table), statement: index }
      }),
    )
  })
}

interface Patterns {
  readonly negated: boolean
  readonly patterns: readonly string[]
}

function eachOf(element: Patterns): readonly Patterns[] {
  if (element.negated) return [element]
  return [...new Set(element.patterns)].map((pattern) => ({ negated: false, patterns: [pattern] }))
}

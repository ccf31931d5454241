import type { Facts } from '../evaluate/facts.ts'
import { compileAction } from '../policy/action-index.ts'
import type { CompiledStatement } from '../policy/compile-policy.ts'
import type { Condition, Statement } from '../policy/policy.ts'

/** One statement of a policy in both its forms. */
export interface StatementPair {
  readonly index: number
  readonly statement: Statement
  readonly compiled: CompiledStatement
}

/** Which elements of a statement take in the request. */
export interface StatementFit {
  readonly isAction: boolean
  readonly isPrincipal: boolean
  readonly isResource: boolean
  /** Conditions that are not met. */
  readonly unmet: readonly Condition[]
  readonly met: readonly Condition[]
}

export function pairsOf(policy: {
  readonly policy: { readonly statements: readonly Statement[] }
  readonly statements: readonly CompiledStatement[]
}): readonly StatementPair[] {
  return policy.policy.statements.flatMap((statement, index) => {
    const compiled = policy.statements[index]
    return compiled === undefined ? [] : [{ index, statement, compiled }]
  })
}

export function fitOf({ statement, compiled }: StatementPair, facts: Facts): StatementFit {
  const holds = statement.conditions.map((_, i) => compiled.conditions[i]?.(facts) ?? false)
  return {
    isAction: compileAction(statement.action)(facts.action),
    isPrincipal: (compiled.matchesPrincipal?.(facts) ?? 1) !== 0,
    isResource: compiled.matchesResource?.(facts) ?? true,
    unmet: statement.conditions.filter((_, i) => !holds[i]),
    met: statement.conditions.filter((_, i) => holds[i]),
  }
}

export function takesIn({ isAction, isPrincipal, isResource, unmet }: StatementFit): boolean {
  return isAction && isPrincipal && isResource && unmet.length === 0
}

/** Whether an element names what the request has and nothing else. */
export function isExactly(
  element: { readonly negated: boolean; readonly patterns: readonly string[] } | undefined,
  name: string,
): boolean {
  if (element === undefined) return true
  const wanted = name.toLowerCase()
  return !element.negated && element.patterns.every((pattern) => pattern.toLowerCase() === wanted)
}

import { compileGlob, type GlobTest } from '../arn/glob.ts'
import type { ActionElement } from './policy.ts'

/**
 * Finds the statements that take in an action without looking at the others: exact names by a map,
 * patterns by their service, and the few that may take in any service one by one.
 * INVARIANT: every statement that takes in an action is found exactly once for it.
 */
export interface ActionIndex<S> {
  readonly exact: ReadonlyMap<string, readonly S[]>
  readonly byService: ReadonlyMap<string, readonly ActionPattern<S>[]>
  readonly rest: readonly ActionPattern<S>[]
}

export interface ActionPattern<S> {
  readonly statement: S
  /** Takes an action in lower case. */
  readonly matches: GlobTest
}

export interface IndexEntry<S> {
  readonly statement: S
  readonly action: ActionElement
}

export function buildActionIndex<S>(entries: readonly IndexEntry<S>[]): ActionIndex<S> {
  const exact = new Map<string, S[]>()
  const byService = new Map<string, ActionPattern<S>[]>()
  const rest: ActionPattern<S>[] = []
  for (const { statement, action } of entries) {
    const { names, patterns } = splitPatterns(action)
    if (action.negated || patterns.some((pattern) => /[*?]/.test(serviceOf(pattern)))) {
      rest.push({ statement, matches: compileAction(action) })
      continue
    }
    const matchesPattern = compileAction({ negated: false, patterns })
    for (const name of names) {
      if (!matchesPattern(name)) push(exact, name, statement)
    }
    for (const [service, own] of groupByService(patterns)) {
      push(byService, service, {
        statement,
        matches: compileAction({ negated: false, patterns: own }),
      })
    }
  }
  return { exact, byService, rest }
}

/** Whether an action in lower case is one that the element takes in. */
export function compileAction(action: ActionElement): GlobTest {
  const tests = action.patterns.map((pattern) => compileGlob(pattern.toLowerCase()))
  const [only] = tests
  if (tests.length === 1 && only !== undefined && !action.negated) return only
  return (name) => tests.some((test) => test(name)) !== action.negated
}

function splitPatterns(action: ActionElement): { names: Set<string>; patterns: string[] } {
  const lower = action.patterns.map((pattern) => pattern.toLowerCase())
  return {
    names: new Set(lower.filter((pattern) => !/[*?]/.test(pattern))),
    patterns: [...new Set(lower.filter((pattern) => /[*?]/.test(pattern)))],
  }
}

function serviceOf(pattern: string): string {
  const colon = pattern.indexOf(':')
  return colon < 0 ? pattern : pattern.slice(0, colon)
}

function groupByService(patterns: readonly string[]): ReadonlyMap<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const pattern of patterns) push(groups, serviceOf(pattern), pattern)
  return groups
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

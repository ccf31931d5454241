import { compileGlob, type GlobTest } from '../arn/glob.ts'
import { type Candidates, groupCandidates, leastPrefixes, push, type Trait } from './candidates.ts'
import { literalPrefixes } from './match-resource.ts'
import type { ActionElement, Policy, Statement } from './policy.ts'
import { principalPrefixes } from './principal-prefix.ts'

/**
 * Finds the statements that take in an action without looking at the others: exact names by a map,
 * patterns by their service, and the few that may take in any service. Of those that are still many, the ones for
 * other resources and other principals are not looked at either.
 * INVARIANT: every statement that takes in a request is found exactly once for it.
 */
export interface ActionIndex<S> {
  readonly exact: ReadonlyMap<string, Candidates<Candidate<S>>>
  readonly byService: ReadonlyMap<string, Candidates<Candidate<S>>>
  readonly rest: Candidates<Candidate<S>>
}

export interface Candidate<S> {
  readonly statement: S
  /** Takes an action in lower case; undefined where the way here has settled it. */
  readonly matchesAction: GlobTest | undefined
}

/** `statements` are those of `policy`, compiled, in its order. */
export function buildActionIndex<S extends Indexed>(
  statements: readonly S[],
  policy: Policy,
): ActionIndex<S> {
  const exact = new Map<string, Candidate<S>[]>()
  const byService = new Map<string, Candidate<S>[]>()
  const rest: Candidate<S>[] = []
  for (const statement of statements) {
    const action = policy.statements[statement.ref.index]?.action ?? none
    const patterns = lowerPatterns(action)
    if (action.negated || patterns.some((pattern) => isWild(serviceOf(pattern)))) {
      rest.push({ statement, matchesAction: compileAction(action) })
      continue
    }
    for (const [service, own] of groupByService(patterns)) {
      if (own.some(isWild)) {
        const matchesAction = compileAction({ negated: false, patterns: own })
        push(byService, service, { statement, matchesAction })
      } else {
        const settled = { statement, matchesAction: undefined }
        for (const name of own) push(exact, name, settled)
      }
    }
  }
  const read = prefixReader(policy)
  return {
    exact: shareLists(exact, (list) => groupCandidates(list, ['resource', 'principal'], read)),
    byService: mapValues(byService, (list) => groupCandidates(list, everyTrait, read)),
    rest: groupCandidates(rest, ['resource', 'principal'], read),
  }
}

interface Indexed {
  readonly ref: { readonly index: number }
}

const everyTrait: readonly Trait[] = ['action', 'resource', 'principal']
const none: ActionElement = { negated: false, patterns: [] }

/** Whether an action in lower case is one that the element takes in. */
export function compileAction(action: ActionElement): GlobTest {
  const patterns = lowerPatterns(action)
  const names = new Set(patterns.filter((pattern) => !isWild(pattern)))
  const tests = patterns.filter(isWild).map(compileGlob)
  const [only] = tests
  if (tests.length === 1 && only !== undefined && names.size === 0 && !action.negated) return only
  return (name) => (names.has(name) || tests.some((test) => test(name))) !== action.negated
}

function lowerPatterns(action: ActionElement): readonly string[] {
  const [only] = action.patterns
  if (action.patterns.length === 1 && only !== undefined) return [only.toLowerCase()]
  return [...new Set(action.patterns.map((pattern) => pattern.toLowerCase()))]
}

function isWild(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?')
}

function serviceOf(pattern: string): string {
  const colon = pattern.indexOf(':')
  return colon < 0 ? pattern : pattern.slice(0, colon)
}

function groupByService(patterns: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const pattern of patterns) push(groups, serviceOf(pattern), pattern)
  return groups
}

/** Reads a statement's prefixes once, in however many lists it stands. */
function prefixReader<S extends Indexed>({ statements, version }: Policy) {
  const known: Record<Trait, (readonly string[] | undefined)[]> = {
    action: [],
    resource: [],
    principal: [],
  }
  return ({ statement }: Candidate<S>, trait: Trait): readonly string[] => {
    const { index } = statement.ref
    const source = statements[index]
    if (source === undefined) return ['']
    const before = known[trait][index]
    if (before !== undefined) return before
    // A statement stands in a list for each of its actions.
    const most = source.action.patterns.length > 8 ? 4 : 8
    const prefixes = leastPrefixes(prefixesOf[trait](source, version), most)
    known[trait][index] = prefixes
    return prefixes
  }
}

type ReadTrait = (statement: Statement, version: Policy['version']) => readonly string[]

const prefixesOf: Readonly<Record<Trait, ReadTrait>> = {
  action: ({ action }) =>
    action.negated
      ? ['']
      : lowerPatterns(action).map((pattern) => pattern.split(/[*?]/, 1)[0] ?? ''),
  resource: ({ resource }, version) =>
    resource === undefined ? [''] : literalPrefixes(resource, version),
  principal: ({ principal }) => (principal === undefined ? [''] : principalPrefixes(principal)),
}

/** Actions that the same statements name, as they do where documents are written by programs, share what is made. */
function shareLists<S extends Indexed, W>(
  map: ReadonlyMap<string, readonly Candidate<S>[]>,
  to: (list: readonly Candidate<S>[]) => W,
): ReadonlyMap<string, W> {
  const made = new Map<string, W>()
  return mapValues(map, (list) => {
    const key = list.map(({ statement }) => statement.ref.index).join()
    const before = made.get(key)
    if (before !== undefined) return before
    const candidates = to(list)
    made.set(key, candidates)
    return candidates
  })
}

function mapValues<V, W>(map: ReadonlyMap<string, V>, to: (value: V) => W): ReadonlyMap<string, W> {
  return new Map([...map].map(([key, value]) => [key, to(value)]))
}

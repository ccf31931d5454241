import type { Candidate } from '../policy/action-index.ts'
import type { CandidateGroups, Candidates } from '../policy/candidates.ts'
import type { CompiledPolicy, CompiledStatement } from '../policy/compile-policy.ts'
import { grade } from '../policy/match-principal.ts'
import { childOf, type PrefixNode } from '../policy/prefix-tree.ts'
import { type Facts, traitText } from './facts.ts'

/** A statement that takes in the request. */
export interface StatementMatch {
  readonly statement: CompiledStatement
  /** By what its principal element takes in the caller: bits of `grade`; `direct` where there is no such element. */
  readonly grade: number
  /** What the match rests on: bits of `doubt`. */
  readonly doubts: number
}

/** What the policies of one layer yield for one request. */
export interface PolicyOutcome {
  readonly allows: readonly StatementMatch[]
  readonly denies: readonly StatementMatch[]
  /** Doubts of the statements that were found not to match. */
  readonly allowDoubts: number
  readonly denyDoubts: number
}

/** What one policy yields. Says nothing of what other policies do to it: that is the authorizer's part. */
export function evaluatePolicy(policy: CompiledPolicy, facts: Facts): PolicyOutcome {
  return evaluatePolicies([policy], facts)
}

/** What several policies of one layer yield together. */
export function evaluatePolicies(policies: readonly CompiledPolicy[], facts: Facts): PolicyOutcome {
  const tally: Tally = { allows: none, denies: none, allowDoubts: 0, denyDoubts: 0 }
  for (const policy of policies) visit(policy, facts, tally)
  return tally
}

interface Tally {
  allows: StatementMatch[]
  denies: StatementMatch[]
  allowDoubts: number
  denyDoubts: number
}

// INVARIANT: never written to; most policies say nothing, and then nothing is allocated.
const none: StatementMatch[] = []

function visit(policy: CompiledPolicy, facts: Facts, tally: Tally): void {
  const { exact, byService, rest } = policy.index
  const allowsBefore = tally.allows.length
  const deniesBefore = tally.denies.length
  const named = exact.get(facts.action)
  if (named !== undefined) visitCandidates(named, facts, tally)
  const patterns = byService.size === 0 ? undefined : byService.get(facts.service)
  if (patterns !== undefined) visitCandidates(patterns, facts, tally)
  if (rest.all.length > 0) visitCandidates(rest, facts, tally)
  if (tally.allows.length - allowsBefore > 1) sortTail(tally.allows, allowsBefore)
  if (tally.denies.length - deniesBefore > 1) sortTail(tally.denies, deniesBefore)
}

type Statements = Candidates<Candidate<CompiledStatement>>

function visitCandidates({ all, groups }: Statements, facts: Facts, tally: Tally): void {
  if (groups !== undefined && traitText(facts, groups.trait) !== undefined) {
    visitGroups(groups, facts, tally)
    return
  }
  const { resource } = facts.request
  for (const { statement, matchesAction } of all) {
    if (isRuledOut(statement, resource)) continue
    if (matchesAction === undefined || matchesAction(facts.action)) {
      consider(statement, facts, tally)
    }
  }
}

function visitGroups(
  groups: CandidateGroups<Candidate<CompiledStatement>>,
  facts: Facts,
  tally: Tally,
): void {
  const text = traitText(facts, groups.trait) ?? ''
  let node: PrefixNode<Statements> | undefined = groups.root
  let at = 0
  while (node !== undefined) {
    at += node.label.length
    if (node.value !== undefined) visitCandidates(node.value, facts, tally)
    node = childOf(node, text, at)
  }
}

// The document's order, whichever part of the index a statement was found through.
function sortTail(matches: StatementMatch[], from: number): void {
  const byIndex = (a: StatementMatch, b: StatementMatch): number =>
    a.statement.ref.index - b.statement.ref.index
  if (from === 0) {
    matches.sort(byIndex)
    return
  }
  const tail = matches.splice(from).sort(byIndex)
  for (const match of tail) matches.push(match)
}

function consider(statement: CompiledStatement, facts: Facts, tally: Tally): void {
  const found = matchStatement(statement, facts)
  const doubts = facts.doubts
  if (found === 0) {
    if (statement.isDeny) tally.denyDoubts |= doubts
    else tally.allowDoubts |= doubts
    return
  }
  const match = { statement, grade: found, doubts }
  if (statement.isDeny) {
    if (tally.denies === none) tally.denies = [match]
    else tally.denies.push(match)
  } else if (tally.allows === none) tally.allows = [match]
  else tally.allows.push(match)
}

/** A glance that spares most tests of resources. */
function isRuledOut(statement: CompiledStatement, resource: string): boolean {
  const { prefixEnd } = statement
  if (prefixEnd < 0) return false
  if (prefixEnd >= resource.length) return true
  return resource.charCodeAt(prefixEnd) !== statement.prefixUnit
}

/**
 * The grade of a statement whose action is known to match, 0 where it does not take in the request.
 * Leaves in `facts.doubts` what the answer rests on: an element that rules the statement out for certain outweighs
 * every open one.
 */
function matchStatement(statement: CompiledStatement, facts: Facts): number {
  facts.doubts = 0
  let doubts = 0
  let found: number = grade.direct
  if (statement.matchesResource !== undefined) {
    const isMatch = statement.matchesResource(facts)
    if (!isMatch && facts.doubts === 0) return 0
    if (!isMatch) found = 0
    doubts = facts.doubts
  }
  if (statement.matchesPrincipal !== undefined) {
    facts.doubts = 0
    const principal = statement.matchesPrincipal(facts)
    if (principal === 0 && facts.doubts === 0) return 0
    found = found === 0 ? 0 : withPin(principal, statement)
    doubts |= facts.doubts
  }
  for (const condition of statement.conditions) {
    facts.doubts = 0
    const isMet = condition(facts)
    if (!isMet && facts.doubts === 0) return 0
    if (!isMet) found = 0
    doubts |= facts.doubts
  }
  facts.doubts = doubts
  return found
}

function withPin(found: number, statement: CompiledStatement): number {
  const isPinned = statement.pinsPrincipalArn && (found & grade.everyone) !== 0
  return isPinned ? found | grade.direct : found
}

import { patternsIntersect } from '../catalog/index.ts'
import type { CompiledPolicy, Statement } from '../core/index.ts'
import { matchGlob } from '../core/index.ts'

/** What a `cannot` with wildcards is about: any action and resource that match. */
export interface AskedPattern {
  readonly action: string
  readonly resource: string
}

/** The first statement that may allow some match, as far as its patterns tell; its conditions are taken to hold. */
export interface PossibleAllow {
  readonly policy: CompiledPolicy
  readonly statement: Statement
}

/**
 * Whether policies could allow anything that a pattern matches. Errs on the side of yes: only a deny without
 * conditions that covers the whole pattern, or the whole statement, counts against an allow.
 */
export function findPossibleAllow(
  policies: readonly CompiledPolicy[],
  asked: AskedPattern,
): PossibleAllow | undefined {
  const denies = policies.flatMap(({ policy }) => policy.statements.filter(isPlainDeny))
  if (denies.some((deny) => covers(deny, asked))) return undefined
  for (const compiled of policies) {
    const statement = compiled.policy.statements.find(
      (candidate) =>
        candidate.effect === 'Allow' && mayMeet(candidate, asked) && !isDenied(candidate, denies),
    )
    if (statement !== undefined) return { policy: compiled, statement }
  }
  return undefined
}

/**
 * The first statement that would allow a request if a condition held that looks at a key whose value nobody stated.
 * Session tags are settled: the trust policy admits no others.
 */
export function findUnsettledAllow(
  policies: readonly CompiledPolicy[],
  asked: AskedPattern,
  knownKeys: ReadonlySet<string>,
): (PossibleAllow & { readonly key: string }) | undefined {
  const denies = policies.flatMap(({ policy }) => policy.statements.filter(isPlainDeny))
  if (denies.some((deny) => covers(deny, asked))) return undefined
  for (const policy of policies) {
    for (const statement of policy.policy.statements) {
      if (statement.effect !== 'Allow' || statement.conditions.length === 0) continue
      const open = statement.conditions.find(({ key }) => !isSettled(key, knownKeys))
      if (open !== undefined && mayMeet(statement, asked)) {
        return { policy, statement, key: open.key }
      }
    }
  }
  return undefined
}

function isSettled(key: string, knownKeys: ReadonlySet<string>): boolean {
  const lower = key.toLowerCase()
  return knownKeys.has(lower) || lower.startsWith('aws:principaltag/')
}

function isPlainDeny(statement: Statement): boolean {
  return statement.effect === 'Deny' && statement.conditions.length === 0
}

/** Whether a statement's action and resource may take in something that is asked about. */
export function mayMeet(statement: Statement, asked: AskedPattern): boolean {
  const action = asked.action.toLowerCase()
  const actions = statement.action.patterns.map((pattern) => pattern.toLowerCase())
  const meetsAction = statement.action.negated
    ? !actions.some((pattern) => coversPattern(pattern, action))
    : actions.some((pattern) => patternsIntersect(pattern, action))
  if (!meetsAction || statement.resource === undefined) return meetsAction
  const { negated, patterns } = statement.resource
  // A variable stands for any text when it allows, and for none that is known when it excepts.
  return negated
    ? !patterns.some((pattern) => coversResource(pattern, asked.resource))
    : patterns.some((pattern) => patternsIntersect(withoutVariables(pattern), asked.resource))
}

/** A statement that lists what one of the denies takes back in full. */
function isDenied(statement: Statement, denies: readonly Statement[]): boolean {
  if (statement.action.negated || statement.resource?.negated === true) return false
  return statement.action.patterns.every((action) =>
    (statement.resource?.patterns ?? ['*']).every((resource) =>
      denies.some((deny) => covers(deny, { action, resource: withoutVariables(resource) })),
    ),
  )
}

function covers(deny: Statement, asked: AskedPattern): boolean {
  const { action, resource } = deny
  if (action.negated || resource === undefined || resource.negated) return false
  return (
    action.patterns.some((one) => coversPattern(one.toLowerCase(), asked.action.toLowerCase())) &&
    resource.patterns.some((one) => coversResource(one, asked.resource))
  )
}

/** Whether `wide` matches all that `narrow` does. Sound, not complete: a `?` in `wide` must not meet a `*`. */
function coversPattern(wide: string, narrow: string): boolean {
  if (wide.includes('?') && narrow.includes('*')) return false
  return matchGlob(wide, narrow)
}

/** An ARN's first five segments are matched each by itself, so that a `*` in one never reaches into the next. */
function coversResource(wide: string, narrow: string): boolean {
  if (wide === '*') return true
  if (wide.includes('${')) return false
  const [ours, theirs] = [segmentsOf(wide), segmentsOf(narrow)]
  if (ours.length !== theirs.length) return false
  return ours.every((segment, index) => coversPattern(segment, theirs[index] ?? ''))
}

function segmentsOf(arn: string): readonly string[] {
  const parts = arn.split(':')
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}

/** A pattern in which each policy variable stands for any text. */
export function withoutVariables(pattern: string): string {
  return pattern.replace(/\$\{[^}]*\}/g, '*')
}

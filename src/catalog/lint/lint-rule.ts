import type { Policy, PolicyType, Statement } from '../../core/index.ts'
import type { ActionLookup } from './action-lookup.ts'
import type { TextPosition } from './json-place.ts'
import type { Work } from './work.ts'

/**
 * `error`: AWS refuses the document. `security`: it allows more than it seems to. `suggestion`: it does less than it
 * seems to, or says something twice.
 */
export type LintSeverity = 'error' | 'security' | 'suggestion'

export const severities: readonly LintSeverity[] = ['error', 'security', 'suggestion']

/** What every finding of one code has in common. Codes are stable: suppressions and dashboards rely on them. */
export interface RuleFacts {
  readonly code: string
  readonly severity: LintSeverity
  /** One line, for the list of rules. */
  readonly summary: string
  /** AWS's page on it. */
  readonly link: string
}

export interface LintFinding {
  readonly code: string
  readonly severity: LintSeverity
  /** Into the document, such as `Statement[0].Action[2]`; empty for the document as a whole. */
  readonly path: string
  readonly position: TextPosition
  readonly message: string
  readonly remedy?: string
  readonly link: string
}

export interface LintOptions {
  readonly type: PolicyType
  /** The account that the policy belongs to: then principals of others are known to be foreign. */
  readonly accountId?: string
}

/** A statement that is sound by itself, with the way to its elements. */
export interface LintStatement {
  readonly statement: Statement
  /** `Statement[2]`, or `Statement` where the document has one without a list. */
  readonly path: string
  /** The path of an element, or of the value at `index` in it where the document gives a list. */
  readonly pathOf: (element: string, index?: number) => string
}

/** What rules look at. */
export interface LintSubject {
  readonly text: string
  readonly type: PolicyType
  readonly version: Policy['version']
  /** Whether the document says its version itself. */
  readonly hasVersion: boolean
  readonly accountId?: string
  readonly statements: readonly LintStatement[]
  readonly actions: ActionLookup
  readonly work: Work
}

export interface Found {
  readonly path: string
  readonly message: string
  readonly remedy?: string
}

export interface LintRule extends RuleFacts {
  /** The policy types it speaks of; all where absent. */
  readonly types?: readonly PolicyType[]
  readonly find: (subject: LintSubject) => readonly Found[]
}

/** A rule's `find` that looks at one statement at a time. */
export function inStatements(
  find: (statement: LintStatement, subject: LintSubject) => readonly Found[],
): LintRule['find'] {
  return (subject) => subject.statements.flatMap((statement) => find(statement, subject))
}

/** The same for statements that allow. */
export function inAllows(
  find: (statement: LintStatement, subject: LintSubject) => readonly Found[],
): LintRule['find'] {
  return inStatements((each, subject) =>
    each.statement.effect === 'Allow' ? find(each, subject) : [],
  )
}

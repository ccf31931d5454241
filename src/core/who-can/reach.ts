import { matchGlob } from '../arn/glob.ts'
import { compileAction } from '../policy/action-index.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'
import type { Statement } from '../policy/policy.ts'

/** How far the allows of one policy go for one action: whole ARNs, and patterns that may take in others. */
export interface Reach {
  readonly exact: readonly string[]
  readonly open: readonly OpenReach[]
}

export interface OpenReach {
  readonly mayMatch: (resource: string) => boolean
  /** The one account that all resources are in which it takes in; undefined where there may be several. */
  readonly account: string | undefined
}

/** Takes the action in lower case. */
export function reachOf({ policy }: CompiledPolicy, action: string): Reach {
  const statements = policy.statements.filter(
    (each) => each.effect === 'Allow' && compileAction(each.action)(action),
  )
  if (statements.length === 0) return nowhere
  return {
    exact: statements.filter(isExact).flatMap(({ resource }) => resource?.patterns ?? []),
    open: statements
      .filter((each) => !isExact(each))
      .map((each) => ({ mayMatch: openTest(each), account: accountOf(each) })),
  }
}

const nowhere: Reach = { exact: [], open: [] }

/** Whether a statement may take in a resource, whatever its variables hold. */
export function openTest({ resource }: Statement): (resource: string) => boolean {
  if (resource === undefined || resource.negated) return () => true
  const patterns = resource.patterns.map((pattern) => pattern.replace(/\$\{[^}]*\}/g, '*'))
  return (asked) => patterns.some((pattern) => matchGlob(pattern, asked))
}

function isExact({ resource }: Statement): boolean {
  return resource?.negated === false && resource.patterns.every((each) => !/[*?$]/.test(each))
}

function accountOf({ resource }: Statement): string | undefined {
  if (resource === undefined || resource.negated) return undefined
  const accounts = resource.patterns.map(
    (pattern) => /^arn:[^:*?$]*:[^:*?$]*:[^:*?$]*:(\d{12}):/.exec(pattern)?.[1],
  )
  const [first] = accounts
  return accounts.every((each) => each === first) ? first : undefined
}

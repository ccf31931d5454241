import { links } from './links.ts'
import type { RuleFacts } from './lint-rule.ts'

/** What the policy engine refuses to read, and AWS too: its codes, with AWS's page on each. */
export const parseRules: readonly RuleFacts[] = (
  [
    ['not-json', 'the document is not JSON', links.grammar],
    ['not-an-object', 'the document is JSON and no object', links.grammar],
    ['unknown-element', 'an element that policies or statements do not have', links.grammar],
    [
      'missing-element',
      'an element that a statement of this type needs is not there',
      links.grammar,
    ],
    ['forbidden-element', 'an element that this type of policy does not have', links.grammar],
    ['conflicting-elements', 'an element and its `Not` form in one statement', links.grammar],
    ['bad-version', 'a version that AWS does not know', links.version],
    ['bad-id', 'an `Id` that is no text', links.grammar],
    ['bad-statement', 'a statement that is no object', links.grammar],
    ['bad-sid', 'a statement id of characters that IAM does not take', links.statementId],
    ['duplicate-sid', 'two statements with one id', links.statementId],
    ['bad-effect', 'an effect that is not `Allow` or `Deny`, or not for this type', links.effect],
    ['bad-principal', 'a principal that AWS cannot resolve', links.principal],
    ['bad-action', 'an action of no form that AWS reads, or not for this type', links.action],
    ['bad-resource', 'a resource that is neither `*` nor an ARN', links.resource],
    ['bad-condition', 'a condition that is no object of operators and keys', links.condition],
    ['bad-condition-key', 'a condition key of no form that AWS reads', links.condition],
    ['bad-condition-value', 'a value that the operator cannot compare with', links.operators],
    ['unknown-operator', 'a condition operator that does not exist', links.operators],
    ['empty-list', 'a list without items', links.grammar],
    ['not-text', 'a number, object or other value where text belongs', links.grammar],
  ] as const
).map(([code, summary, link]) => ({ code, severity: 'error', summary, link }))

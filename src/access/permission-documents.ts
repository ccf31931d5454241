import type { Grant, PermissionStatement } from './access-file.ts'
import type { NamedDocument } from './compilation.ts'
import type { ConditionBlock, DocumentStatement } from './compile-document.ts'
import { oneOrMany, renderDocument, statementSid } from './compile-document.ts'

/** Cannot be the name of a grant's own policy, which begins with `stile-`. */
const expiryPolicyName = 'stile.expiry'

/**
 * The inline policies of a role: what its grants allow as statements, and the end of all access.
 * Grants that share a role allow the same, so the first one's statements stand for all.
 */
export function inlinePermissions(grants: readonly Grant[]): readonly NamedDocument[] {
  const [first] = grants
  if (first === undefined) return []
  return [...statementsDocument(first), ...expiryDocument(grants)]
}

function statementsDocument(grant: Grant): readonly NamedDocument[] {
  const statements = grant.allow.flatMap((permission) =>
    permission.kind === 'statement' ? [permission.statement] : [],
  )
  if (statements.length === 0) return []
  const rendered = statements.map((statement) => renderStatement(grant, statement))
  return [{ name: `stile-${grant.name}`, document: renderDocument(rendered) }]
}

function renderStatement(grant: Grant, statement: PermissionStatement): DocumentStatement {
  return {
    Sid: statementSid(grant.name, statement.sid),
    Effect: statement.effect,
    ...listElement('Action', statement.actions),
    ...listElement('NotAction', statement.notActions),
    ...listElement('Resource', statement.resources),
    ...listElement('NotResource', statement.notResources),
    ...conditionElement(statement),
  }
}

function listElement(
  name: 'Action' | 'NotAction' | 'Resource' | 'NotResource',
  values: readonly string[],
): Partial<DocumentStatement> {
  return values.length === 0 ? {} : { [name]: oneOrMany(values) }
}

function conditionElement(statement: PermissionStatement): Partial<DocumentStatement> {
  const operators = Object.entries(statement.conditions).map(([operator, keys]) => {
    const rendered = Object.entries(keys).map(([key, values]) => [key, oneOrMany(values)] as const)
    return [operator, Object.fromEntries(rendered)] as const
  })
  const condition: ConditionBlock = Object.fromEntries(operators)
  return operators.length === 0 ? {} : { Condition: condition }
}

/**
 * Trust that has ended lets nobody in, but leaves the sessions that are open. Where every grant on the role has an
 * end, a deny from the latest of them ends those as well.
 */
function expiryDocument(grants: readonly Grant[]): readonly NamedDocument[] {
  const ends = grants.map((grant) => grant.expires?.endsAt)
  const known = ends.filter((end) => end !== undefined).sort()
  const latest = known.at(-1)
  if (latest === undefined || known.length < grants.length) return []
  const last = grants.find((grant) => grant.expires?.endsAt === latest)
  const statement: DocumentStatement = {
    Sid: statementSid(last?.name ?? '', 'Expiry'),
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': latest } },
  }
  return [{ name: expiryPolicyName, document: renderDocument([statement]) }]
}

import type { PolicyDocument } from '../core/index.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * The roles that a caller policy names, as ARNs, sorted. `arn:aws:iam::*:role/NAME` stands for that role in every account
 * that the statement's `aws:ResourceAccount` lists; where nothing lists them the answer is `any`.
 */
export function roleResourcesOf(document: PolicyDocument): readonly string[] | 'any' {
  const arns = new Set<string>()
  for (const statement of statementsOf(document)) {
    const accounts = resourceAccountsOf(statement)
    for (const resource of textsOf(statement.Resource)) {
      if (!isAnyAccount(resource)) arns.add(resource)
      else if (accounts.length === 0) return 'any'
      else for (const account of accounts) arns.add(inAccount(resource, account))
    }
  }
  return [...arns].sort()
}

/** True when the document names one of `roles`; what it names through any account is not known. */
export function namesAny(document: PolicyDocument, roles: ReadonlySet<string>): boolean {
  const named = roleResourcesOf(document)
  return named !== 'any' && named.some((arn) => roles.has(arn))
}

/**
 * The document without the roles in `leftOut`; undefined when nothing is left. Where a role is named through a wildcard
 * account, its account leaves the list in `aws:ResourceAccount`, which may take away more than asked, never less.
 */
export function withoutRoles(
  document: PolicyDocument,
  leftOut: ReadonlySet<string>,
): PolicyDocument | undefined {
  if (leftOut.size === 0) return document
  const statements = statementsOf(document).flatMap((statement) => {
    const kept = narrowStatement(statement, leftOut)
    return kept === undefined ? [] : [kept]
  })
  return statements.length === 0 ? undefined : { ...document, Statement: statements }
}

function narrowStatement(statement: Fields, leftOut: ReadonlySet<string>): Fields | undefined {
  const named = textsOf(statement.Resource)
  const resources = named.filter((resource) => !leftOut.has(resource))
  if (resources.length === 0) return undefined
  const narrowed =
    resources.length === named.length ? statement : { ...statement, Resource: resources }
  const patterns = resources.filter(isAnyAccount)
  const accounts = resourceAccountsOf(statement)
  if (patterns.length === 0 || accounts.length === 0) return narrowed
  const kept = accounts.filter((account) =>
    patterns.every((pattern) => !leftOut.has(inAccount(pattern, account))),
  )
  if (kept.length === accounts.length) return narrowed
  return kept.length === 0 ? undefined : withResourceAccounts(narrowed, kept)
}

function withResourceAccounts(statement: Fields, accounts: readonly string[]): Fields {
  const conditions = fieldsOf(statement.Condition)
  const equals = fieldsOf(conditions.StringEquals)
  return {
    ...statement,
    Condition: {
      ...conditions,
      StringEquals: { ...equals, [resourceAccountKey(equals)]: [...accounts] },
    },
  }
}

function resourceAccountsOf(statement: Fields): readonly string[] {
  const equals = fieldsOf(fieldsOf(statement.Condition).StringEquals)
  return textsOf(equals[resourceAccountKey(equals)])
}

function resourceAccountKey(equals: Fields): string {
  const found = Object.keys(equals).find((key) => key.toLowerCase() === 'aws:resourceaccount')
  return found ?? 'aws:ResourceAccount'
}

function isAnyAccount(resource: string): boolean {
  return /^arn:[^:]+:iam::\*:/.test(resource)
}

function inAccount(pattern: string, account: string): string {
  return pattern.replace('::*:', `::${account}:`)
}

function statementsOf(document: PolicyDocument): readonly Fields[] {
  const given = document.Statement
  return (Array.isArray(given) ? given : [given]).map(fieldsOf)
}

function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value))
}

function textsOf(value: unknown): readonly string[] {
  if (value === undefined) return []
  return (Array.isArray(value) ? value : [value]).map(String)
}

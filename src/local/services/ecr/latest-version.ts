import type { PolicyDocument } from '../../../core/index.ts'

const latest = '2012-10-17'

/**
 * The statements of a document as they read in one of the latest version, so that they can stand beside others: what an
 * older version takes literally is escaped.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
 */
export function statementsOfLatest(document: PolicyDocument | undefined): readonly unknown[] {
  if (document === undefined) return []
  const { Statement: statement, Version: version } = document
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement]
  return version === latest ? statements : statements.map(escapeVariables)
}

export function documentOfLatest(Statement: readonly unknown[]): PolicyDocument {
  return { Version: latest, Statement }
}

function escapeVariables(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => `\${$}{`)
  if (Array.isArray(value)) return value.map(escapeVariables)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, escapeVariables(one)]))
}

import { matchGlob, type PolicyDocument } from '../core/index.ts'

/** One door of a trust policy: who it admits and on what terms, each in a form that can be compared as text. */
export interface Admission {
  /** An ARN (perhaps with wildcards), `account:ID`, `provider:ARN SUBJECTS`, `service:NAME`, `id:AROA…` or `everyone`. */
  readonly who: string
  /** In words, sorted: `with external id`. */
  readonly terms: readonly string[]
}

/** Who may assume the role as far as its trust policy goes. Deny statements are not weighed, only Allow ones listed. */
export function admissionsOf(trust: PolicyDocument): readonly Admission[] {
  return statementsOf(trust).flatMap((statement) => {
    if (statement.Effect !== 'Allow' || !isAssuming(statement)) return []
    const terms = termsOf(statement)
    return admittedBy(statement).map((who) => ({ who, terms }))
  })
}

type Fields = Readonly<Record<string, unknown>>

const assumeActions = ['sts:assumerole', 'sts:assumerolewithwebidentity', 'sts:assumerolewithsaml']

function isAssuming(statement: Fields): boolean {
  if ('NotAction' in statement) return true
  const patterns = textsOf(statement.Action).map((text) => text.toLowerCase())
  return patterns.some((pattern) => assumeActions.some((action) => matchGlob(pattern, action)))
}

function admittedBy(statement: Fields): readonly string[] {
  const principal = statement.Principal
  if (principal === undefined || typeof principal === 'string')
    return narrowed('everyone', statement)
  return Object.entries(fieldsOf(principal)).flatMap(([kind, values]) =>
    textsOf(values).flatMap((value) => admitted(kind, value, statement)),
  )
}

function admitted(kind: string, value: string, statement: Fields): readonly string[] {
  if (kind === 'Federated') return [`provider:${value}`]
  if (kind === 'Service') return [`service:${value}`]
  if (value === '*') return narrowed('everyone', statement)
  const account = /^(?:arn:[^:]+:iam::(\d{12}):root|(\d{12}))$/.exec(value)
  if (account !== null) return narrowed(`account:${account[1] ?? account[2]}`, statement)
  return [value.startsWith('arn:') ? value : `id:${value}`]
}

/** A whole account or everyone, held to the principals that `aws:PrincipalArn` names. */
function narrowed(who: string, statement: Fields): readonly string[] {
  const arns = narrowingOperators.flatMap((operator) =>
    conditionsOf(statement)
      .filter((one) => one.operator === operator && one.key === 'aws:principalarn')
      .flatMap((one) => one.values),
  )
  return arns.length === 0 ? [who] : arns
}

const narrowingOperators = ['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike']

interface Term {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

/** How the usual conditions read; `*` stands for the values. Any other is shown as it is written. */
const termWords: Readonly<Record<string, string>> = {
  'StringEquals sts:externalid': 'with external id *',
  'Bool aws:multifactorauthpresent': 'with MFA *',
  'IpAddress aws:sourceip': 'from *',
  'DateLessThan aws:currenttime': 'until *',
  'Null sts:sourceidentity': 'with a source identity',
  'StringEquals sts:sourceidentity': 'with source identity *',
}

function termsOf(statement: Fields): readonly string[] {
  const terms = conditionsOf(statement)
    .filter(
      ({ operator, key }) => !(narrowingOperators.includes(operator) && key === 'aws:principalarn'),
    )
    .map(renderTerm)
  return [...new Set(terms)].sort()
}

function renderTerm({ operator, key, values }: Term): string {
  const shown = [...values].sort().join(' or ')
  const tag = /^aws:requesttag\/(.+)$/.exec(key)?.[1]
  if (operator === 'StringEquals' && tag !== undefined) return `with session tag ${tag}=${shown}`
  if (operator === 'Bool' && key === 'aws:multifactorauthpresent' && shown === 'true')
    return 'with MFA'
  const words = termWords[`${operator} ${key}`]
  return words === undefined ? `if ${operator} ${key} ${shown}` : words.replace('*', () => shown)
}

function conditionsOf(statement: Fields): readonly Term[] {
  return Object.entries(fieldsOf(statement.Condition)).flatMap(([operator, keys]) =>
    Object.entries(fieldsOf(keys)).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: textsOf(values),
    })),
  )
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

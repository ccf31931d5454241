import type { PolicyDocument } from '../core/index.ts'

type Json = string | readonly Json[] | { readonly [key: string]: Json }

/**
 * One spelling for all policy documents that mean the same by form: a single value is a list of one, lists are sorted
 * and without doubles, statements too, an account's root is its bare id, names of actions and condition keys are in
 * lower case. Documents that differ in this form may still decide alike; equal ones always do.
 */
export function canonicalPolicy(document: PolicyDocument): Json {
  const statements = asList(document.Statement).map(canonicalStatement)
  const version = document.Version
  return {
    Version: typeof version === 'string' ? version : '2008-10-17',
    Statement: sortedUnique(statements),
  }
}

/** True when both documents have the same canonical form; an absent document equals only an absent one. */
export function matchDocuments(
  one: PolicyDocument | undefined,
  other: PolicyDocument | undefined,
): boolean {
  if (one === undefined || other === undefined) return one === other
  return JSON.stringify(canonicalPolicy(one)) === JSON.stringify(canonicalPolicy(other))
}

/** The canonical form as indented lines, for a diff that shows only what differs. */
export function renderDocument(document: PolicyDocument): readonly string[] {
  return JSON.stringify(canonicalPolicy(document), null, 2).split('\n')
}

const statementOrder = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
] as const

function canonicalStatement(statement: unknown): Json {
  const fields = asObject(statement)
  const known = new Set<string>(statementOrder)
  const names = [
    ...statementOrder.filter((name) => name in fields),
    ...Object.keys(fields)
      .filter((name) => !known.has(name))
      .sort(),
  ]
  const entries = names.map((name): [string, Json] => [name, canonicalField(name, fields[name])])
  return Object.fromEntries(entries.filter(([name, value]) => !isEmptyCondition(name, value)))
}

function isEmptyCondition(name: string, value: Json): boolean {
  return name === 'Condition' && Object.keys(value).length === 0
}

function canonicalField(name: string, value: unknown): Json {
  switch (name) {
    case 'Action':
    case 'NotAction':
      return sortedUnique(texts(value).map((text) => text.toLowerCase()))
    case 'Resource':
    case 'NotResource':
      return texts(value)
    case 'Principal':
    case 'NotPrincipal':
      return canonicalPrincipal(value)
    case 'Condition':
      return canonicalCondition(value)
    default:
      return typeof value === 'string' ? value : JSON.stringify(value)
  }
}

function canonicalPrincipal(value: unknown): Json {
  if (typeof value === 'string') return value
  return mapSorted(asObject(value), (entries, kind) =>
    sortedUnique(texts(entries).map((text) => (kind === 'AWS' ? bareAccount(text) : text))),
  )
}

function bareAccount(principal: string): string {
  return /^arn:[^:]+:iam::(\d{12}):root$/.exec(principal)?.[1] ?? principal
}

function canonicalCondition(value: unknown): Json {
  return mapSorted(asObject(value), (keys) => {
    const given = asObject(keys)
    const lower = Object.entries(given).map(([key, values]) => [key.toLowerCase(), values] as const)
    const byLowerName = Object.fromEntries(lower)
    // INVARIANT: no condition is lost where one key is spelled in two ways.
    const isClash = Object.keys(byLowerName).length < lower.length
    return mapSorted(isClash ? given : byLowerName, (values) => texts(values))
  })
}

function mapSorted(
  fields: Readonly<Record<string, unknown>>,
  map: (value: unknown, key: string) => Json,
): Json {
  const entries = Object.keys(fields)
    .sort()
    .map((key): [string, Json] => [key, map(fields[key], key)])
  return Object.fromEntries(entries)
}

function texts(value: unknown): readonly string[] {
  const all = asList(value).map((entry) =>
    typeof entry === 'object' ? JSON.stringify(entry) : String(entry),
  )
  return [...new Set(all)].sort()
}

function sortedUnique(values: readonly Json[]): readonly Json[] {
  const byText = new Map(values.map((value) => [JSON.stringify(value), value]))
  return [...byText.keys()].sort().map((text) => byText.get(text) ?? text)
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  return Object.fromEntries(Object.entries(value))
}

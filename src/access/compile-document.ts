import type { PolicyDocument } from '../core/index.ts'

/** What JSON policies allow as one string or a list; a list of one is always written as the string. */
export type OneOrMany = string | readonly string[]

/** A policy document's `Condition` element. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>

/** One statement as it will stand in a document, keys in the order in which AWS's examples give them. */
export interface DocumentStatement {
  readonly Sid: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: Readonly<Record<string, OneOrMany>>
  readonly Action?: OneOrMany
  readonly NotAction?: OneOrMany
  readonly Resource?: OneOrMany
  readonly NotResource?: OneOrMany
  readonly Condition?: ConditionBlock
}

/** A document of these statements; a Sid that comes twice gets a number, since AWS refuses duplicates. */
export function renderDocument(statements: readonly DocumentStatement[]): PolicyDocument {
  const taken = new Set<string>()
  const numbered = statements.map((statement) => {
    const sid = freeSid(statement.Sid, taken)
    taken.add(sid)
    return { ...statement, Sid: sid }
  })
  return { Version: '2012-10-17', Statement: numbered }
}

function freeSid(sid: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? sid : `${sid}${number}`
    if (!taken.has(candidate)) return candidate
  }
}

/** The characters that count against IAM's size quotas: all but white space. */
export function documentSize(document: PolicyDocument): number {
  return JSON.stringify(document).replace(/\s/g, '').length
}

/** `push-images`, `Tags` → `StilePushImagesTags`. Statements of Stile are recognised by the first five letters. */
export function statementSid(grantName: string, suffix = ''): string {
  return `Stile${pascalCase(grantName)}${pascalCase(suffix)}`
}

function pascalCase(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
}

/** A list of one as its only entry, in the order given and without repetition. */
export function oneOrMany(values: readonly string[]): OneOrMany {
  const distinct = [...new Set(values)]
  const [only] = distinct
  return distinct.length === 1 && only !== undefined ? only : distinct
}

/** All conditions of all blocks, to hold together. The blocks name different keys under one operator. */
export function mergeConditions(blocks: readonly ConditionBlock[]): ConditionBlock {
  const merged: Record<string, Readonly<Record<string, OneOrMany>>> = {}
  for (const block of blocks) {
    for (const [operator, keys] of Object.entries(block)) {
      merged[operator] = { ...merged[operator], ...keys }
    }
  }
  return merged
}

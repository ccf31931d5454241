import { grammars } from './grammar.ts'
import { parseStatement } from './parse-statement.ts'
import type { Policy, PolicyType, Statement } from './policy.ts'
import {
  isObject,
  type JsonObject,
  nameOf,
  newProblemList,
  type PolicyProblem,
  type ProblemList,
  quote,
} from './policy-problem.ts'

/** The checked policy, or every problem of the document in its order. */
export type PolicyParse =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] }

/**
 * Checks a policy document, given as a JSON value or as JSON text, against the grammar of its type.
 * Lists every problem and never throws. A missing `Version` is no problem: it means `2008-10-17`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(document: unknown, type: PolicyType): PolicyParse {
  const problems = newProblemList()
  const value = typeof document === 'string' ? parseJson(document, problems) : document
  const policy = value === undefined ? undefined : readPolicy(value, type, problems)
  if (policy === undefined || problems.all().length > 0) {
    return { ok: false, problems: describeNothing(problems, document) }
  }
  return { ok: true, policy }
}

function parseJson(text: string, problems: ProblemList): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable'
    return problems.add('not-json', '', `the document is not JSON: ${reason}`)
  }
}

function describeNothing(problems: ProblemList, document: unknown): readonly PolicyProblem[] {
  if (problems.all().length === 0) {
    problems.add('not-an-object', '', `a policy document is an object, not ${nameOf(document)}`)
  }
  return problems.all()
}

const elements = ['Version', 'Id', 'Statement']

function readPolicy(value: unknown, type: PolicyType, problems: ProblemList): Policy | undefined {
  if (!isObject(value)) {
    return problems.add('not-an-object', '', `a policy document is an object, not ${nameOf(value)}`)
  }
  for (const key of Object.keys(value)) {
    if (elements.includes(key)) continue
    const hint = problems.hint([key], elements)
    problems.add('unknown-element', key, `a policy has no element ${quote(key)}${hint}`)
  }
  const version = readVersion(value, type, problems)
  const id = readId(value, problems)
  const statements = readStatements(value, { type, version }, problems)
  return { type, version, ...(id === undefined ? {} : { id }), statements }
}

function readVersion(
  value: JsonObject,
  type: PolicyType,
  problems: ProblemList,
): Policy['version'] {
  const version = value.Version
  const { name, version: need } = grammars[type]
  if (version === '2012-10-17') return version
  if (need === 'required') {
    problems.add('bad-version', 'Version', `${name} needs the version \`2012-10-17\``)
  } else if (version !== undefined && version !== '2008-10-17') {
    const what = `the version is \`2012-10-17\` or \`2008-10-17\`, not ${quote(version)}`
    problems.add('bad-version', 'Version', what)
  }
  return '2008-10-17'
}

function readId(value: JsonObject, problems: ProblemList): string | undefined {
  const id = value.Id
  if (id === undefined || typeof id === 'string') return id
  return problems.add('bad-id', 'Id', `the id is text, not ${quote(id)}`)
}

export interface StatementSetting {
  readonly type: PolicyType
  readonly version: Policy['version']
}

function readStatements(
  value: JsonObject,
  { type, version }: StatementSetting,
  problems: ProblemList,
): readonly Statement[] {
  const given = value.Statement
  if (given === undefined) {
    problems.add('missing-element', 'Statement', 'a policy needs at least one statement')
    return []
  }
  const isList = Array.isArray(given)
  const list: readonly unknown[] = isList ? given : [given]
  if (list.length === 0) {
    problems.add('empty-list', 'Statement', 'a policy needs at least one statement')
  }
  const statements = list.flatMap((each, i) => {
    const path = isList ? `Statement[${i}]` : 'Statement'
    return parseStatement(each, { type, version, path, problems }) ?? []
  })
  reportDuplicateSids(list, problems)
  return statements
}

function reportDuplicateSids(list: readonly unknown[], problems: ProblemList): void {
  const seen = new Map<string, number>()
  for (const [i, each] of list.entries()) {
    const sid = isObject(each) ? each.Sid : undefined
    if (typeof sid !== 'string' || sid === '') continue
    const first = seen.get(sid)
    if (first === undefined) seen.set(sid, i)
    else {
      const what = `the statement id ${quote(sid)} is taken by Statement[${first}]; ids are unique in a policy`
      problems.add('duplicate-sid', `Statement[${i}].Sid`, what)
    }
  }
}

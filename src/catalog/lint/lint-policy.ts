import {
  type PolicyParse,
  type PolicyProblem,
  type PolicyType,
  parsePolicy,
  type Statement,
} from '../../core/index.ts'
import { createActionLookup } from './action-lookup.ts'
import { createPositions, offsetOfPath, type TextPosition } from './json-place.ts'
import { type JsonNode, readJsonTree } from './json-tree.ts'
import type {
  Found,
  LintFinding,
  LintOptions,
  LintStatement,
  LintSubject,
  RuleFacts,
} from './lint-rule.ts'
import { duplicateKey, notAllChecked, subjectRules } from './lint-rules.ts'
import { parseRules } from './parse-rules.ts'
import { createWork, type Work, workFor } from './work.ts'

/**
 * Everything that AWS would refuse in a policy document, and what in it allows more or does less than it seems to, in
 * the order of the document. Takes any text and never throws. Statements that are sound are judged beside others that
 * are not. Facts about actions and keys are those of the catalog, which has gaps where AWS publishes none: they are
 * `suggestion`s and never errors.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-validation.html
 */
export function lintPolicy(text: string, options: LintOptions): readonly LintFinding[] {
  return lintWithin(text, options, createWork(workFor(text.length)))
}

/** The same with a limit of one's own on the comparisons made. */
export function lintWithin(text: string, options: LintOptions, work: Work): readonly LintFinding[] {
  const tree = readJsonTree(text)
  const positionOf = rememberLatest(createPositions(text))
  if (!tree.ok) {
    const message = `the document is not JSON: ${tree.message}`
    const { code, severity, link } = factsOf('not-json')
    return [{ code, severity, path: '', position: positionOf(tree.offset), message, link }]
  }
  const value: unknown = JSON.parse(text)
  const parsed = parsePolicy(value, options.type)
  const document = { text, value, parsed, root: tree.root, positionOf, options, work }
  const found: readonly LintFinding[] = [
    ...(parsed.ok ? [] : placeProblems(parsed.problems, document)),
    ...tree.duplicates.map(({ key, offset }) => {
      const message = `the key \`${shorten(key)}\` is there twice in one object: AWS refuses that, and others take the last`
      return describe(duplicateKey, positionOf(offset), { path: '', message })
    }),
    ...judge(document),
  ]
  return found.toSorted(byPosition)
}

function byPosition({ position: one }: LintFinding, { position: other }: LintFinding): number {
  return one.line - other.line || one.column - other.column
}

/** There can be a hundred thousand findings: nothing else is made of them on the way. */
function describe(rule: RuleFacts, position: TextPosition, found: Found): LintFinding {
  const { code, severity, link } = rule
  const { message, remedy } = found
  const path = shorten(found.path)
  if (remedy === undefined) return { code, severity, path, position, message, link }
  return { code, severity, path, position, message, remedy, link }
}

const byCode: ReadonlyMap<string, RuleFacts> = new Map(parseRules.map((rule) => [rule.code, rule]))

function factsOf(code: string): RuleFacts {
  const rule = byCode.get(code)
  if (rule === undefined) throw new Error(`bug: the code \`${code}\` has no row`)
  return rule
}

function placeProblems(
  problems: readonly PolicyProblem[],
  { root, positionOf }: Document,
): readonly LintFinding[] {
  const place = rememberLatest((path: string) => positionOf(offsetOfPath(root, path)))
  return problems.map((problem) => describe(factsOf(problem.code), place(problem.path), problem))
}

interface Document {
  readonly text: string
  readonly value: unknown
  readonly parsed: PolicyParse
  readonly root: JsonNode
  readonly positionOf: (offset: number) => TextPosition
  readonly options: LintOptions
  readonly work: Work
}

function judge(document: Document): readonly LintFinding[] {
  const { root, positionOf, options, work } = document
  if (root.members === undefined) return []
  const subject = readSubject(document)
  const places = new Map<string, TextPosition>()
  const placeOf = (path: string): TextPosition => {
    const known = places.get(path) ?? positionOf(offsetOfPath(root, path))
    places.set(path, known)
    return known
  }
  const found = subjectRules
    .filter(({ types }) => types === undefined || types.includes(options.type))
    .flatMap((rule) => rule.find(subject).map((each) => describe(rule, placeOf(each.path), each)))
  if (!work.isUsedUp()) return found
  const message =
    "the document is far beyond what AWS takes: not all of it was compared with its other parts and AWS's tables"
  return [...found, describe(notAllChecked, positionOf(root.offset), { path: '', message })]
}

function readSubject({ text, value, parsed, root, options, work }: Document): LintSubject {
  const { Version: given, Statement: statements } = value as Readonly<Record<string, unknown>>
  const version = given === '2012-10-17' ? given : '2008-10-17'
  const sound = soundStatements(statements, parsed, options.type)
  return {
    text,
    type: options.type,
    version,
    hasVersion: given !== undefined,
    ...(options.accountId === undefined ? {} : { accountId: options.accountId }),
    statements: sound.map(({ statement, path }) => placeStatement(statement, path, root)),
    actions: createActionLookup(work),
    work,
  }
}

type SoundStatement = Pick<LintStatement, 'statement' | 'path'>

/** The statements that are sound by themselves, whatever else is wrong with the document. */
function soundStatements(
  given: unknown,
  parsed: PolicyParse,
  type: PolicyType,
): readonly SoundStatement[] {
  const pathOf = (index: number) => (Array.isArray(given) ? `Statement[${index}]` : 'Statement')
  if (parsed.ok) {
    return parsed.policy.statements.map((statement, index) => ({ statement, path: pathOf(index) }))
  }
  const unsound = unsoundStatements(parsed.problems)
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  return list.flatMap((each, index) => {
    if (unsound.has(Array.isArray(given) ? index : -1)) return []
    const alone = parsePolicy({ Version: '2012-10-17', Statement: [each] }, type)
    const [statement] = alone.ok ? alone.policy.statements : []
    return statement === undefined ? [] : [{ statement, path: pathOf(index) }]
  })
}

/** The places of the statements with a problem; -1 for one without a list. */
function unsoundStatements(problems: readonly PolicyProblem[]): ReadonlySet<number> {
  const unsound = new Set<number>()
  for (const { path } of problems) {
    if (!path.startsWith('Statement')) continue
    unsound.add(path[9] === '[' ? Number.parseInt(path.slice(10, 20), 10) : -1)
  }
  return unsound
}

function placeStatement(statement: Statement, path: string, root: JsonNode): LintStatement {
  const node = nodeOf(root, path)
  return {
    statement,
    path,
    pathOf: (element, index) => {
      const isList = node?.members?.get(element)?.value.items !== undefined
      return `${path}.${element}${index !== undefined && isList ? `[${index}]` : ''}`
    },
  }
}

function nodeOf(root: JsonNode, path: string): JsonNode | undefined {
  const statement = root.members?.get('Statement')?.value
  const index = /\[(\d+)\]$/.exec(path)?.[1]
  return index === undefined ? statement : statement?.items?.[Number(index)]
}

/** `make` with its latest answer kept: findings of one place follow each other. */
function rememberLatest<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  let latest: { readonly key: Key; readonly value: Value } | undefined
  return (key) => {
    if (latest === undefined || latest.key !== key) latest = { key, value: make(key) }
    return latest.value
  }
}

/** Keys of a document can be as long as it is. */
function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

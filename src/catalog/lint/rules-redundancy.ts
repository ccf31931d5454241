import type { Statement } from '../../core/index.ts'
import { links } from './links.ts'
import { type Found, inStatements, type LintRule, type LintSubject } from './lint-rule.ts'
import { patternCovers, resourceCovers } from './pattern-cover.ts'
import type { Work } from './work.ts'

/** What a document says twice. */
export const redundancyRules: readonly LintRule[] = [
  {
    code: 'redundant-action',
    severity: 'suggestion',
    summary: 'an action that another of the same statement takes in',
    link: links.action,
    find: inStatements(({ statement, pathOf }, { work }) => {
      const element = statement.action.negated ? 'NotAction' : 'Action'
      const patterns = statement.action.patterns.map((pattern) => pattern.toLowerCase())
      return coveredItems(patterns, { covers: patternCovers, work }).map(({ index, by }) => ({
        path: pathOf(element, index),
        message: `\`${statement.action.patterns[index]}\` says nothing that \`${statement.action.patterns[by]}\` beside it does not`,
        remedy: 'leave it out',
      }))
    }),
  },
  {
    code: 'redundant-resource',
    severity: 'suggestion',
    summary: 'a resource that another of the same statement takes in',
    link: links.resource,
    find: inStatements(({ statement, pathOf }, { work }) => {
      const element = statement.resource?.negated === true ? 'NotResource' : 'Resource'
      const patterns = statement.resource?.patterns ?? []
      return coveredItems(patterns, { covers: resourceCovers, work }).map(({ index, by }) => ({
        path: pathOf(element, index),
        message: `\`${patterns[index]}\` says nothing that \`${patterns[by]}\` beside it does not`,
        remedy: 'leave it out',
      }))
    }),
  },
  {
    code: 'redundant-statement',
    severity: 'suggestion',
    summary: 'a statement that says nothing that another does not',
    link: links.evaluation,
    find: redundantStatements,
  },
]

interface Covered {
  readonly index: number
  readonly by: number
}

interface Comparison {
  readonly covers: (outer: string, inner: string) => boolean
  readonly work: Work
}

function coveredItems(
  patterns: readonly string[],
  { covers, work }: Comparison,
): readonly Covered[] {
  const first = new Map<string, number>()
  for (const [index, pattern] of patterns.entries()) {
    if (!first.has(pattern)) first.set(pattern, index)
  }
  const wide = [...first].filter(([pattern]) => /[*?]/.test(pattern))
  return patterns.flatMap((pattern, index) => {
    const same = first.get(pattern) ?? index
    if (same !== index) return [{ index, by: same }]
    if (work.isUsedUp()) return []
    const coverer = wide.find(
      ([outer, at]) =>
        at !== index && work.spend(outer.length + pattern.length) && covers(outer, pattern),
    )
    return coverer === undefined ? [] : [{ index, by: coverer[1] }]
  })
}

function redundantStatements({ statements, work }: LintSubject): readonly Found[] {
  const shapes = statements.map(({ statement }) => shapeOf(statement))
  const dropped = new Set<number>()
  return shapes.flatMap((inner, index) => {
    if (work.isUsedUp()) return []
    const by = shapes.findIndex((outer, at) => {
      if (at === index || dropped.has(at) || !work.spend(stepsPerPair)) return false
      return canCover(outer, inner) && coversStatement(outer.statement, inner.statement, work)
    })
    const [redundant, reason] = [statements[index], statements[by]]
    if (redundant === undefined || reason === undefined) return []
    dropped.add(index)
    return [
      {
        path: redundant.path,
        message: `the statement says nothing that \`${reason.path}\` does not`,
        remedy: 'leave it out',
      },
    ]
  })
}

const stepsPerPair = 10

interface Shape {
  readonly statement: Statement
  /** Effect and principal as text: equal texts mean the same. */
  readonly subject: string
  readonly conditions: string
}

function shapeOf(statement: Statement): Shape {
  const { effect, principal, conditions } = statement
  return {
    statement,
    subject: JSON.stringify([effect, principal]),
    conditions: JSON.stringify(conditions),
  }
}

function canCover(outer: Shape, inner: Shape): boolean {
  if (outer.subject !== inner.subject) return false
  return outer.conditions === '[]' || outer.conditions === inner.conditions
}

function coversStatement(outer: Statement, inner: Statement, work: Work): boolean {
  if (outer.action.negated || inner.action.negated || work.isUsedUp()) return false
  const lower = (statement: Statement) =>
    statement.action.patterns.map((pattern) => pattern.toLowerCase())
  if (!coversAll(lower(outer), lower(inner), { covers: patternCovers, work })) return false
  if (outer.resource === undefined || inner.resource === undefined) {
    return outer.resource === inner.resource
  }
  if (outer.resource.negated || inner.resource.negated) return false
  const comparison = { covers: resourceCovers, work }
  return coversAll(outer.resource.patterns, inner.resource.patterns, comparison)
}

function coversAll(
  outer: readonly string[],
  inner: readonly string[],
  { covers, work }: Comparison,
): boolean {
  return inner.every((narrow) =>
    outer.some((wide) => work.spend(wide.length + narrow.length) && covers(wide, narrow)),
  )
}

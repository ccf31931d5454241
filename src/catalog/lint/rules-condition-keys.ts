import type { Condition, Statement } from '../../core/index.ts'
import type { ConditionKeyFacts } from '../condition-key.ts'
import type { KeyReading } from './action-lookup.ts'
import { links } from './links.ts'
import { type Found, inStatements, type LintRule, type LintSubject } from './lint-rule.ts'
import { conditionPath } from './statement-conditions.ts'

/** Condition keys as AWS's tables have them: that they exist, of what type, and for which actions. */
export const conditionKeyRules: readonly LintRule[] = [
  {
    code: 'unknown-condition-key',
    severity: 'suggestion',
    summary: 'a condition key that AWS does not have',
    link: links.actionsTable,
    find: inKeys(({ condition, reading }, _, { actions }) =>
      !reading.isJudged || reading.facts !== undefined
        ? undefined
        : {
            message: `AWS has no condition key \`${short(condition.key)}\`: it is absent from every request${actions.hintForKey(condition.key)}`,
            remedy: 'take a key that the service authorization reference gives the action',
          },
    ),
  },
  {
    code: 'key-not-of-action',
    severity: 'suggestion',
    summary: "a condition key that the statement's actions do not have",
    link: links.actionsTable,
    find: inKeys((placed, statement, subject) => {
      const actions = actionsWithoutKey(placed, statement, subject)
      return actions.length === 0 ? undefined : withoutKey(placed.condition, actions)
    }),
  },
  {
    code: 'operator-type-mismatch',
    severity: 'suggestion',
    summary: 'an operator that does not fit the type of the key',
    link: links.operators,
    find: inKeys(({ condition, reading }) => {
      const type = baseType(reading.facts)
      if (type === undefined || fits(condition, type)) return undefined
      return {
        message: `\`${condition.key}\` is of type ${type}, which \`${condition.operator}\` does not compare`,
        remedy: `take an operator of that type, such as \`${exampleOf[type]}\``,
      }
    }),
  },
  {
    code: 'set-operator-missing',
    severity: 'suggestion',
    summary: 'a key of many values, compared without `ForAnyValue` or `ForAllValues`',
    link: links.multivalued,
    find: inKeys(({ condition, reading }) => {
      const { quantifier, operator, key } = condition
      if (quantifier !== undefined || operator === 'Null' || !isList(reading.facts)) {
        return undefined
      }
      return {
        message: `\`${key}\` can have many values in one request, and \`${operator}\` alone does not say how many must match`,
        remedy: `write \`ForAnyValue:${operator}\` or \`ForAllValues:${operator}\``,
      }
    }),
  },
  {
    code: 'set-operator-on-single-value',
    severity: 'suggestion',
    summary: '`ForAnyValue` or `ForAllValues` on a key of one value',
    link: links.multivalued,
    find: inKeys(({ condition, reading: { facts } }) => {
      const { quantifier, operator, key } = condition
      if (quantifier === undefined || facts?.type === undefined || isList(facts)) return undefined
      return {
        message: `\`${key}\` has one value: \`${quantifier}\` is for keys of many, and \`ForAllValues\` holds where the key is absent`,
        remedy: `write \`${operator}\` alone`,
      }
    }),
  },
]

interface ReadCondition {
  readonly condition: Condition
  readonly reading: KeyReading
}

type KeyJudge = (
  read: ReadCondition,
  statement: Statement,
  subject: LintSubject,
) => Omit<Found, 'path'> | undefined

/** A rule's `find` that looks at one condition and what the tables have on its key. */
function inKeys(judge: KeyJudge): LintRule['find'] {
  return inStatements(({ statement, pathOf }, subject) => {
    const found: Found[] = []
    for (const condition of statement.conditions) {
      const reading = subject.actions.keyOf(condition, statement)
      const judged = judge({ condition, reading }, statement, subject)
      if (judged === undefined) continue
      found.push({ path: pathOf(conditionPath(condition)), ...judged })
    }
    return found
  })
}

function short(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

function actionsWithoutKey(
  { condition: { key, operator, ifExists }, reading }: ReadCondition,
  statement: Statement,
  { actions, type }: LintSubject,
): readonly string[] {
  if (statement.action.negated || ifExists || operator === 'Null' || type === 'trust') return []
  if (!reading.isJudged || reading.own === undefined) return []
  if (reading.own.isGlobal && !isOfTagging(key)) return []
  return statement.action.patterns.filter((pattern) => {
    const known = actions.expand(pattern)
    return known !== undefined && known.length > 0 && !actions.hasKey(pattern, key)
  })
}

/** Global by their name, and yet only in requests that set tags. */
function isOfTagging(key: string): boolean {
  return /^aws:(RequestTag\/|TagKeys$)/i.test(key)
}

function withoutKey(condition: Condition, actions: readonly string[]): Omit<Found, 'path'> {
  const shown = actions.slice(0, 3).map((action) => `\`${action}\``)
  const more = actions.length > 3 ? ` and ${actions.length - 3} more` : ''
  const effect = condition.operator.includes('Not')
    ? 'the condition always holds for them'
    : 'the statement never applies to them'
  return {
    message: `requests of ${shown.join(', ')}${more} have no \`${condition.key}\`: ${effect}`,
    remedy: 'move those actions to a statement of their own, without the condition',
  }
}

type BaseType = keyof typeof exampleOf

const exampleOf = {
  String: 'StringEquals',
  ARN: 'ArnLike',
  Bool: 'Bool',
  Numeric: 'NumericLessThanEquals',
  Date: 'DateLessThan',
  IPAddress: 'IpAddress',
} as const

/** The operators that compare a value of each type; texts compare every value that is written in one way only. */
const fitting: Readonly<Record<BaseType, RegExp>> = {
  String: /^(String|Binary)/,
  ARN: /^(Arn|String)/,
  Bool: /^(Bool|StringEquals|StringNotEquals)/,
  Numeric: /^Numeric/,
  Date: /^(Date|Numeric)/,
  IPAddress: /^(Not)?IpAddress/,
}

function fits({ operator, key }: Condition, type: BaseType): boolean {
  if (operator === 'Null' || fitting[type].test(operator)) return true
  // AWS gives several keys that hold ARNs as texts.
  return type === 'String' && operator.startsWith('Arn') && /arns?$|role$|key-?id$/i.test(key)
}

function baseType(facts: ConditionKeyFacts | undefined): BaseType | undefined {
  const type = facts?.type?.replace(/^ArrayOf/, '')
  return type !== undefined && type in exampleOf ? (type as BaseType) : undefined
}

function isList(facts: ConditionKeyFacts | undefined): boolean {
  return facts?.type?.startsWith('ArrayOf') === true
}

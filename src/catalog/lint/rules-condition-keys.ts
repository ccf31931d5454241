import type { Condition } from '../../core/index.ts'
import { serviceOfPattern } from '../action-pattern.ts'
import { type ConditionKeyFacts, findConditionKey } from '../condition-key.ts'
import { findService } from '../service.ts'
import { links } from './links.ts'
import {
  type Found,
  inStatements,
  type LintRule,
  type LintStatement,
  type LintSubject,
} from './lint-rule.ts'
import { conditionPath } from './statement-conditions.ts'

/** Condition keys as AWS's tables have them: that they exist, of what type, and for which actions. */
export const conditionKeyRules: readonly LintRule[] = [
  {
    code: 'unknown-condition-key',
    severity: 'suggestion',
    summary: 'a condition key that AWS does not have',
    link: links.actionsTable,
    find: inStatements((each, { actions }) => {
      const services = servicesOf(each)
      return conditionsOf(each)
        .filter(({ condition }) => isJudged(condition.key) && !factsOf(condition.key, services))
        .map(({ condition, path }) => ({
          path,
          message: `AWS has no condition key \`${short(condition.key)}\`: it is absent from every request${actions.hintForKey(condition.key)}`,
          remedy: 'take a key that the service authorization reference gives the action',
        }))
    }),
  },
  {
    code: 'key-not-of-action',
    severity: 'suggestion',
    summary: "a condition key that the statement's actions do not have",
    link: links.actionsTable,
    find: inStatements((each, subject) =>
      conditionsOf(each).flatMap((placed) => {
        const actions = actionsWithoutKey(placed.condition, each, subject)
        return actions.length === 0 ? [] : [withoutKey(placed.condition, placed.path, actions)]
      }),
    ),
  },
  {
    code: 'operator-type-mismatch',
    severity: 'suggestion',
    summary: 'an operator that does not fit the type of the key',
    link: links.operators,
    find: inStatements((each) => {
      const services = servicesOf(each)
      return conditionsOf(each).flatMap((placed) => {
        const { condition } = placed
        const facts = factsOf(condition.key, services)
        const type = baseType(facts)
        if (type === undefined || fits(condition, type)) return []
        return [
          {
            path: placed.path,
            message: `\`${condition.key}\` is of type ${type}, which \`${condition.operator}\` does not compare`,
            remedy: `take an operator of that type, such as \`${exampleOf[type]}\``,
          },
        ]
      })
    }),
  },
  {
    code: 'set-operator-missing',
    severity: 'suggestion',
    summary: 'a key of many values, compared without `ForAnyValue` or `ForAllValues`',
    link: links.multivalued,
    find: inStatements((each) => {
      const services = servicesOf(each)
      return conditionsOf(each)
        .filter(({ condition }) => {
          if (condition.quantifier !== undefined || condition.operator === 'Null') return false
          return factsOf(condition.key, services)?.type?.startsWith('ArrayOf') === true
        })
        .map(({ condition, path }) => ({
          path,
          message: `\`${condition.key}\` can have many values in one request, and \`${condition.operator}\` alone does not say how many must match`,
          remedy: `write \`ForAnyValue:${condition.operator}\` or \`ForAllValues:${condition.operator}\``,
        }))
    }),
  },
  {
    code: 'set-operator-on-single-value',
    severity: 'suggestion',
    summary: '`ForAnyValue` or `ForAllValues` on a key of one value',
    link: links.multivalued,
    find: inStatements((each) => {
      const services = servicesOf(each)
      return conditionsOf(each)
        .filter(({ condition }) => {
          const type = factsOf(condition.key, services)?.type
          return condition.quantifier !== undefined && type !== undefined && !isList(type)
        })
        .map(({ condition, path }) => ({
          path,
          message: `\`${condition.key}\` has one value: \`${condition.quantifier}\` is for keys of many, and \`ForAllValues\` holds where the key is absent`,
          remedy: `write \`${condition.operator}\` alone`,
        }))
    }),
  },
]

interface PlacedCondition {
  readonly condition: Condition
  readonly path: string
}

function conditionsOf({ statement, pathOf }: LintStatement): readonly PlacedCondition[] {
  return statement.conditions.map((condition) => ({
    condition,
    // Most conditions are sound, and of those nobody asks for the path.
    get path() {
      return pathOf(conditionPath(condition))
    },
  }))
}

/** The services of the statement's actions: some of their keys carry another's prefix. */
function servicesOf({ statement }: LintStatement): readonly string[] {
  if (statement.conditions.length === 0) return []
  const services = statement.action.patterns.flatMap((pattern) => serviceOfPattern(pattern) ?? [])
  return [...new Set(services)].slice(0, mostServices)
}

/** A statement for more services than this is not judged by the keys that they borrow. */
const mostServices = 20

function factsOf(key: string, services: readonly string[]): ConditionKeyFacts | undefined {
  const own = findConditionKey(prefixOf(key), key)
  if (own !== undefined) return own
  for (const service of services) {
    const found = findConditionKey(service, key)
    if (found !== undefined) return found
  }
  return undefined
}

function prefixOf(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf(':')))
}

/** Claims of identity providers carry a host or `saml` before the colon, and are no keys of AWS's tables. */
function isJudged(key: string): boolean {
  const prefix = prefixOf(key).toLowerCase()
  if (prefix === 'saml' || /[./]/.test(prefix)) return false
  return prefix === 'aws' || findService(prefix) !== undefined
}

function short(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

function actionsWithoutKey(
  condition: Condition,
  { statement }: LintStatement,
  { actions, type }: LintSubject,
): readonly string[] {
  const { key, operator, ifExists } = condition
  if (statement.action.negated || ifExists || operator === 'Null' || !isJudged(key)) return []
  const facts = findConditionKey(prefixOf(key), key)
  if (facts === undefined || type === 'trust') return []
  if (facts.isGlobal && !isOfTagging(key)) return []
  return statement.action.patterns.filter((pattern) => {
    const known = actions.expand(pattern)
    return known !== undefined && known.length > 0 && !actions.hasKey(pattern, key)
  })
}

/** Global by their name, and yet only in requests that set tags. */
function isOfTagging(key: string): boolean {
  return /^aws:(RequestTag\/|TagKeys$)/i.test(key)
}

function withoutKey(condition: Condition, path: string, actions: readonly string[]): Found {
  const shown = actions.slice(0, 3).map((action) => `\`${action}\``)
  const more = actions.length > 3 ? ` and ${actions.length - 3} more` : ''
  const effect = condition.operator.includes('Not')
    ? 'the condition always holds for them'
    : 'the statement never applies to them'
  return {
    path,
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

function isList(type: string): boolean {
  return type.startsWith('ArrayOf')
}

import { findOperator, type Operator, operatorNames } from '../condition/operators.ts'
import { parseTemplate } from '../condition/template.ts'
import type { Condition } from './policy.ts'
import { isObject, nameOf, quote } from './policy-problem.ts'
import type { StatementPlace } from './statement-place.ts'

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html */
export function parseConditions(
  given: unknown,
  place: StatementPlace,
): readonly Condition[] | undefined {
  if (given === undefined) return []
  const path = `${place.path}.Condition`
  if (!isObject(given)) {
    return place.problems.add('bad-condition', path, `it is an object, not ${nameOf(given)}`)
  }
  return Object.entries(given).flatMap(([name, keys]) => {
    const operator = readOperatorName(name)
    if (operator === undefined) {
      const hint = place.problems.hint([name, stripPrefix(name)], operatorNames)
      place.problems.add('unknown-operator', path, `unknown operator ${quote(name)}${hint}`)
      return []
    }
    return readKeys(operator, keys, { ...place, path: `${path}.${name}` })
  })
}

type OperatorName = Pick<Condition, 'quantifier' | 'operator' | 'ifExists'>

function readOperatorName(name: string): OperatorName | undefined {
  const colon = name.indexOf(':')
  const prefix = colon < 0 ? undefined : name.slice(0, colon)
  if (prefix !== undefined && prefix !== 'ForAllValues' && prefix !== 'ForAnyValue')
    return undefined
  const rest = name.slice(colon + 1)
  const ifExists = rest.endsWith('IfExists')
  const operator = ifExists ? rest.slice(0, -'IfExists'.length) : rest
  if (findOperator(operator) === undefined || (ifExists && operator === 'Null')) return undefined
  return prefix === undefined ? { operator, ifExists } : { quantifier: prefix, operator, ifExists }
}

function stripPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

function readKeys(
  operator: OperatorName,
  keys: unknown,
  place: StatementPlace,
): readonly Condition[] {
  if (!isObject(keys) || Object.keys(keys).length === 0) {
    const what = `condition keys and their values are expected, not ${nameOf(keys)}`
    place.problems.add('bad-condition', place.path, what)
    return []
  }
  return Object.entries(keys).flatMap(([key, given]) => {
    const path = `${place.path}.${key}`
    if (!/^[^\s:/]+[:/].*\S$/.test(key)) {
      const what = `${quote(key)} is no condition key; one looks like \`aws:SourceIp\``
      place.problems.add('bad-condition-key', path, what)
    }
    const values = readValues(operator.operator, given, { ...place, path })
    return values === undefined ? [] : [{ ...operator, key, values }]
  })
}

function readValues(
  operator: string,
  given: unknown,
  place: StatementPlace,
): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0) return place.problems.add('empty-list', place.path, 'the list is empty')
  if (!list.every(isScalar)) {
    const other = list.find((each) => !isScalar(each))
    const what = `text, a number, a boolean or a list of these is expected, not ${quote(other)}`
    return place.problems.add('bad-condition-value', place.path, what)
  }
  const values = list.map(String)
  const row = findOperator(operator)
  for (const value of values) {
    if (row !== undefined && !isComparable(row, value, place)) {
      const what = `\`${operator}\` cannot compare with ${quote(value)}`
      place.problems.add('bad-condition-value', place.path, what)
    }
  }
  return values
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

// ARN operators are left to the evaluation: AWS takes patterns there that are no ARN, and never matches them.
function isComparable(row: Operator, value: string, place: StatementPlace): boolean {
  const hasVariables = place.version === '2012-10-17' && value.includes('${')
  const parts = hasVariables ? parseTemplate(value) : [{ kind: 'text' as const, text: value }]
  if (row.variables === 'replaced') return parts !== undefined
  if (row.variables === 'unclear' && hasVariables) return parts !== undefined
  return row.compile([{ kind: 'text', text: value }]) !== undefined
}

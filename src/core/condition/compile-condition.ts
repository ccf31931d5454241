import { contextValue, type Facts } from '../evaluate/facts.ts'
import type { ContextValue } from '../evaluate/request.ts'
import type { Condition, Policy, Statement } from '../policy/policy.ts'
import { doubt } from './doubt.ts'
import { findOperator, type ValueTest } from './operators.ts'
import { isStatic, parseTemplate, type TemplatePart } from './template.ts'

/** Whether the request meets the condition; raises a bit in `facts.doubts` where AWS leaves the answer open. */
export type ConditionTest = (facts: Facts) => boolean

export interface ConditionSetting {
  readonly version: Policy['version']
  /** Open cases are not met by an allow and met by a deny. */
  readonly effect: Statement['effect']
}

/**
 * Makes a checked condition ready for many requests.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function compileCondition(condition: Condition, setting: ConditionSetting): ConditionTest {
  const plan: Plan = {
    key: condition.key.toLowerCase(),
    ifExists: condition.ifExists,
    negated: findOperator(condition.operator)?.negated ?? false,
    openAnswer: setting.effect === 'Deny',
    matchAny: compileValues(condition, setting),
  }
  const test =
    condition.operator === 'Null' ? compileNull(condition, plan) : compileTest(condition, plan)
  if (plan.key !== 'aws:resourceaccount') return test
  return (facts) =>
    isResourceAccountOpen(facts) ? raise(plan, doubt.resourceAccountOfNone, facts) : test(facts)
}

// AWS: "most" actions carry the key; the pages do not say which of those without a resource do.
function isResourceAccountOpen(facts: Facts): boolean {
  return facts.request.resource === '*' && contextValue(facts, 'aws:resourceaccount') === undefined
}

function compileTest(condition: Condition, plan: Plan): ConditionTest {
  switch (condition.quantifier) {
    case 'ForAllValues':
      return (facts) => forAllValues(plan, facts)
    case 'ForAnyValue':
      return (facts) => forAnyValue(plan, facts)
    default:
      return (facts) => singleValue(plan, facts)
  }
}

interface Plan {
  readonly key: string
  readonly ifExists: boolean
  readonly negated: boolean
  readonly openAnswer: boolean
  /** Whether one value of the request equals one of the policy's; the doubt's bit where that is open. */
  readonly matchAny: (actual: string, facts: Facts) => boolean | number
}

function compileValues(condition: Condition, setting: ConditionSetting): Plan['matchAny'] {
  const tests = condition.values.map((value) => compileValue(condition, { value, setting }))
  const [only] = tests
  if (tests.length === 1 && typeof only === 'function') {
    return (actual, facts) => {
      const verdict = only(actual, facts)
      return verdict === 'unreadable' ? doubt.unreadableValue : verdict
    }
  }
  return (actual, facts) => {
    let open = 0
    for (const test of tests) {
      const verdict = typeof test === 'number' ? test : test(actual, facts)
      if (verdict === true) return true
      if (verdict === 'unreadable') open |= doubt.unreadableValue
      else if (typeof verdict === 'number') open |= verdict
    }
    return open === 0 ? false : open
  }
}

interface OneValue {
  readonly value: string
  readonly setting: ConditionSetting
}

/** The test, or the bit of the doubt that the value itself raises. */
function compileValue(condition: Condition, { value, setting }: OneValue): ValueTest | number {
  const operator = findOperator(condition.operator)
  const plain: readonly TemplatePart[] = value === '' ? [] : [{ kind: 'text', text: value }]
  const hasVariables = setting.version === '2012-10-17' && value.includes('${')
  const parts = hasVariables && operator?.variables !== 'none' ? parseTemplate(value) : plain
  if (operator === undefined || parts === undefined) return doubt.unreadableValue
  if (operator.variables === 'unclear' && !isStatic(parts)) return doubt.variableInBool
  return operator.compile(parts) ?? doubt.unreadableValue
}

function singleValue(plan: Plan, facts: Facts): boolean {
  const value = contextValue(facts, plan.key)
  if (value === undefined) return plan.ifExists || plan.negated
  const only = typeof value === 'object' ? value[0] : value
  if (only === undefined || (typeof value === 'object' && value.length > 1)) {
    facts.doubts |= doubt.manyValuesWithoutQuantifier
    return plan.openAnswer
  }
  const result = matchOne(plan, String(only), facts)
  return typeof result === 'boolean' ? result : raise(plan, result, facts)
}

// AWS: true on a missing key, and on a key whose only value is the empty text.
function forAllValues(plan: Plan, facts: Facts): boolean {
  const values = valuesOf(contextValue(facts, plan.key))
  if (values.length === 0 || isEmptyText(values)) return true
  let open = 0
  for (const value of values) {
    const result = matchOne(plan, value, facts)
    if (result === false) return false
    if (typeof result === 'number') open |= result
  }
  return open === 0 ? true : raise(plan, open, facts)
}

function forAnyValue(plan: Plan, facts: Facts): boolean {
  const values = valuesOf(contextValue(facts, plan.key))
  if (values.length === 0) return plan.ifExists && raise(plan, doubt.forAnyValueIfExists, facts)
  if (isEmptyText(values)) return raise(plan, doubt.emptyText, facts)
  let open = 0
  for (const value of values) {
    const result = matchOne(plan, value, facts)
    if (result === true) return true
    if (typeof result === 'number') open |= result
  }
  return open === 0 ? false : raise(plan, open, facts)
}

function matchOne(plan: Plan, actual: string, facts: Facts): boolean | number {
  const result = plan.matchAny(actual, facts)
  if (result === false && (facts.doubts & doubt.manyValuesInVariable) !== 0) {
    return doubt.manyValuesInVariable
  }
  return typeof result === 'boolean' ? result !== plan.negated : result
}

function raise(plan: Plan, bits: number, facts: Facts): boolean {
  facts.doubts |= bits
  return plan.openAnswer
}

function valuesOf(value: ContextValue | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'object' ? value.map(String) : [String(value)]
}

// AWS: an empty text counts as no value for some operators and as one for others.
function isEmptyText(values: readonly string[]): boolean {
  return values.length === 1 && values[0] === ''
}

function compileNull(condition: Condition, plan: Plan): ConditionTest {
  const wanted = condition.values.map((value) => value.toLowerCase())
  const wantsAbsent = wanted.includes('true')
  const wantsPresent = wanted.includes('false')
  return (facts) => {
    if (condition.quantifier !== undefined) facts.doubts |= doubt.nullWithQuantifier
    const value = contextValue(facts, plan.key)
    const isAbsent = value === undefined
    if (isEmptyText(valuesOf(value)) && wantsAbsent !== wantsPresent) {
      return raise(plan, doubt.emptyText, facts)
    }
    return isAbsent ? wantsAbsent : wantsPresent
  }
}

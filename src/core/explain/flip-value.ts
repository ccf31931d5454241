import { parseDate } from '../condition/date.ts'
import { findOperator } from '../condition/operators.ts'
import { fillText, parseTemplate } from '../condition/template.ts'
import { contextValue, type Facts } from '../evaluate/facts.ts'
import type { ContextValue } from '../evaluate/request.ts'
import type { Condition } from '../policy/policy.ts'

/** A value for the request's context; null: the key left out. */
export type TrialValue = ContextValue | null

/**
 * Values that may make the condition true, the most fitting first. Whoever tries them decides whether they do;
 * none for a value that cannot be filled in.
 */
export function valuesThatMeet(condition: Condition, facts: Facts): readonly TrialValue[] {
  const { operator, quantifier } = condition
  if (operator === 'Null') {
    return condition.values.some((value) => value.toLowerCase() === 'true') ? [null] : ['any']
  }
  const near = condition.values.flatMap((value) => nearValues(operator, fill(value, facts)))
  const isNegated = findOperator(operator)?.negated ?? false
  const fitting: readonly TrialValue[] = isNegated ? [null, ...outside] : near
  if (quantifier === undefined) return fitting
  const kept = currentValues(condition, facts).filter((value) => near.includes(value))
  const lists = fitting.map((value) => (value === null ? null : [value].flat()))
  return kept.length > 0 && quantifier === 'ForAllValues' ? [kept, ...lists] : [...lists, null]
}

/** Values that may make the condition false, the most fitting first. */
export function valuesThatFail(condition: Condition, facts: Facts): readonly TrialValue[] {
  const { operator } = condition
  if (operator === 'Null') {
    return condition.values.some((value) => value.toLowerCase() === 'true') ? ['any'] : [null]
  }
  const near = condition.values.flatMap((value) => nearValues(operator, fill(value, facts)))
  if (operator === 'Bool') return near.map((value) => (value === 'true' ? 'false' : 'true'))
  const isNegated = findOperator(operator)?.negated ?? false
  return isNegated ? near : [null, ...far(condition), ...outside]
}

const outside: readonly string[] = ['other', '192.0.2.1', '0']

/** Numbers and dates on the other side of what a comparison demands. */
function far({ operator, values }: Condition): readonly TrialValue[] {
  if (!/^(Numeric|Date)/.test(operator)) return []
  const opposite = operator.includes('Less')
    ? operator.replace(/LessThan(Equals)?/, 'GreaterThan')
    : operator.replace(/GreaterThan(Equals)?/, 'LessThan')
  return values.flatMap((value) => nearValues(opposite, value))
}

function fill(value: string, facts: Facts): string | undefined {
  if (!value.includes('${')) return value
  const parts = parseTemplate(value)
  return parts && fillText(parts, facts)
}

function nearValues(operator: string, value: string | undefined): readonly string[] {
  if (value === undefined) return []
  if (/Like|^Arn/.test(operator)) return [value.replace(/[*?]/g, 'x')]
  if (/IpAddress/.test(operator)) return [value.replace(/\/\d+$/, '')]
  if (operator.startsWith('Numeric')) return [String(Number(value) + step(operator))]
  if (operator.startsWith('Date')) {
    const ms = parseDate(value)
    return ms === undefined ? [] : [new Date(ms + step(operator) * 1000).toISOString()]
  }
  return [value]
}

function step(operator: string): number {
  if (operator.endsWith('Equals')) return 0
  return operator.includes('Less') ? -1 : 1
}

export function currentValues(condition: Condition, facts: Facts): readonly string[] {
  const value = contextValue(facts, condition.key.toLowerCase())
  if (value === undefined) return []
  return [value].flat().map(String)
}

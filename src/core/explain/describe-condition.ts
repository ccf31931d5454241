import { contextValue, type Facts } from '../evaluate/facts.ts'
import type { Condition } from '../policy/policy.ts'

type Phrase = (values: string) => string

/** How each family of operators demands its values; one row for the longest prefix that fits. */
const phrases: readonly (readonly [prefix: string, phrase: Phrase])[] = [
  ['StringNot', (values) => `other than ${values}`],
  ['StringLike', (values) => `like ${values}`],
  ['String', (values) => values],
  ['ArnNot', (values) => `other than ${values}`],
  ['Arn', (values) => `like ${values}`],
  ['NotIpAddress', (values) => `outside ${values}`],
  ['IpAddress', (values) => `within ${values}`],
  ['NumericNotEquals', (values) => `other than ${values}`],
  ['NumericLessThanEquals', (values) => `of at most ${values}`],
  ['NumericLessThan', (values) => `below ${values}`],
  ['NumericGreaterThanEquals', (values) => `of at least ${values}`],
  ['NumericGreaterThan', (values) => `above ${values}`],
  ['DateNotEquals', (values) => `other than ${values}`],
  ['DateLessThanEquals', (values) => `until ${values}`],
  ['DateLessThan', (values) => `before ${values}`],
  ['DateGreaterThanEquals', (values) => `from ${values}`],
  ['DateGreaterThan', (values) => `after ${values}`],
]

/** ``demands sts:ExternalId `some_key_build`, the request has none``. */
export function describeCondition(condition: Condition, facts: Facts): string {
  return `demands ${describeDemand(condition)}, the request has ${describeValue(facts, condition.key)}`
}

/** ``sts:ExternalId `some_key_build` ``: what the condition wants to see. */
export function describeDemand(condition: Condition): string {
  const { key, operator } = condition
  if (operator === 'Null') {
    const isWanted = condition.values.some((value) => value.toLowerCase() === 'false')
    return isWanted ? `a value for ${key}` : `no ${key}`
  }
  const values = joinOr(condition.values.map((value) => `\`${value}\``))
  const phrase = phrases.find(([prefix]) => operator.startsWith(prefix))?.[1] ?? plain
  const each = condition.quantifier === undefined ? '' : quantifiers[condition.quantifier]
  return `${each}${key} ${phrase(values)}`
}

const quantifiers = { ForAllValues: 'every value of ', ForAnyValue: 'some value of ' } as const

function plain(values: string): string {
  return values
}

function describeValue(facts: Facts, key: string): string {
  const value = contextValue(facts, key.toLowerCase())
  if (value === undefined) return 'none'
  const values = typeof value === 'object' ? value : [value]
  return values.map((each) => `\`${String(each)}\``).join(', ')
}

export function joinOr(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  if (words.length > 5) return `${words.slice(0, 4).join(', ')} or ${words.length - 4} others`
  return `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`
}

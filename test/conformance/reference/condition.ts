import { type Answer, type ConditionJson, every, listOf, not, some } from './document.ts'
import { fits, fitsArn, type Lookup, readPattern, writtenOut } from './text.ts'

/**
 * Whether a `Condition` block is met: every operator, every key.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function isMet(condition: ConditionJson, version: string, lookup: Lookup): Answer {
  return every(
    Object.entries(condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => {
        const request = lookup(key.toLowerCase())
        return oneIsMet({ operator, values: listOf(values), request, version, lookup })
      }),
    ),
  )
}

interface Question {
  readonly operator: string
  readonly values: readonly string[]
  readonly request: readonly string[] | undefined
  readonly version: string
  readonly lookup: Lookup
}

function oneIsMet({ operator, ...question }: Question): Answer {
  const [prefix, name] = operator.includes(':') ? operator.split(':') : ['', operator]
  const ifExists = name?.endsWith('IfExists') ?? false
  const plain = ifExists ? (name ?? '').slice(0, -'IfExists'.length) : (name ?? '')
  const negated = plain.includes('Not')
  const positive = plain.replace('Not', '')
  const { request, values } = question
  const hasNone = request === undefined || request.length === 0
  const isEmptyText = request?.length === 1 && request[0] === ''
  if (positive === 'Null') {
    // Whether a key with an empty text is null, the pages do not say.
    if (isEmptyText) return 'unsaid'
    return some(values.map((value) => ((value === 'true') === hasNone ? 'yes' : 'no')))
  }
  const equalsAny = (each: string): Answer =>
    some(values.map((value) => compare(positive, value, { ...question, each })))
  const holds = (each: string): Answer => (negated ? not(equalsAny(each)) : equalsAny(each))
  if (prefix === 'ForAllValues') {
    return hasNone || isEmptyText ? 'yes' : every(request.map(holds))
  }
  if (prefix === 'ForAnyValue') {
    if (isEmptyText || (hasNone && ifExists)) return 'unsaid'
    return hasNone ? 'no' : some(request.map(holds))
  }
  if (hasNone) return ifExists || negated ? 'yes' : 'no'
  // Several values where the operator takes one: the pages forbid it and do not say what happens.
  return request.length === 1 ? holds(request[0] ?? '') : 'unsaid'
}

interface Comparison {
  readonly each: string
  readonly version: string
  readonly lookup: Lookup
}

function compare(operator: string, value: string, { each, version, lookup }: Comparison): Answer {
  if (operator.startsWith('Numeric')) return order(operator, number(each), number(value))
  if (operator.startsWith('Date')) return order(operator, date(each), date(value))
  if (operator === 'Bool') return yesIf(each.toLowerCase() === value.toLowerCase())
  if (operator === 'BinaryEquals') return yesIf(each === value)
  if (operator === 'IpAddress') return yesIf(isInRange(each, value))
  const pattern = readPattern(value, version, lookup)
  if (pattern === undefined) return 'no'
  if (operator.startsWith('Arn')) return fitsArn(pattern, each)
  if (operator === 'StringLike') return yesIf(fits(pattern, each))
  const ignoresCase = operator === 'StringEqualsIgnoreCase'
  const literal = writtenOut(pattern)
  return yesIf(ignoresCase ? literal.toLowerCase() === each.toLowerCase() : literal === each)
}

function yesIf(isSo: boolean): Answer {
  return isSo ? 'yes' : 'no'
}

function number(text: string): number {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
}

/** ISO 8601 as the W3C note has it, or seconds since 1970. */
function date(text: string): number {
  return /^\d+$/.test(text) && text.length > 4 ? Number(text) * 1000 : Date.parse(text)
}

function order(operator: string, request: number, policy: number): Answer {
  if (Number.isNaN(request) || Number.isNaN(policy)) return 'unsaid'
  if (operator.endsWith('LessThanEquals')) return yesIf(request <= policy)
  if (operator.endsWith('GreaterThanEquals')) return yesIf(request >= policy)
  if (operator.endsWith('LessThan')) return yesIf(request < policy)
  if (operator.endsWith('GreaterThan')) return yesIf(request > policy)
  return yesIf(request === policy)
}

/** Compares the addresses as rows of binary digits. A range of the other family holds no address. */
function isInRange(address: string, range: string): boolean {
  const [start = '', length] = range.split('/')
  const [one, other] = [bits(address), bits(start)]
  if (one.length !== other.length) return false
  const taken = length === undefined ? one.length : Number(length)
  return one.slice(0, taken) === other.slice(0, taken)
}

function bits(address: string): string {
  if (!address.includes(':')) {
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('')
  }
  const [left = '', right] = address.split('::')
  const head = left === '' ? [] : left.split(':')
  const tail = right === undefined || right === '' ? [] : right.split(':')
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return [...head, ...zeros, ...tail]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('')
}

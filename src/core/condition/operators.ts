import { compileGlob } from '../arn/glob.ts'
import type { Facts } from '../evaluate/facts.ts'
import { type ArnPattern, compileArnPattern, matchArnPattern } from './arn-pattern.ts'
import { parseDate } from './date.ts'
import { isInRange, parseIpAddress, parseIpRange } from './ip-address.ts'
import { fillText, isStatic, matchTemplate, type TemplatePart } from './template.ts'

/** `unreadable`: one of the two sides is not what the operator compares. */
export type Verdict = boolean | 'unreadable'

/** Compares one value of the request with one value of the policy. */
export type ValueTest = (actual: string, facts: Facts) => Verdict

/**
 * One condition operator. `negated` turns "one of these" into "none of these" and makes a missing key a match.
 * `variables` says whether AWS replaces `${...}` in its values; `unclear` where AWS's pages contradict each other.
 * `compile` answers undefined for a policy value that the operator cannot compare with.
 */
export interface Operator {
  readonly negated: boolean
  readonly variables: 'replaced' | 'unclear' | 'none'
  readonly compile: (value: readonly TemplatePart[]) => ValueTest | undefined
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export const operators = {
  StringEquals: { negated: false, variables: 'replaced', compile: text(same) },
  StringNotEquals: { negated: true, variables: 'replaced', compile: text(same) },
  StringEqualsIgnoreCase: { negated: false, variables: 'replaced', compile: text(lowerCase) },
  StringNotEqualsIgnoreCase: { negated: true, variables: 'replaced', compile: text(lowerCase) },
  StringLike: { negated: false, variables: 'replaced', compile: like },
  StringNotLike: { negated: true, variables: 'replaced', compile: like },
  NumericEquals: { negated: false, variables: 'none', compile: numeric((a, w) => a === w) },
  NumericNotEquals: { negated: true, variables: 'none', compile: numeric((a, w) => a === w) },
  NumericLessThan: { negated: false, variables: 'none', compile: numeric((a, w) => a < w) },
  NumericLessThanEquals: { negated: false, variables: 'none', compile: numeric((a, w) => a <= w) },
  NumericGreaterThan: { negated: false, variables: 'none', compile: numeric((a, w) => a > w) },
  NumericGreaterThanEquals: {
    negated: false,
    variables: 'none',
    compile: numeric((a, w) => a >= w),
  },
  DateEquals: { negated: false, variables: 'none', compile: date((a, w) => a === w) },
  DateNotEquals: { negated: true, variables: 'none', compile: date((a, w) => a === w) },
  DateLessThan: { negated: false, variables: 'none', compile: date((a, w) => a < w) },
  DateLessThanEquals: { negated: false, variables: 'none', compile: date((a, w) => a <= w) },
  DateGreaterThan: { negated: false, variables: 'none', compile: date((a, w) => a > w) },
  DateGreaterThanEquals: { negated: false, variables: 'none', compile: date((a, w) => a >= w) },
  Bool: { negated: false, variables: 'unclear', compile: reads(parseBool, (a, w) => a === w) },
  BinaryEquals: {
    negated: false,
    variables: 'none',
    compile: reads(parseBase64, (a, w) => a === w),
  },
  IpAddress: { negated: false, variables: 'none', compile: ipAddress },
  NotIpAddress: { negated: true, variables: 'none', compile: ipAddress },
  ArnEquals: { negated: false, variables: 'replaced', compile: arn },
  ArnNotEquals: { negated: true, variables: 'replaced', compile: arn },
  ArnLike: { negated: false, variables: 'replaced', compile: arn },
  ArnNotLike: { negated: true, variables: 'replaced', compile: arn },
  /** Asks whether the key is there: its values are `true` (absent) and `false` (present), compared by the caller. */
  Null: { negated: false, variables: 'none', compile: reads(parseBool, (a, w) => a === w) },
} as const satisfies Readonly<Record<string, Operator>>

const byName: ReadonlyMap<string, Operator> = new Map(Object.entries(operators))

export function findOperator(name: string): Operator | undefined {
  return byName.get(name)
}

/**
 * Every condition operator, such as `StringEquals`, without the prefixes `ForAllValues:` and `ForAnyValue:` and the
 * suffix `IfExists`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const operatorNames: readonly string[] = Object.keys(operators)

type Compile = Operator['compile']

function same(value: string): string {
  return value
}

function lowerCase(value: string): string {
  return value.toLowerCase()
}

function text(fold: (value: string) => string): Compile {
  return (parts) => {
    if (isStatic(parts)) {
      const wanted = fold(joinLiterals(parts))
      return (actual) => fold(actual) === wanted
    }
    return (actual, facts) => {
      const wanted = fillText(parts, facts)
      return wanted !== undefined && fold(actual) === fold(wanted)
    }
  }
}

function like(parts: readonly TemplatePart[]): ValueTest {
  const [only] = parts
  if (parts.length <= 1 && only?.kind !== 'variable' && only?.kind !== 'literal') {
    return compileGlob(only?.text ?? '')
  }
  return (actual, facts) => matchTemplate(parts, facts, actual) === true
}

function arn(parts: readonly TemplatePart[]): ValueTest | undefined {
  const pattern: ArnPattern | undefined = compileArnPattern(parts)
  if (pattern === undefined) return undefined
  return (actual, facts) => matchArnPattern(pattern, actual, facts)
}

/** An operator without variables: both sides are read by `parse`, or the comparison is `unreadable`. */
function reads<V>(
  parse: (text: string) => V | undefined,
  test: (actual: V, wanted: V) => boolean,
): Compile {
  return (parts) => {
    const wanted = isStatic(parts) ? parse(joinLiterals(parts)) : undefined
    if (wanted === undefined) return undefined
    return (text) => {
      const actual = parse(text)
      return actual === undefined ? 'unreadable' : test(actual, wanted)
    }
  }
}

function numeric(test: (actual: number, wanted: number) => boolean): Compile {
  return reads(parseNumber, test)
}

function date(test: (actual: number, wanted: number) => boolean): Compile {
  return reads(parseDate, test)
}

function ipAddress(parts: readonly TemplatePart[]): ValueTest | undefined {
  const range = isStatic(parts) ? parseIpRange(joinLiterals(parts)) : undefined
  if (range === undefined) return undefined
  return (text) => {
    const address = parseIpAddress(text)
    return address === undefined ? 'unreadable' : isInRange(address, range)
  }
}

// Beyond the safe integers two numbers can look like one.
function parseNumber(value: string): number | undefined {
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/.test(value)) return undefined
  const number = Number(value)
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : undefined
}

function parseBool(value: string): boolean | undefined {
  const lower = value.toLowerCase()
  if (lower === 'true') return true
  return lower === 'false' ? false : undefined
}

function parseBase64(value: string): string | undefined {
  const isBase64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)
  return isBase64 ? value : undefined
}

function joinLiterals(parts: readonly TemplatePart[]): string {
  return parts.map((part) => (part.kind === 'variable' ? '' : part.text)).join('')
}

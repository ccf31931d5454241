import { parseDate } from '../condition/date.ts'
import { type IpRange, parseIpRange } from '../condition/ip-address.ts'
import type { Condition } from '../policy/policy.ts'

/** What an operator compares, other than text. Values of one family fall into finitely many classes. */
export type ValueFamily = 'number' | 'date' | 'ip' | 'bool' | 'binary'

export function familyOf(operator: string): ValueFamily | undefined {
  if (operator.startsWith('Numeric')) return 'number'
  if (operator.startsWith('Date')) return 'date'
  if (operator.endsWith('IpAddress')) return 'ip'
  if (operator === 'Bool') return 'bool'
  return operator === 'BinaryEquals' ? 'binary' : undefined
}

/** Readable by no family; what such a value does to a condition is the evaluator's to say. */
const unreadable = '?'

/**
 * At least one value of every class that conditions of one family can tell apart, the everyday ones first:
 * whatever combination of them a request can meet, one of these values meets.
 */
export function candidatesOf(family: ValueFamily, conditions: readonly Condition[]): string[] {
  const values = conditions.flatMap((condition) => condition.values)
  return [...new Set([...makers[family](values), unreadable])]
}

const makers: Readonly<Record<ValueFamily, (values: readonly string[]) => readonly string[]>> = {
  number: (values) => pointsAndGaps(values.map(Number)).map(String),
  date: (values) => [
    ...values,
    ...pointsAndGaps(values.flatMap((value) => parseDate(value) ?? [])).map(dateText),
  ],
  ip: ipCandidates,
  bool: () => ['true', 'false'],
  binary: (values) => [...values, freshBinary(values)],
}

/** Each point, one value in each gap between neighbours, and one on either side of all. */
function pointsAndGaps(points: readonly number[]): readonly number[] {
  const sorted = [...new Set(points.filter(Number.isFinite))].sort((a, b) => a - b)
  const [first = 0] = sorted
  const last = sorted[sorted.length - 1] ?? 0
  const gaps = sorted.slice(1).flatMap((point, i) => between(sorted[i] ?? point, point))
  const far = Math.max(Math.abs(first), Math.abs(last)) * 2 + 1
  return [...sorted, ...gaps, first - 1, last + 1, -far, far].filter(Number.isFinite)
}

function between(low: number, high: number): readonly number[] {
  const middle = low + (high - low) / 2
  const whole = Math.round(middle)
  return whole > low && whole < high ? [whole] : [middle]
}

const lastDayMs = Date.UTC(9999, 11, 31)

function dateText(ms: number): string {
  const isWritten = Number.isInteger(ms) && ms >= 0 && ms < lastDayMs
  return isWritten ? new Date(ms).toISOString() : plainNumber(ms / 1000)
}

/** Without an exponent, which epoch seconds cannot have. */
function plainNumber(value: number): string {
  return Math.abs(value) < 1e21 ? value.toFixed(9).replace(/\.?0+$/, '') : String(value)
}

// Addresses for documentation first: most conditions are about some range and the rest of the world.
const everyday = ['203.0.113.7', '198.51.100.7', '10.0.0.7', '2001:db8::7', '0.0.0.0', '::']

/** The first address of each range and the first after it: membership changes nowhere else. */
function ipCandidates(values: readonly string[]): readonly string[] {
  const ranges = values.flatMap((value) => parseIpRange(value) ?? [])
  return [...everyday, ...ranges.flatMap(edges)]
}

function edges({ words, prefixBits }: IpRange): readonly string[] {
  const bits = words.length * 16
  const address = words.reduce((sum, word) => sum * 65_536n + BigInt(word), 0n)
  const size = 1n << BigInt(bits - prefixBits)
  const first = (address / size) * size
  const after = first + size
  const isPast = after >= 1n << BigInt(bits)
  return [first, ...(isPast ? [] : [after])].map((edge) => ipText(edge, words.length))
}

function ipText(address: bigint, words: number): string {
  const [size, count] = words === 2 ? [8n, 4] : [16n, 8]
  const parts = Array.from({ length: count }, (_, i) => {
    const part = (address >> (size * BigInt(count - 1 - i))) & ((1n << size) - 1n)
    return part.toString(words === 2 ? 10 : 16)
  })
  return parts.join(words === 2 ? '.' : ':')
}

function freshBinary(values: readonly string[]): string {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789']
  let length = 1
  for (;;) {
    for (const letter of letters) {
      const text = letter.repeat(length * 4)
      if (!values.includes(text)) return text
    }
    length += 1
  }
}

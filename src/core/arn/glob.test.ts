import { cpuUsage } from 'node:process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileGlob, globTokens, literalTokens, matchGlob, matchTokens } from './glob.ts'

const matching: readonly (readonly [string, string])[] = [
  ['', ''],
  ['*', ''],
  ['*', 'a:b/c'],
  ['a*', 'a'],
  ['*a', 'ba'],
  ['a*a', 'aa'],
  ['a?c', 'abc'],
  ['*b*d*', 'abcd'],
  ['a**c', 'abc'],
  ['?*', 'a'],
  ['*?*?', 'ab'],
]
test.each(matching)('%j matches %j', (pattern, text) => {
  expect(matchGlob(pattern, text)).toBe(true)
})

const others: readonly (readonly [string, string])[] = [
  ['', 'a'],
  ['a', 'A'],
  ['a*a', 'a'],
  ['a?c', 'ac'],
  ['*b*b', 'b'],
  ['a*b*c', 'acb'],
  ['?*?', 'a'],
  ['a*', 'ba'],
]
test.each(others)('%j does not match %j', (pattern, text) => {
  expect(matchGlob(pattern, text)).toBe(false)
})

/** A table of which beginnings of the pattern take in which beginnings of the text: the definition, with no cleverness. */
function matchByTable(pattern: string, text: string): boolean {
  let row = [true, ...Array.from(text, () => false)]
  for (const token of pattern) {
    const next = [token === '*' && row[0] === true]
    for (const [i, unit] of [...text].entries()) {
      const isOne = (token === '?' || token === unit) && row[i] === true
      next.push(token === '*' ? row[i + 1] === true || next[i] === true : isOne)
    }
    row = next
  }
  return row[text.length] === true
}

const letters = (from: string, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...from), maxLength })

test.each([
  ['short patterns with everything', 'ab*?', { pattern: 8, text: 8 }],
  ['long patterns of stars', 'aab**', { pattern: 24, text: 40 }],
  ['long patterns of stars and question marks', 'aab**?', { pattern: 24, text: 40 }],
] as const)('%s match what the definition says', (_, from, most) => {
  const seen = { matches: 0, others: 0 }
  fc.assert(
    fc.property(letters(from, most.pattern), letters('ab', most.text), (pattern, text) => {
      const wanted = matchByTable(pattern, text)
      expect(compileGlob(pattern)(text)).toBe(wanted)
      expect(matchTokens(globTokens(pattern), text)).toBe(wanted)
      seen[wanted ? 'matches' : 'others'] += 1
    }),
    { numRuns: 3000 },
  )
  expect(Math.min(seen.matches, seen.others)).toBeGreaterThan(100)
})

test('literal tokens hold no wildcards', () => {
  expect(matchTokens(literalTokens('a*'), 'ab')).toBe(false)
  expect(matchTokens(literalTokens('a*'), 'a*')).toBe(true)
})

/** Tokens that count how often a place of the pattern is looked at. */
function countingTokens(pattern: string): { readonly tokens: readonly number[]; steps: number } {
  const counter = { tokens: [] as readonly number[], steps: 0 }
  counter.tokens = new Proxy(globTokens(pattern), {
    get: (target, key) => {
      if (key !== 'length') counter.steps += 1
      return Reflect.get(target, key)
    },
  })
  return counter
}

test('no pattern takes more steps than pattern times input', () => {
  fc.assert(
    fc.property(letters('aab**?', 30), letters('aaab', 200), (pattern, text) => {
      const counter = countingTokens(pattern)
      matchTokens(counter.tokens, text)
      expect(counter.steps).toBeLessThanOrEqual((pattern.length + 1) * (text.length + 1))
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['stars', `${'*a'.repeat(50)}*aac*b`],
  ['stars and a question mark', `${'*a'.repeat(50)}*aa?c*b`],
])('twenty times the text costs %s no more than forty times as much', (_, pattern) => {
  const matches = compileGlob(pattern)
  const ratios = [1, 2, 3, 4, 5].map(() => {
    const costs = [5_000, 100_000].map((length) => processorMs(matches, 'a'.repeat(length)))
    return (costs[1] ?? 0) / Math.max(costs[0] ?? 0, 0.01)
  })
  expect(Math.min(...ratios)).toBeLessThan(40)
})

function processorMs(matches: (text: string) => boolean, text: string): number {
  const before = cpuUsage()
  for (let i = 0; i < 20; i += 1) expect(matches(text)).toBe(false)
  const { user, system } = cpuUsage(before)
  return (user + system) / 1000
}

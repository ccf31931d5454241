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

/** The definition, word by word; slow on purpose. */
function matchByDefinition(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  const rest = pattern.slice(1)
  if (pattern.startsWith('*')) {
    return Array.from({ length: text.length + 1 }, (_, i) => text.slice(i)).some((tail) =>
      matchByDefinition(rest, tail),
    )
  }
  const isOne = text !== '' && (pattern.startsWith('?') || pattern[0] === text[0])
  return isOne && matchByDefinition(rest, text.slice(1))
}

test('every pattern matches what the definition says', () => {
  const letters = (from: string): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...from), maxLength: 8 })
  fc.assert(
    fc.property(letters('ab*?'), letters('ab'), (pattern, text) => {
      const wanted = matchByDefinition(pattern, text)
      expect(compileGlob(pattern)(text)).toBe(wanted)
      expect(matchTokens(globTokens(pattern), text)).toBe(wanted)
    }),
    { numRuns: 2000 },
  )
})

test('literal tokens hold no wildcards', () => {
  expect(matchTokens(literalTokens('a*'), 'ab')).toBe(false)
  expect(matchTokens(literalTokens('a*'), 'a*')).toBe(true)
})

test('many stars cost no more than pattern times input', () => {
  const pattern = `${'*a'.repeat(50)}*b`
  const text = 'a'.repeat(20_000)
  const start = performance.now()
  expect(matchGlob(pattern, text)).toBe(false)
  expect(matchTokens(globTokens(pattern.replace('b', '?b')), text)).toBe(false)
  expect(performance.now() - start).toBeLessThan(1000)
})

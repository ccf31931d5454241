import fc from 'fast-check'
import { expect, test } from 'vitest'
import { patternsIntersect } from './pattern-intersection.ts'

test.each([
  ['', '', true],
  ['', '*', true],
  ['', '?', false],
  ['a', 'a', true],
  ['a', 'b', false],
  ['*', '*', true],
  ['a*', '*b', true],
  ['a*b', 'a*c', false],
  ['*a*', '*b*', true],
  ['a?c', 'ab?', true],
  ['a?', 'a', false],
  ['*/*', 'bucket', false],
  ['*/*', 'bucket*', true],
  ['ab*cd', 'abcd', true],
  ['ab*cd', 'abd', false],
  ['?*?', 'x', false],
  ['?*?', 'xy', true],
])('%j and %j share a text: %s', (one, other, expected) => {
  expect(patternsIntersect(one, other)).toBe(expected)
  expect(patternsIntersect(other, one)).toBe(expected)
})

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 })
const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 7 })

function toExpression(glob: string): RegExp {
  return new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`)
}

test('agrees with the regular expression when one side is a plain text', () => {
  fc.assert(
    fc.property(pattern, text, (glob, plain) => {
      expect(patternsIntersect(glob, plain)).toBe(toExpression(glob).test(plain))
    }),
  )
})

test('two patterns intersect exactly when some short text matches both', () => {
  const texts = ['']
  for (let from = 0; texts.length < 2 ** 13 - 1; from++) {
    texts.push(`${texts[from]}a`, `${texts[from]}b`)
  }
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const [mine, theirs] = [toExpression(one), toExpression(other)]
      const witness = texts.find((candidate) => mine.test(candidate) && theirs.test(candidate))
      expect(patternsIntersect(one, other)).toBe(witness !== undefined)
    }),
  )
})

test('long patterns full of stars take no time to speak of', () => {
  const startMs = performance.now()
  expect(patternsIntersect(`${'*a'.repeat(1000)}x`, `${'a*'.repeat(1000)}y`)).toBe(false)
  expect(performance.now() - startMs).toBeLessThan(1000)
})

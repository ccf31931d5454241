import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commonPrefix, groupCandidates, leastPrefixes } from './candidates.ts'

const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 5 })
const texts = fc.array(text, { minLength: 1, maxLength: 30 })

test('whatever starts with one of the prefixes starts with exactly one of the least', () => {
  fc.assert(
    fc.property(texts, text, (prefixes, start) => {
      const least = leastPrefixes(prefixes, 8)
      for (const prefix of prefixes) {
        expect(least.filter((each) => `${prefix}${start}`.startsWith(each))).toHaveLength(1)
      }
      expect(least.length).toBeLessThanOrEqual(8)
    }),
  )
})

test.each([
  [['ab', 'ab/'], ['ab']],
  [
    ['b', 'a'],
    ['a', 'b'],
  ],
  [['a', ''], ['']],
  [['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8', 'b9'], ['b']],
])('the least of %j are %j', (prefixes, least) => {
  expect(leastPrefixes(prefixes, 8)).toEqual(least)
})

test.each([
  [[], ''],
  [['abc'], 'abc'],
  [['abc', 'abd', 'ab'], 'ab'],
  [['a', 'b'], ''],
])('%j share %j', (all, shared) => {
  expect(commonPrefix(all)).toBe(shared)
})

test('few statements, and those that nothing tells apart, are not grouped', () => {
  const of = (count: number) => Array.from({ length: count }, (_, i) => `text ${i}`)
  expect(groupCandidates(of(8), ['resource'], (each) => [each]).groups).toBeUndefined()
  expect(groupCandidates(of(9), ['resource'], (each) => [each]).groups?.trait).toBe('resource')
  expect(groupCandidates(of(9), ['resource', 'principal'], () => ['']).groups).toBeUndefined()
})

import { expect, test } from 'vitest'
import { createRecentValues, rememberLatest } from './recent-values.ts'

test('the latest values are there, and no more of them than asked for', () => {
  const values = createRecentValues<number>(3)
  for (const number of [1, 2, 3, 4, 5]) values.set(`key ${number}`, number)
  const found = [1, 2, 3, 4, 5].map((number) => values.get(`key ${number}`))
  expect(found).toEqual([undefined, undefined, 3, 4, 5])
})

test('a value that is set again puts no other out', () => {
  const values = createRecentValues<number>(2)
  values.set('a', 1)
  values.set('b', 2)
  values.set('b', 3)
  expect([values.get('a'), values.get('b')]).toEqual([1, 3])
})

test('what was made of a text is made once, while the text is short and among the latest', () => {
  const made: string[] = []
  const make = (text: string) => {
    made.push(text)
    return text === 'none' ? undefined : text.toUpperCase()
  }
  const remembered = rememberLatest(make, { limit: 2, longest: 4 })
  for (const text of ['a', 'a', 'none', 'none', 'longer', 'longer', 'b', 'c', 'a']) {
    expect(remembered(text)).toBe(text === 'none' ? undefined : text.toUpperCase())
  }
  expect(made).toEqual(['a', 'none', 'none', 'longer', 'longer', 'b', 'c', 'a'])
})

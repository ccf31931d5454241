import { expect, test } from 'vitest'
import { createRecentValues } from './recent-values.ts'

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

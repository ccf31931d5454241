import { expect, test } from 'vitest'
import { readingsOf } from './context-readings.ts'

test('a context without keys of one name stands for itself', () => {
  const context = { 'aws:userid': 'u', 's3:RequestObjectTag/env': 'dev' }
  expect(readingsOf(context)).toEqual([context])
  expect(readingsOf(context)?.[0]).toBe(context)
})

test('of keys of one name each is read alone, in every combination', () => {
  const context = { 'p/a': '1', 'p/A': '2', 'p/b': '3', 'p/B': '4', 'p/c': '5' }
  expect(readingsOf(context)).toEqual([
    { 'p/a': '1', 'p/b': '3', 'p/c': '5' },
    { 'p/a': '1', 'p/B': '4', 'p/c': '5' },
    { 'p/A': '2', 'p/b': '3', 'p/c': '5' },
    { 'p/A': '2', 'p/B': '4', 'p/c': '5' },
  ])
})

test('too many combinations are none', () => {
  const names = [...'abcdefg'].flatMap((name) => [`p/${name}`, `p/${name.toUpperCase()}`])
  expect(readingsOf(Object.fromEntries(names.map((name) => [name, ''])))).toBeUndefined()
})

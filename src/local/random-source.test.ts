import { expect, test } from 'vitest'
import { createRandomSource } from './random-source.ts'

test('gives as many bytes as asked for, and none twice', () => {
  const random = createRandomSource()
  const sizes = Array.from({ length: 3000 }, (_, at) => 8 + (at % 40))
  const drawn = sizes.map((size) => random(size))
  expect(drawn.map((bytes) => bytes.length)).toEqual(sizes)
  expect(new Set(drawn.map((bytes) => bytes.toString('hex'))).size).toBe(sizes.length)
  expect(random(100_000)).toHaveLength(100_000)
})

test('what was given out does not change later', () => {
  const random = createRandomSource()
  const first = random(16)
  const before = first.toString('hex')
  for (let at = 0; at < 2000; at += 1) random(16)
  expect(first.toString('hex')).toBe(before)
})

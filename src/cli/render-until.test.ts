import { expect, test } from 'vitest'
import { neverMs } from '../session/index.ts'
import { renderLeft, renderUntil } from './render-until.ts'

test.each([
  [-1, 'over'],
  [59_000, 'in less than a minute'],
  [3_599_000, 'in 59 min'],
  [3_600_000, 'in 1 h'],
  [3_900_000, 'in 1 h 5 min'],
  [43_200_000, 'in 12 h'],
])('%d ms are %s', (leftMs, text) => {
  expect(renderLeft(leftMs)).toBe(text)
})

test('the end is told in UTC and in local time', () => {
  const nowMs = Date.parse('2026-11-22T04:12:00.500Z')
  const local = new Date(nowMs + 3_600_000)
  const clock = `${String(local.getHours()).padStart(2, '0')}:${String(local.getMinutes()).padStart(2, '0')}`
  expect(renderUntil(nowMs + 3_600_000, nowMs)).toBe(
    `until 2026-11-22T05:12:00Z (${clock} here, in 1 h)`,
  )
  expect(renderUntil(neverMs, nowMs)).toBe('for as long as the key is there')
})

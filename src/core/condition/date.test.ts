import { expect, test } from 'vitest'
import { parseDate } from './date.ts'

const start = Date.UTC(2026, 5, 30)

test.each([
  ['2026-06-30', start],
  ['2026-06-30T00:00Z', start],
  ['2026-06-30T00:00:00Z', start],
  ['2026-06-30T02:00:00+02:00', start],
  ['2026-06-29T19:30:00-04:30', start],
  ['2026-06-30T00:00:00.250Z', start + 250],
  [String(start / 1000), start],
  ['2026-06', Date.UTC(2026, 5, 1)],
  ['2026', Date.UTC(2026, 0, 1)],
])('%j is read', (text, ms) => {
  expect(parseDate(text)).toBe(ms)
})

test.each([
  '',
  'today',
  '2026-02-30',
  '2026-13-01',
  '2026-06-30T24:00:00Z',
  '2026-06-30T00:00:00',
  '2026-06-30 00:00:00Z',
  '2026-06-30T00:00:00+25:00',
  '30.06.2026',
])('%j is no date', (text) => {
  expect(parseDate(text)).toBeUndefined()
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTimestamp, renderHttpDate, renderMilliseconds, renderSeconds } from './timestamp.ts'

test.each([
  ['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.000Z'],
  ['2026-03-01T12:00:00.5Z', '2026-03-01T12:00:00.500Z'],
  ['2026-03-01T12:00:00.123456789Z', '2026-03-01T12:00:00.123Z'],
  ['2026-03-01T12:00:00+02:00', '2026-03-01T10:00:00.000Z'],
  ['2024-02-29t00:00:00z', '2024-02-29T00:00:00.000Z'],
])('%s is a moment', (text, iso) => {
  expect(parseTimestamp(text, 'dateTime')?.toISOString()).toBe(iso)
})

test.each([
  '',
  'now',
  '2026-03-01',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-03-01T24:00:00Z',
  '2026-03-01T12:00:60Z',
  '2026-03-01T12:00:00',
  '2026-03-01T12:00:00+24:00',
  '1772366400',
])('%s is no ISO 8601 moment', (text) => {
  expect(parseTimestamp(text, 'dateTime')).toBeUndefined()
})

test('HTTP dates and epoch seconds are read whole or not at all', () => {
  const iso = (text: string, form: 'httpDate' | 'epochSeconds') =>
    parseTimestamp(text, form)?.toISOString()
  expect(iso('Sun, 01 Mar 2026 12:00:00 GMT', 'httpDate')).toBe('2026-03-01T12:00:00.000Z')
  expect(iso('01 Mar 2026', 'httpDate')).toBeUndefined()
  expect(iso('1772366400.25', 'epochSeconds')).toBe('2026-03-01T12:00:00.250Z')
  expect(iso('1e9', 'epochSeconds')).toBeUndefined()
})

test('what is written is read back', () => {
  const moments = fc.date({
    min: new Date(0),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(moments, (date) => {
      const seconds = Math.floor(date.getTime() / 1000) * 1000
      expect(parseTimestamp(renderMilliseconds(date), 'dateTime')).toEqual(date)
      expect(parseTimestamp(renderSeconds(date), 'dateTime')?.getTime()).toBe(seconds)
      expect(parseTimestamp(renderHttpDate(date), 'httpDate')?.getTime()).toBe(seconds)
    }),
  )
})

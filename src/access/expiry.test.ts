import { expect, test } from 'vitest'
import { parseDurationSeconds } from './duration.ts'
import { parseExpiry } from './expiry.ts'

test.each([
  ['2027-06-30', '2027-07-01T00:00:00Z'],
  ['2027-12-31', '2028-01-01T00:00:00Z'],
  ['2028-02-28', '2028-02-29T00:00:00Z'],
  ['2028-02-29', '2028-03-01T00:00:00Z'],
])('%s ends at %s', (on, endsAt) => expect(parseExpiry(on)).toEqual({ on, endsAt }))

test.each([
  '2027-02-29',
  '2027-13-01',
  '2027-00-10',
  '2027-6-30',
  '20270630',
  '2027-06-30T00:00',
  '',
  '9999-12-31',
])('%j is no day', (on) => expect(parseExpiry(on)).toBeUndefined())

test.each([
  ['1h', 3600],
  ['45m', 2700],
  ['90s', 90],
  ['1h30m', 5400],
  ['1h1m1s', 3661],
  ['3600', 3600],
  [3600, 3600],
])('%j lasts %d seconds', (written, seconds) => expect(parseDurationSeconds(written)).toBe(seconds))

test.each(['', ' ', 'h', '1d', '30m1h', '1.5h', '-1h', '1 h', 1.5, -1, Number.NaN, '1e3'])(
  '%j is no duration',
  (written) => expect(parseDurationSeconds(written)).toBeUndefined(),
)

import { expect, test } from 'vitest'
import { totpCode, totpStep } from './mfa-totp.ts'

/** The last six of the eight digits that RFC 6238, appendix B, gives for SHA-1. */
const published = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
] as const

test.each(published)('the code at second %i is %s', (seconds, code) => {
  expect(totpCode(Buffer.from('12345678901234567890'), totpStep(seconds * 1000))).toBe(code)
})

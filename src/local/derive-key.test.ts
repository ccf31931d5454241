import { hkdfSync, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { deriveKey } from './derive-key.ts'

test.each([
  ['', 32],
  ['stile session token', 32],
  ['x'.repeat(200), 64],
  ['x', 80],
])('the key for %j of %d bytes is that of HKDF', (info, size) => {
  const secret = randomBytes(32)
  const expected = Buffer.from(hkdfSync('sha256', secret, '', info, size))
  expect(deriveKey(secret, info, size)).toEqual(expected)
  expect(deriveKey(secret, info)).toEqual(Buffer.from(hkdfSync('sha256', secret, '', info, 32)))
})

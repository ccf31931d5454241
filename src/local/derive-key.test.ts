import { hkdfSync, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { deriveKey } from './derive-key.ts'

test.each(['', 'stile session token', 'x'.repeat(200)])(
  'the key for %j is that of HKDF',
  (info) => {
    const secret = randomBytes(32)
    const expected = Buffer.from(hkdfSync('sha256', secret, '', info, 32))
    expect(deriveKey(secret, info)).toEqual(expected)
  },
)

import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSignBytes, createSignText } from './hmac.ts'

test('texts are signed as HMAC-SHA-256 signs them, whatever key and text and in whatever order', () => {
  const key = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'é'.repeat(512),
      '\u{1f511}'.repeat(256),
      '\u20ac'.repeat(513),
      'a'.repeat(1600),
    ),
  )
  fc.assert(
    fc.property(key, fc.array(text, { maxLength: 4 }), (bytes, texts) => {
      const [signText, signBytes] = [createSignText(bytes), createSignBytes(bytes)]
      for (const one of texts) {
        const digest = createHmac('sha256', bytes).update(one).digest()
        expect(signText(one)).toBe(digest.toString('hex'))
        expect(signBytes(Buffer.from(one))).toBe(digest.toString('binary'))
      }
    }),
    { numRuns: 30 },
  )
})

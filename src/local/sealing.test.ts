import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSealing } from './sealing.ts'

const newKeys = () => ({ encryption: randomBytes(32), authentication: randomBytes(32) })

test('texts come back as they were, but for blanks at the end, in whatever order they are opened', () => {
  const keys = newKeys()
  const sealing = createSealing(keys, randomBytes)
  const text = fc.string({ unit: 'grapheme', maxLength: 3000 })
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
      const sealed = texts.map(sealing.seal)
      const another = createSealing(keys, randomBytes)
      for (const [at, one] of [...sealed.entries()].reverse()) {
        expect(sealing.open(one)?.trimEnd()).toBe(texts[at]?.trimEnd())
        expect(another.open(one)?.trimEnd()).toBe(texts[at]?.trimEnd())
      }
    }),
    { numRuns: 30 },
  )
})

test('no part of the cipher stream serves twice', () => {
  const sealing = createSealing(newKeys(), randomBytes)
  const blank = ' '.repeat(64)
  const blocks = Array.from({ length: 200 }, () => sealing.seal(blank)).flatMap((sealed) => {
    const encrypted = Buffer.from(sealed, 'base64').subarray(17, -32)
    return [0, 16, 32, 48].map((at) => encrypted.subarray(at, at + 16).toString('hex'))
  })
  expect(new Set(blocks).size).toBe(800)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeUri, encodeUri } from './uri-encoding.ts'

/** Byte by byte, as the documents say it. */
function encodePlainly(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')].map((byte) => {
    const letter = String.fromCharCode(byte)
    const hex = byte.toString(16).toUpperCase().padStart(2, '0')
    return /[A-Za-z0-9\-._~]/.test(letter) ? letter : `%${hex}`
  })
  return bytes.join('')
}

test('every byte but those of letters, digits and four marks is encoded', () => {
  const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))
  const ascii = fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code))
  const text = fc.array(fc.oneof(ascii, ascii, unit, fc.constant('\u{1f511}')), { maxLength: 30 })
  fc.assert(
    fc.property(text, (units) => {
      const given = units.join('')
      expect(encodeUri(given)).toBe(encodePlainly(given))
      expect(decodeUri(encodeUri(given))).toBe(Buffer.from(given, 'utf8').toString('utf8'))
    }),
    { numRuns: 1000 },
  )
})

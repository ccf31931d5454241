import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeRecord, encodeTextRecord, openRecord, readRecord } from './record.ts'

const aPayload = fc.uint8Array({ minLength: 1, maxLength: 60 })

/** Texts, as payloads end in no zero byte. */
const aText = fc.string({ minLength: 1, unit: 'grapheme-ascii' })

test('what was written is read, one record after the other', () => {
  fc.assert(
    fc.property(fc.array(aPayload), (payloads) => {
      const content = Buffer.concat(payloads.map(encodeRecord))
      let offset = 0
      for (const payload of payloads) {
        const reading = readRecord(content, offset)
        expect(reading).toMatchObject({ kind: 'record', payload: Buffer.from(payload) })
        offset = reading.kind === 'record' ? reading.next : Number.NaN
      }
      expect(readRecord(content, offset)).toEqual({ kind: 'end' })
    }),
  )
})

test('a record that was cut anywhere is torn', () => {
  fc.assert(
    fc.property(aText, fc.nat(), (text, cut) => {
      const record = encodeTextRecord(text)
      const rest = record.subarray(0, (cut % (record.length - 1)) + 1)
      expect(readRecord(Buffer.from(rest), 0)).toEqual({ kind: 'torn' })
    }),
  )
})

test('a bit that changed anywhere is damage, and never another payload', () => {
  fc.assert(
    fc.property(aText, aText, fc.nat(), (text, next, at) => {
      const record = encodeTextRecord(text)
      const content = Buffer.concat([record, encodeTextRecord(next)])
      const bit = at % (record.length * 8)
      content[bit >> 3] = (content[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(readRecord(content, 0)).toEqual({ kind: 'damaged' })
      expect(openRecord(content.subarray(0, record.length))).toBeUndefined()
    }),
  )
})

test('room that was never filled is torn', () => {
  const record = encodeTextRecord('{"some":"text"}')
  expect(readRecord(Buffer.alloc(100), 0)).toEqual({ kind: 'torn' })
  expect(readRecord(Buffer.from(record).fill(0, 20), 0)).toEqual({ kind: 'torn' })
  expect(readRecord(Buffer.concat([Buffer.from(record).fill(0, 20), record]), 0)).toEqual({
    kind: 'damaged',
  })
})

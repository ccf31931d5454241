import { crc32 } from 'node:zlib'

/** Bytes before each payload: its length, its checksum, and the checksum of these two. */
export const recordHeadSize = 12

/** A payload as it stands in a file, so that it shows when some of it is missing or is something else. */
export function encodeRecord(payload: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(recordHeadSize + payload.length)
  record.set(payload, recordHeadSize)
  return writeRecordHead(record)
}

/** The same for text, encoded where it will stand. */
export function encodeTextRecord(text: string): Buffer {
  const record = Buffer.allocUnsafe(recordHeadSize + Buffer.byteLength(text))
  record.write(text, recordHeadSize, 'utf8')
  return writeRecordHead(record)
}

function writeRecordHead(record: Buffer): Buffer {
  record.writeUInt32LE(record.length - recordHeadSize, 0)
  record.writeUInt32LE(crc32(record.subarray(recordHeadSize)), 4)
  record.writeUInt32LE(crc32(record.subarray(0, 8)), 8)
  return record
}

export type RecordReading =
  | { readonly kind: 'record'; readonly payload: Buffer; readonly next: number }
  /** Nothing follows. */
  | { readonly kind: 'end' }
  /** A write that was broken off: the rest of the file is one incomplete record, or room that was never filled. */
  | { readonly kind: 'torn' }
  | { readonly kind: 'damaged' }

/** Reads what stands at an offset of a file's content. */
export function readRecord(content: Buffer, offset: number): RecordReading {
  const place = readRecordHead(content, offset)
  if (place.kind !== 'record') return place
  const { payload } = place
  if (crc32(payload) === content.readUInt32LE(offset + 4)) return place
  // No payload ends in a zero byte, except where the disk made room and never got to fill it.
  const isUnfilled = place.next === content.length && payload.at(-1) === 0
  return { kind: isUnfilled ? 'torn' : 'damaged' }
}

/** The same without looking at the payload. */
export function readRecordHead(content: Buffer, offset: number): RecordReading {
  if (offset === content.length) return { kind: 'end' }
  const payloadStart = offset + recordHeadSize
  if (payloadStart > content.length) return { kind: 'torn' }
  if (crc32(content.subarray(offset, offset + 8)) !== content.readUInt32LE(offset + 8)) {
    const isUnfilled = content.subarray(offset).every((byte) => byte === 0)
    return { kind: isUnfilled ? 'torn' : 'damaged' }
  }
  const next = payloadStart + content.readUInt32LE(offset)
  if (next > content.length) return { kind: 'torn' }
  return { kind: 'record', payload: content.subarray(payloadStart, next), next }
}

/** The payload of one whole record, or undefined where it is not what was written. */
export function openRecord(record: Buffer): Buffer | undefined {
  const reading = readRecord(record, 0)
  return reading.kind === 'record' && reading.next === record.length ? reading.payload : undefined
}

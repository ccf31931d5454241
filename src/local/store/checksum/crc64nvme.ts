import { crc64nvmePolynomial, slicingTables } from './crc-tables.ts'

const { low: lowTable, high: highTable } = slicingTables(crc64nvmePolynomial)

/** CRC-64/NVME of `bytes`, going on from `previous`. Two 32-bit halves: 64-bit integers are far slower. */
export function crc64nvme(bytes: Uint8Array, previous = 0n): bigint {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const grouped = bytes.length - (bytes.length % 8)
  let low = ~Number(BigInt.asIntN(32, previous))
  let high = ~Number(BigInt.asIntN(32, previous >> 32n))
  let at = 0
  for (; at < grouped; at += 8) {
    const first = low ^ words.getInt32(at, true)
    const second = high ^ words.getInt32(at + 4, true)
    const a = 1792 + (first & 0xff)
    const b = 1536 + ((first >>> 8) & 0xff)
    const c = 1280 + ((first >>> 16) & 0xff)
    const d = 1024 + (first >>> 24)
    const e = 768 + (second & 0xff)
    const f = 512 + ((second >>> 8) & 0xff)
    const g = 256 + ((second >>> 16) & 0xff)
    const h = second >>> 24
    low = lowOf(a) ^ lowOf(b) ^ lowOf(c) ^ lowOf(d) ^ lowOf(e) ^ lowOf(f) ^ lowOf(g) ^ lowOf(h)
    high =
      highOf(a) ^ highOf(b) ^ highOf(c) ^ highOf(d) ^ highOf(e) ^ highOf(f) ^ highOf(g) ^ highOf(h)
  }
  for (; at < bytes.length; at++) {
    const entry = (low ^ words.getUint8(at)) & 0xff
    low = ((low >>> 8) | (high << 24)) ^ lowOf(entry)
    high = (high >>> 8) ^ highOf(entry)
  }
  return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0)
}

function lowOf(index: number): number {
  return lowTable[index] ?? 0
}

function highOf(index: number): number {
  return highTable[index] ?? 0
}

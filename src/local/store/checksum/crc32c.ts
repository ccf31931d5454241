import { crc32cPolynomial, slicingTables } from './crc-tables.ts'

const { low: table } = slicingTables(crc32cPolynomial)

/** CRC-32C of `bytes`, going on from `previous`. */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const grouped = bytes.length - (bytes.length % 8)
  let crc = ~previous
  let at = 0
  for (; at < grouped; at += 8) {
    const first = crc ^ words.getInt32(at, true)
    const second = words.getInt32(at + 4, true)
    crc =
      look(1792 + (first & 0xff)) ^
      look(1536 + ((first >>> 8) & 0xff)) ^
      look(1280 + ((first >>> 16) & 0xff)) ^
      look(1024 + (first >>> 24)) ^
      look(768 + (second & 0xff)) ^
      look(512 + ((second >>> 8) & 0xff)) ^
      look(256 + ((second >>> 16) & 0xff)) ^
      look(second >>> 24)
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ look((crc ^ words.getUint8(at)) & 0xff)
  return ~crc >>> 0
}

function look(index: number): number {
  return table[index] ?? 0
}

import { crc64nvmePolynomial, crcTable } from './crc-tables.ts'

const words = crcTable(crc64nvmePolynomial)
const lowTable = Int32Array.from(words, (word) => Number(BigInt.asIntN(32, word)))
const highTable = Int32Array.from(words, (word) => Number(BigInt.asIntN(32, word >> 32n)))

/** CRC-64/NVME of `bytes`, going on from `previous`. Two 32-bit halves: 64-bit integers are far slower. */
export function crc64nvme(bytes: Uint8Array, previous = 0n): bigint {
  let low = ~Number(BigInt.asIntN(32, previous))
  let high = ~Number(BigInt.asIntN(32, previous >> 32n))
  for (let index = 0; index < bytes.length; index++) {
    const entry = (low ^ (bytes[index] ?? 0)) & 0xff
    low = ((low >>> 8) | (high << 24)) ^ (lowTable[entry] ?? 0)
    high = (high >>> 8) ^ (highTable[entry] ?? 0)
  }
  return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0)
}

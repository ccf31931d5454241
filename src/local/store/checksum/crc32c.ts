import { crc32cPolynomial, crcTable } from './crc-tables.ts'

const table = Int32Array.from(crcTable(crc32cPolynomial), (value) =>
  Number(BigInt.asIntN(32, value)),
)

/** CRC-32C of `bytes`, going on from `previous`. */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous
  // An indexed loop: the iterator protocol makes this four times slower.
  for (let index = 0; index < bytes.length; index++)
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0)
  return ~crc >>> 0
}

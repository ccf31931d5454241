/** CRC-32C (Castagnoli), reflected. */
export const crc32cPolynomial = 0x82f63b78n
/** CRC-32 (ISO-HDLC), reflected: what zlib computes. */
export const crc32Polynomial = 0xedb88320n
/** CRC-64/NVME, reflected. */
export const crc64nvmePolynomial = 0x9a6c9329ac4bc9b5n

/** Halves of remainders, 32 bits each, at `256 * (7 - place) + byte`. */
export interface SlicingTables {
  readonly low: Int32Array
  readonly high: Int32Array
}

/**
 * For each byte and each of its eight places in a group, the remainder it leaves: eight bytes then take eight
 * independent look-ups instead of eight that wait for each other. For a reflected polynomial of up to 64 bits.
 */
export function slicingTables(polynomial: bigint): SlicingTables {
  let row = Array.from({ length: 256 }, (_, byte) => remainderOf(BigInt(byte), polynomial))
  const first = row
  const all = [...row]
  for (let place = 1; place < 8; place++) {
    row = row.map((value) => (value >> 8n) ^ (first[Number(value & 0xffn)] ?? 0n))
    all.push(...row)
  }
  return {
    low: Int32Array.from(all, (value) => Number(BigInt.asIntN(32, value))),
    high: Int32Array.from(all, (value) => Number(BigInt.asIntN(32, value >> 32n))),
  }
}

function remainderOf(byte: bigint, polynomial: bigint): bigint {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++)
    remainder = remainder & 1n ? (remainder >> 1n) ^ polynomial : remainder >> 1n
  return remainder
}

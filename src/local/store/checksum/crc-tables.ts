/** CRC-32C (Castagnoli), reflected. */
export const crc32cPolynomial = 0x82f63b78n
/** CRC-32 (ISO-HDLC), reflected: what zlib computes. */
export const crc32Polynomial = 0xedb88320n
/** CRC-64/NVME, reflected. */
export const crc64nvmePolynomial = 0x9a6c9329ac4bc9b5n

/** The 256 remainders of single bytes, for a reflected polynomial of up to 64 bits. */
export function crcTable(polynomial: bigint): readonly bigint[] {
  return Array.from({ length: 256 }, (_, byte) => {
    let remainder = BigInt(byte)
    for (let bit = 0; bit < 8; bit++)
      remainder = remainder & 1n ? (remainder >> 1n) ^ polynomial : remainder >> 1n
    return remainder
  })
}

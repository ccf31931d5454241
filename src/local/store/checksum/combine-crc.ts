import { crc32cPolynomial, crc32Polynomial, crc64nvmePolynomial } from './crc-tables.ts'

interface Crc {
  readonly polynomial: bigint
  readonly bytes: number
}

const crcs = {
  CRC32: { polynomial: crc32Polynomial, bytes: 4 },
  CRC32C: { polynomial: crc32cPolynomial, bytes: 4 },
  CRC64NVME: { polynomial: crc64nvmePolynomial, bytes: 8 },
} as const satisfies Readonly<Record<string, Crc>>

export type CrcAlgorithm = keyof typeof crcs

/** The checksum of several parts in a row, from the parts' own: what S3 calls a `FULL_OBJECT` checksum. Base64. */
export function combineCrcs(
  algorithm: CrcAlgorithm,
  parts: readonly { readonly checksum: string; readonly size: number }[],
): string {
  const crc = crcs[algorithm]
  let combined = 0n
  for (const part of parts) {
    const own = BigInt(`0x${Buffer.from(part.checksum, 'base64').toString('hex')}`)
    combined = multiply(combined, powerOfX(8n * BigInt(part.size), crc), crc) ^ own
  }
  return Buffer.from(combined.toString(16).padStart(crc.bytes * 2, '0'), 'hex').toString('base64')
}

/** `x` to the power of `exponent`, modulo the polynomial. The highest bit is the coefficient of 1. */
function powerOfX(exponent: bigint, crc: Crc): bigint {
  const one = 1n << BigInt(crc.bytes * 8 - 1)
  let result = one
  let square = one >> 1n
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(result, square, crc)
    square = multiply(square, square, crc)
  }
  return result
}

function multiply(left: bigint, right: bigint, crc: Crc): bigint {
  let product = 0n
  let shifted = right
  for (let bit = 1n << BigInt(crc.bytes * 8 - 1); bit > 0n; bit >>= 1n) {
    if (left & bit) product ^= shifted
    shifted = shifted & 1n ? (shifted >> 1n) ^ crc.polynomial : shifted >> 1n
  }
  return product
}

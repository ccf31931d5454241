import { expect, test } from 'vitest'
import { type ChecksumAlgorithm, checksumOf, startChecksum } from './checksum.ts'
import { type CrcAlgorithm, combineCrcs } from './combine-crc.ts'

// The check values of the catalogue of parametrised CRC algorithms for `123456789`, as base64.
const checkValues: Readonly<Record<ChecksumAlgorithm, string>> = {
  CRC32: Buffer.from('cbf43926', 'hex').toString('base64'),
  CRC32C: Buffer.from('e3069283', 'hex').toString('base64'),
  CRC64NVME: Buffer.from('ae8b14860a799888', 'hex').toString('base64'),
  SHA1: '98O8HYCOBHMq32eZZczDTKeuNEE=',
  SHA256: Buffer.from(
    '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
    'hex',
  ).toString('base64'),
}

for (const [algorithm, value] of Object.entries(checkValues) as [ChecksumAlgorithm, string][]) {
  test(`${algorithm} of 123456789`, () => {
    expect(checksumOf(algorithm, Buffer.from('123456789'))).toBe(value)
  })

  test(`${algorithm} of the same bytes in pieces`, () => {
    const checksum = startChecksum(algorithm)
    for (const piece of ['1', '', '2345', '6789']) checksum.update(Buffer.from(piece))
    expect(checksum.digest()).toBe(value)
  })
}

test('eight bytes at a time give what one byte at a time gives', () => {
  const bytes = Buffer.from(Array.from({ length: 1003 }, (_, index) => (index * 89) % 256))
  for (const algorithm of ['CRC32C', 'CRC64NVME'] as const) {
    const slow = startChecksum(algorithm)
    for (const byte of bytes) slow.update(Uint8Array.of(byte))
    expect(checksumOf(algorithm, bytes)).toBe(slow.digest())
  }
})

for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME'] as const satisfies CrcAlgorithm[]) {
  test(`${algorithm}s of parts combine to that of the whole`, () => {
    const parts = ['a'.repeat(5000), '', 'tail', '\u0000\u0000'].map((text) => Buffer.from(text))
    const known = parts.map((part) => ({
      checksum: checksumOf(algorithm, part),
      size: part.length,
    }))
    expect(combineCrcs(algorithm, known)).toBe(checksumOf(algorithm, Buffer.concat(parts)))
  })
}

import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { crc32c } from './crc32c.ts'
import { crc64nvme } from './crc64nvme.ts'

/** The checksums that S3 knows, by the name its API gives them. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256'

/** A checksum in the making: feed it, then read it once. */
export interface RunningChecksum {
  readonly update: (bytes: Uint8Array) => void
  /** Base64 of the big-endian value, as S3 writes it. */
  readonly digest: () => string
}

const algorithms = {
  CRC32: () => running32(crc32),
  CRC32C: () => running32(crc32c),
  CRC64NVME: running64,
  SHA1: () => runningHash('sha1'),
  SHA256: () => runningHash('sha256'),
} as const satisfies Readonly<Record<ChecksumAlgorithm, () => RunningChecksum>>

export const checksumAlgorithms = Object.keys(algorithms) as readonly ChecksumAlgorithm[]

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  return algorithms[algorithm]()
}

/** The checksum of bytes that are at hand. Base64. */
export function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): string {
  const checksum = startChecksum(algorithm)
  checksum.update(bytes)
  return checksum.digest()
}

function running32(step: (bytes: Uint8Array, previous?: number) => number): RunningChecksum {
  let value = 0
  return {
    update: (bytes) => {
      value = step(bytes, value)
    },
    digest: () => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(value >>> 0)
      return bytes.toString('base64')
    },
  }
}

function running64(): RunningChecksum {
  let value = 0n
  return {
    update: (bytes) => {
      value = crc64nvme(bytes, value)
    },
    digest: () => {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64BE(value)
      return bytes.toString('base64')
    },
  }
}

function runningHash(name: 'sha1' | 'sha256'): RunningChecksum {
  const hash = createHash(name)
  return {
    update: (bytes) => {
      hash.update(bytes)
    },
    digest: () => hash.digest('base64'),
  }
}

import type { ServiceError } from '../../../service-error.ts'
import type { Blob, BlobStore } from '../../../store/blob-store.ts'
import { type ChecksumAlgorithm, checksumAlgorithms } from '../../../store/checksum/checksum.ts'
import { headerNotImplemented, s3Error } from '../s3-error.ts'
import type { ObjectChecksum } from './stored-object.ts'

/** The checksums that a request states, and the algorithm it names. */
export interface ChecksumInput extends Checksums {
  readonly ChecksumAlgorithm?: string
  readonly ContentMD5?: string
}

export interface Checksums {
  readonly ChecksumCRC32?: string
  readonly ChecksumCRC32C?: string
  readonly ChecksumCRC64NVME?: string
  readonly ChecksumSHA1?: string
  readonly ChecksumSHA256?: string
}

export interface StatedChecksum {
  readonly algorithm: ChecksumAlgorithm
  readonly value: string
}

const digestBytes: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
}

/** What S3 knows and this server does not: passed over, it would seem to be verified. */
const notBuilt = ['SHA512', 'MD5', 'XXHASH64', 'XXHASH3', 'XXHASH128']

/** The one checksum a request states; undefined when it states none. */
export function statedChecksum(input: Checksums): StatedChecksum | undefined {
  const unknown = notBuilt.find((name) => Object.hasOwn(input, `Checksum${name}`))
  if (unknown !== undefined) throw headerNotImplemented(`x-amz-checksum-${unknown.toLowerCase()}`)
  const stated = checksumAlgorithms.flatMap((algorithm) => {
    const value = input[`Checksum${algorithm}`]
    return value === undefined ? [] : [{ algorithm, value }]
  })
  if (stated.length > 1)
    throw s3Error('InvalidRequest', {
      say: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    })
  return stated[0]
}

/** Compares the body with every digest that the request states, and gives the checksum to keep with the object. */
export function verifyBody(
  input: ChecksumInput,
  blob: Blob,
  tools: { readonly blobs: BlobStore; readonly fallback: ChecksumAlgorithm },
): ObjectChecksum {
  verifyMd5(input.ContentMD5, blob)
  const stated = statedChecksum(input)
  readAlgorithm(input.ChecksumAlgorithm)
  // AWS: an algorithm without a value says nothing.
  const algorithm = stated?.algorithm ?? tools.fallback
  const value = blob.checksums?.[algorithm] ?? tools.blobs.checksum(blob.id, algorithm)
  if (stated !== undefined && stated.value !== value) {
    const bytes = Buffer.from(stated.value, 'base64')
    if (bytes.length !== digestBytes[algorithm] || bytes.toString('base64') !== stated.value)
      throw s3Error('InvalidRequest', {
        say: `Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`,
      })
    throw wrongDigest(algorithm)
  }
  return { algorithm, value, type: 'FULL_OBJECT' }
}

/** For a checksum that is well-formed and of something else. */
export function wrongDigest(named: string): ServiceError {
  return s3Error('BadDigest', {
    say: `The ${named} you specified did not match the calculated checksum.`,
  })
}

function verifyMd5(stated: string | undefined, blob: Blob): void {
  if (stated === undefined) return
  const bytes = Buffer.from(stated, 'base64')
  if (bytes.length !== 16 || bytes.toString('base64') !== stated)
    throw s3Error('InvalidDigest', { details: { 'Content-MD5': stated } })
  if (bytes.toString('hex') !== blob.md5)
    throw s3Error('BadDigest', {
      say: 'The Content-MD5 you specified did not match what we received.',
      details: {
        ExpectedDigest: stated,
        CalculatedDigest: Buffer.from(blob.md5, 'hex').toString('base64'),
      },
    })
}

/** The algorithm of `x-amz-sdk-checksum-algorithm` or `x-amz-checksum-algorithm`. */
export function readAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined
  const algorithm = checksumAlgorithms.find((known) => known === name.toUpperCase())
  if (algorithm === undefined) throw headerNotImplemented('x-amz-checksum-algorithm')
  return algorithm
}

/** A checksum under its member's name, such as `ChecksumCRC32`. */
export function renderChecksum(checksum: ObjectChecksum | undefined): object {
  if (checksum === undefined) return {}
  return {
    [`Checksum${checksum.algorithm}`]: checksum.value,
    ChecksumType: checksum.type,
  }
}

import type { RequestHead } from '../signature/canonical-request.ts'
import type { ChecksumAlgorithm } from '../store/checksum/checksum.ts'

/**
 * The checksums that a request announces, so that they are computed while the body is taken in.
 * AWS keeps a CRC-64/NVME of what came without any.
 */
export function checksumsWanted(head: RequestHead): readonly ChecksumAlgorithm[] {
  const named = [
    head.headers['x-amz-trailer'] ?? '',
    head.headers['x-amz-sdk-checksum-algorithm'] ?? '',
    ...Object.keys(head.headers).filter((name) => name.startsWith('x-amz-checksum-')),
  ]
  const text = named.join(',').toLowerCase().split(/[,-]/)
  const wanted = new Set(text.flatMap((word) => algorithms.get(word.trim()) ?? []))
  return wanted.size === 0 ? ['CRC64NVME'] : [...wanted]
}

const algorithms: ReadonlyMap<string, ChecksumAlgorithm> = new Map([
  ['crc32', 'CRC32'],
  ['crc32c', 'CRC32C'],
  ['crc64nvme', 'CRC64NVME'],
  ['sha1', 'SHA1'],
  ['sha256', 'SHA256'],
])

import { hash } from 'node:crypto'
import type { Blob } from './blob-store.ts'
import { type ChecksumAlgorithm, checksumOf } from './checksum/checksum.ts'

/** Bytes of the largest blob that is small. */
export const smallBlobLimit = 64 * 1024

/**
 * Small blobs that need not outlive the process, held in memory: opening and closing a file for each costs more than all
 * the rest of putting a small object. They have a limit in all, beyond which they are files like the others.
 */
export interface SmallBlobs {
  /** Keeps the bytes under the id; false where there is no room. */
  readonly keep: (id: string, bytes: Buffer) => boolean
  readonly get: (id: string) => Buffer | undefined
  /** True when it was there. */
  readonly delete: (id: string) => boolean
}

export function createSmallBlobs(limitBytes: number): SmallBlobs {
  const kept = new Map<string, Buffer>()
  let size = 0
  return {
    keep(id, bytes) {
      if (bytes.length > smallBlobLimit || size + bytes.length > limitBytes) return false
      kept.set(id, bytes)
      size += bytes.length
      return true
    },
    get: (id) => kept.get(id),
    delete(id) {
      size -= kept.get(id)?.length ?? 0
      return kept.delete(id)
    },
  }
}

/** What is known of bytes that are all there: one call each instead of a hash that is fed. */
export function describeBytes(
  id: string,
  bytes: Uint8Array,
  algorithms: readonly ChecksumAlgorithm[],
): Blob {
  const facts = {
    id,
    size: bytes.length,
    md5: hash('md5', bytes),
    sha256: hash('sha256', bytes),
  }
  if (algorithms.length === 0) return facts
  const checksums = algorithms.map((name) => [name, checksumOf(name, bytes)])
  return { ...facts, checksums: Object.fromEntries(checksums) }
}

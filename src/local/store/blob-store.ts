import type { Readable } from 'node:stream'
import type { ChecksumAlgorithm } from './checksum/checksum.ts'

/**
 * Object and layer bytes, kept outside the tables. A blob never changes; its id says nothing about its content.
 * Whoever is given a blob owns it: the HTTP layer deletes a request's body when the call fails, the handler that
 * succeeded has kept it, handed it to `compose`, or deleted it.
 */
export interface BlobStore {
  /** Takes `body` in while hashing it, to disk unless it is small; keeps nothing when the stream fails. */
  write(body: Readable, options?: BlobWriteOptions): Promise<Blob>
  /** Keeps bytes that are in memory already, at once. */
  writeBytes(bytes: Uint8Array): Blob
  /** One blob that reads as the given ones in a row, without copying them. They belong to it from then on. */
  compose(parts: readonly BlobExtent[]): string
  /** A new blob of the same bytes, or of a range of them, at once. */
  copy(id: string, range?: ByteRange): Blob
  /** The same bytes under an id of their own, without copying them; either goes on when the other is deleted. */
  share(id: string): string
  /** Base64, as S3 writes checksums. Reads the blob, or several in a row, at once. */
  checksum(blob: string | readonly BlobExtent[], algorithm: ChecksumAlgorithm): string
  /** Bytes `start` to `end` inclusive; the whole blob by default. What is being read survives `delete` until it was read. */
  read(id: string, range?: ByteRange): Readable
  /** The same where it is at hand and small; undefined where it takes reading. Not to be changed. */
  peek(id: string, range?: ByteRange): Buffer | undefined
  /** The whole blob, at once: for small ones. */
  readBytes(id: string): Buffer
  delete(id: string): void
}

export interface BlobWriteOptions {
  /** Computed in the same pass, beside MD5 and SHA-256. */
  readonly checksums?: readonly ChecksumAlgorithm[]
}

export interface ByteRange {
  readonly start: number
  /** Inclusive. */
  readonly end: number
}

export interface BlobExtent {
  readonly id: string
  /** Bytes. */
  readonly size: number
}

export interface Blob extends BlobExtent {
  /** Lower-case hexadecimal digests. */
  readonly md5: string
  readonly sha256: string
  /** Base64; those that `write` was asked for. */
  readonly checksums?: Readonly<Partial<Record<ChecksumAlgorithm, string>>>
}

/** What a handler returns where the wire carries bytes: the HTTP layer streams them. */
export interface BlobRange {
  readonly blobId: string
  readonly start: number
  /** Inclusive; `start - 1` for no bytes. */
  readonly end: number
}

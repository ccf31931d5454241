import type { Readable } from 'node:stream'

/** Object and layer bytes, kept outside the tables. A blob never changes; its id says nothing about its content. */
export interface BlobStore {
  /** Streams `body` to disk while hashing it; keeps nothing when the stream fails. */
  write(body: Readable): Promise<Blob>
  /** Bytes `start` to `end` inclusive; the whole blob by default. */
  read(id: string, range?: { readonly start: number; readonly end: number }): Readable
  delete(id: string): void
}

export interface Blob {
  readonly id: string
  /** Bytes. */
  readonly size: number
  /** Lower-case hexadecimal digests. */
  readonly md5: string
  readonly sha256: string
}

/** What a handler returns where the wire carries bytes: the HTTP layer streams them. */
export interface BlobRange {
  readonly blobId: string
  readonly start: number
  /** Inclusive; `start - 1` for no bytes. */
  readonly end: number
}

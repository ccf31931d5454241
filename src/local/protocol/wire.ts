import type { Blob, BlobRange } from '../store/blob-store.ts'

/** A request as it came over HTTP, after the head was read and the body taken in. */
export interface WireRequest {
  readonly method: string
  /** Still percent-encoded, starting with `/`. */
  readonly path: string
  /** Still percent-encoded, without `?`. */
  readonly query: string
  /** Lower-case names; repeated headers joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** Bytes, or what the blob store made of a streamed body. */
  readonly body: Uint8Array | Blob
}

export interface WireResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | BlobRange
}

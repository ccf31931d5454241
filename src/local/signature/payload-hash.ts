import type { RequestHead } from './canonical-request.ts'
import type { PresentedSignature } from './read-signature.ts'

/**
 * How the body is bound to the signature.
 * `computed`: the canonical request ends with the hash of the body that came. `declared`: with the hash that the
 * header states, and the body must have it. `unsigned`: with nothing of the body. `chunked`: the body comes in
 * `aws-chunked` frames, signed one by one or not at all.
 */
export type PayloadPlan =
  | { readonly kind: 'computed' }
  | { readonly kind: 'declared'; readonly canonical: string }
  | { readonly kind: 'unsigned'; readonly canonical: 'UNSIGNED-PAYLOAD' }
  | ChunkedPlan
  | { readonly kind: 'invalid' }

export interface ChunkedPlan {
  readonly kind: 'chunked'
  readonly canonical: string
  readonly hasSignedChunks: boolean
  readonly hasTrailer: boolean
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
export function planPayload(head: RequestHead, presented: PresentedSignature): PayloadPlan {
  if (presented.scope.service !== 's3') return { kind: 'computed' }
  const declared = head.headers['x-amz-content-sha256'] ?? presented.payloadHash
  if (declared === undefined) {
    const isPresigned = presented.kind === 'presigned'
    return isPresigned ? { kind: 'unsigned', canonical: 'UNSIGNED-PAYLOAD' } : { kind: 'invalid' }
  }
  if (declared === 'UNSIGNED-PAYLOAD') return { kind: 'unsigned', canonical: declared }
  const chunked = chunkedPayloads.get(declared)
  if (chunked !== undefined) return { kind: 'chunked', canonical: declared, ...chunked }
  if (!/^[0-9a-f]{64}$/.test(declared)) return { kind: 'invalid' }
  return { kind: 'declared', canonical: declared }
}

const chunkedPayloads: ReadonlyMap<
  string,
  Pick<ChunkedPlan, 'hasSignedChunks' | 'hasTrailer'>
> = new Map([
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { hasSignedChunks: true, hasTrailer: false }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { hasSignedChunks: true, hasTrailer: true }],
  ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', { hasSignedChunks: false, hasTrailer: true }],
])

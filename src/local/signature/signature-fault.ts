/** Why a request's signature was refused; each service words it in its own way. */
export type SignatureFault =
  | { readonly kind: 'missing' }
  | { readonly kind: 'incomplete'; readonly detail: string }
  | { readonly kind: 'malformedQuery'; readonly detail: string }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'twoWays' }
  | { readonly kind: 'badScope'; readonly detail: string }
  | { readonly kind: 'badRegion'; readonly region: string }
  | { readonly kind: 'unknownKey'; readonly accessKeyId: string }
  | { readonly kind: 'invalidToken' }
  | { readonly kind: 'expiredToken' }
  | { readonly kind: 'mismatch'; readonly compared?: ComparedSignature }
  | { readonly kind: 'unsignedHeaders'; readonly headers: readonly string[] }
  | { readonly kind: 'tooOld'; readonly detail: string; readonly times?: ComparedTimes }
  | { readonly kind: 'notYet'; readonly detail: string; readonly times?: ComparedTimes }
  | { readonly kind: 'presignedExpired'; readonly detail: string; readonly times?: ComparedTimes }
  | { readonly kind: 'presignedNotYet'; readonly detail: string }
  | { readonly kind: 'badPayloadHash' }
  | { readonly kind: 'payloadMismatch' }
  | { readonly kind: 'badChunk' }

export interface ComparedTimes {
  /** As it was signed. */
  readonly requestTime: string
  readonly nowMs: number
  /** Of a link. */
  readonly expiresSeconds?: number
  readonly endsAtMs?: number
}

/** What was compared, as far as it is the client's own: S3 shows it, so that the client finds its mistake. */
export interface ComparedSignature {
  readonly accessKeyId: string
  readonly signature: string
  readonly stringToSign: string
  readonly canonicalRequest?: string
}

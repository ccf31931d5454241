import type { AccountId, PolicyDocument, Principal, RequestContext } from '../core/index.ts'

/** Who signed a request, after the signature was verified. */
export type Caller = AnonymousCaller | AuthenticatedCaller

/** An unsigned request: S3 answers some, every other service refuses. */
export interface AnonymousCaller {
  readonly kind: 'anonymous'
  readonly principal: Extract<Principal, { kind: 'anonymous' }>
}

export interface AuthenticatedCaller {
  readonly kind: 'authenticated'
  readonly principal: Extract<Principal, { accountId: AccountId }>
  readonly accountId: AccountId
  readonly accessKeyId: string
  /** `AIDA…`, `AROA…:session`, the account id for root: what `GetCallerIdentity` calls `UserId`. */
  readonly userId: string
  /** Present for temporary credentials. */
  readonly session?: SessionFacts | undefined
}

/** What a session token carries: it is sealed into the token, so that checking one reads nothing. */
export interface SessionFacts {
  readonly kind: 'assumedRole' | 'assumedRoot' | 'sessionToken' | 'federatedUser'
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  readonly mfaAuthenticatedAtMs?: number
  readonly sourceIdentity?: string | undefined
  /** Session tags, by key as given. */
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  /** Inline session policy, and the ARNs of managed ones; looked up per call. */
  readonly policy?: PolicyDocument | undefined
  readonly policyArns: readonly string[]
  /** Condition keys that every call of the session carries: what an identity provider gave, or `aws:AssumedRoot`. */
  readonly federation?: RequestContext
  /** True when a role session assumed the role: then one hour is the most. */
  readonly isChained: boolean
}

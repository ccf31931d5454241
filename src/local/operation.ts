import type { AccountId, PolicyDocument, Principal, RequestContext } from '../core/index.ts'
import type { Caller } from './caller.ts'
import type { ServiceError } from './service-error.ts'
import type { BlobStore } from './store/blob-store.ts'
import type { Store } from './store/store.ts'

export type ServiceName = 'sts' | 'iam' | 's3' | 'ecr' | 'organizations' | 'cloudtrail'

/** What the server hands its parts, so that tests can choose time and names. */
export interface LocalTools {
  readonly clock: { readonly nowMs: () => number }
  /** Cryptographically random bytes. */
  readonly randomBytes: (size: number) => Buffer
  readonly store: Store
  readonly blobs: BlobStore
}

/** One call: who makes it, when, and with what to answer it. */
export interface Call extends LocalTools {
  readonly service: ServiceName
  readonly operation: string
  readonly caller: Caller
  /** Where the call was addressed: the credential scope's region. */
  readonly region: string
  readonly requestId: string
  /** `http://127.0.0.1:4566`, as the client addressed the server. */
  readonly endpoint: string
  readonly nowMs: number
  readonly sourceIp: string
  readonly headers: Readonly<Record<string, string>>
  /** How the call was signed; absent for anonymous ones, and for what the server does itself. */
  readonly signedBy?: SigningFacts | undefined
  /** What the engine said to the questions of `authorizeEach`, one by one: undefined where it allowed. */
  readonly refusals?: readonly (ServiceError | undefined)[]
}

export interface SigningFacts {
  /** `post`: by the policy of a form that a browser sends. */
  readonly kind: 'header' | 'presigned' | 'post'
  /** The time that was signed. */
  readonly atMs: number
  /** What a presigned request says of its body, if it says anything. */
  readonly payloadHash?: string
}

/**
 * One API operation. The dispatcher verifies the signature, reads `input` from the wire by the service's model,
 * checks it, asks the engine every question of `authorize`, and runs `run` inside one store transaction.
 * `input` and the output have the members of the AWS SDK's types of the same operation, with `Date` for timestamps,
 * `Uint8Array` for blobs, a `Blob` for a streamed request body and a `BlobRange` for a streamed answer.
 */
export interface Operation<I = Record<string, unknown>, O = object> {
  readonly service: ServiceName
  readonly name: string
  /**
   * What takes time before the decision, such as checking a token's signature: gives the input that `authorize` and
   * `run` get. It must not write. It may throw a `ServiceError`.
   */
  readonly prepare?: (input: I, call: Call) => Promise<I>
  /**
   * What must be allowed before `run`; all of it. Empty for calls that need no permission (`GetCallerIdentity`).
   * It may throw a `ServiceError` where AWS answers before deciding (a bucket that does not exist).
   */
  readonly authorize: (input: I, call: Call) => readonly AuthorizationQuestion[]
  /**
   * Questions about parts of a call that may be refused alone, such as each key of DeleteObjects: `run` finds the refusals in
   * `call.refusals`, in the same order, and does only what has none.
   */
  readonly authorizeEach?: (input: I, call: Call) => readonly AuthorizationQuestion[]
  readonly run: (input: I, call: Call) => O
}

/** One thing to ask the engine; the dispatcher adds the caller's policies and the global condition keys. */
export interface AuthorizationQuestion {
  readonly action: string
  /** ARN, or `*`. */
  readonly resource: string
  readonly resourceAccount: AccountId
  /** The account that keeps it, where it owns it not, as a bucket's does of others' objects: it binds it as well. */
  readonly keeperAccount?: AccountId
  /** Where the resource is, whatever region the call was signed for. */
  readonly region?: string
  /** Who asks in the caller's stead: the identity provider that vouches for somebody without credentials. */
  readonly principal?: Extract<Principal, { kind: 'federated' }>
  /** Set where the call itself carried a good code of an MFA device. */
  readonly secondFactor?: 'proved' | undefined
  /** Service and resource condition keys, such as `sts:ExternalId`, `aws:ResourceTag/team`. */
  readonly context?: RequestContext
  /** The resource's own policy, as stored; `trust` for a role's. */
  readonly resourcePolicy?: {
    readonly type: 'resource' | 'trust'
    readonly name: string
    readonly document: PolicyDocument
  }
}

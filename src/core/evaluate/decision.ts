import type { PolicyType } from '../policy/policy.ts'

/** Points at one statement of one of the policies a decision was made with. */
export interface StatementRef {
  /** The layer the policy took part in; a role's trust policy is `trust`. */
  readonly layer: PolicyType
  /** The label the policy was compiled with, such as its name or ARN. */
  readonly policy: string
  /** Position in the document's `Statement` list, from 0. */
  readonly index: number
  readonly sid?: string
}

/**
 * `documented`: AWS's pages settle it. `undocumented`: they leave it open, or contradict themselves.
 * `assumed`: it rests on something the request did not say, such as the path of a role.
 */
export type Certainty = 'documented' | 'undocumented' | 'assumed'

/** A rule of AWS that decides by itself, whatever the policies say. */
export type DecidingRule =
  | 'callerIdentityIsAlwaysTold'
  | 'sessionTokenNeedsNoPermission'
  | 'rootCannotAssumeRoles'
  | 'federatedUserCannotCall'
  | 'onlyFederatedPrincipals'
  | 'providersOnlyAssumeRoles'
  | 'sessionsGetNoTokens'
  | 'sessionTokenWithoutMfa'
  | 'otherPartition'
  | 'federatedUserWithoutSessionPolicy'

interface Judged {
  readonly certainty: Certainty
  /** Why the certainty is not `documented`; empty when it is. */
  readonly notes: readonly string[]
}

/** The answer to one request. */
export type Decision = Judged &
  (
    | {
        readonly kind: 'allow'
        /** What grants it; empty for a root user, and where a rule allows by itself. */
        readonly by: readonly StatementRef[]
        readonly rule?: DecidingRule
      }
    | { readonly kind: 'explicitDeny'; readonly by: readonly StatementRef[] }
    | {
        readonly kind: 'implicitDeny'
        /** The first layer that did not allow. */
        readonly missing: PolicyType
        /** Whose account has to change: the caller's or the resource's. */
        readonly side: 'principal' | 'resource'
        readonly rule?: DecidingRule
      }
  )

import type { Decision, StatementRef } from '../evaluate/decision.ts'
import type { PolicyLayers } from '../evaluate/policy-layers.ts'
import type { ContextValue, Request } from '../evaluate/request.ts'
import type { PolicyDocument, PolicyType } from '../policy/policy.ts'

/**
 * The smallest change that turns a decision around: fewest documents touched, least access given beyond the request.
 * `changes` come in the order in which their layers are missing. Found by applying each and deciding again: `decision`
 * is what the engine says after all of them.
 */
export type Flip =
  | {
      readonly kind: 'changes'
      readonly to: 'allow' | 'deny'
      readonly changes: readonly FlipChange[]
      readonly decision: Decision
    }
  /** No change of policies or of the request's context does it. */
  | { readonly kind: 'none'; readonly because: string }

/** Where a change has to be made. */
export interface FlipPlace {
  readonly side: 'principal' | 'resource'
  /** Twelve digits, or empty where the side has no account. */
  readonly account: string
}

/**
 * One step to another answer, on the side where it has to be made. `kind` says what it does: a value that the request
 * has to carry, a statement to add, to change or to remove, or a policy to detach.
 */
export type FlipChange = FlipPlace & {
  /** One sentence that says what to do. */
  readonly text: string
  /** What the change does besides. */
  readonly warning?: string
} & (
    | {
        /** The request has to carry another value of a condition key; null: none. */
        readonly kind: 'sendContext'
        readonly key: string
        readonly value: ContextValue | null
        /** What the condition behind it demands, of which `value` is one example: ``aws:SourceIp within `203.0.113.0/24` ``. */
        readonly demand: string
      }
    | {
        readonly kind: 'addStatement'
        readonly layer: PolicyType
        /** Of SCPs: from 0, the organization's root. */
        readonly level?: number
        /** The label of the policy to add it to; null: a new policy. */
        readonly policy: string | null
        readonly statement: PolicyDocument
      }
    | {
        readonly kind: 'changeStatement'
        readonly ref: StatementRef
        /** The whole statement as it has to be. */
        readonly statement: PolicyDocument
      }
    | { readonly kind: 'removeStatement'; readonly ref: StatementRef }
    | { readonly kind: 'detachPolicy'; readonly layer: PolicyType; readonly policy: string }
  )

/** What can be changed at all. */
export interface FlipOptions {
  /** Whether a policy, by its label, can be attached and detached but not edited, as AWS's own. */
  readonly isFixed?: (label: string) => boolean
}

/** A request and its policies while changes are tried on them. */
export interface FlipState {
  readonly request: Request
  readonly layers: PolicyLayers
}

/** Changes that were tried, what they lead to, and how much they change; the lowest cost wins. */
export interface FlipCandidate {
  readonly changes: readonly FlipChange[]
  readonly state: FlipState
  readonly cost: number
}

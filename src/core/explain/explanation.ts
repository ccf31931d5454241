import type { Decision, StatementRef } from '../evaluate/decision.ts'
import type { Request } from '../evaluate/request.ts'
import type { PolicyType } from '../policy/policy.ts'

/** The whole trace of one decision, and where it would have to change. */
export interface Explanation {
  readonly request: Request
  readonly decision: Decision
  /** Layers in the order in which a missing one is reported; those that do not bind the caller included. */
  readonly layers: readonly LayerTrace[]
  /** Where the answer rests: the document of one side. Absent for an allow. */
  readonly cause?: Cause
}

/**
 * How one layer answered. `silent` allows nothing and denies nothing; `notAttached` is no policy at all, which limits
 * nothing; `notBinding` is a layer that does not limit this caller, such as an SCP a service-linked role.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export interface LayerTrace {
  readonly layer: PolicyType
  /** For SCPs and RCPs: from 0, the organization's root. */
  readonly level?: number
  readonly account: string
  readonly verdict: 'allows' | 'denies' | 'silent' | 'notAttached' | 'notBinding'
  readonly policies: readonly PolicyTrace[]
}

/** How each statement of one policy answered; `label` is what the policy was compiled with. */
export interface PolicyTrace {
  readonly label: string
  readonly statements: readonly StatementTrace[]
}

/** How one statement answered, and where it was written. */
export interface StatementTrace {
  readonly ref: StatementRef
  readonly effect: 'Allow' | 'Deny'
  /** Whether the statement takes in the request. */
  readonly matches: boolean
  /** Every element that does not match; empty when `matches`. */
  readonly mismatches: readonly Mismatch[]
}

/** An element of a statement that keeps it from taking in the request. */
export interface Mismatch {
  readonly element: 'Principal' | 'Action' | 'Resource' | 'Condition'
  /** A clause such as ``demands sts:ExternalId `x`, the request has none``. */
  readonly text: string
}

/** The one document on which a denial rests, and whose account it is in. */
export interface Cause {
  readonly side: 'principal' | 'resource'
  /** Twelve digits, or empty where the side has no account. */
  readonly account: string
  readonly layer: PolicyType
  /** `the trust policy in 222222222222`. */
  readonly document: string
  /** One sentence: what the document says or lacks. */
  readonly text: string
}

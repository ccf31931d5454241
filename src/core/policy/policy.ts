/** Where a policy document is attached, which decides its grammar and how it takes part in a decision. */
export type PolicyType =
  | 'identity'
  | 'resource'
  | 'trust'
  | 'boundary'
  | 'session'
  | 'scp'
  | 'rcp'
  | 'vpce'

/** A policy document as JSON text or an object holds it, not yet checked. */
export type PolicyDocument = Readonly<Record<string, unknown>>

/** A policy document that `parsePolicy` has checked. Lists that JSON may give as one string are always lists here. */
export interface Policy {
  readonly type: PolicyType
  /** `2008-10-17`, also when the document names none: then `${...}` is literal text. */
  readonly version: '2012-10-17' | '2008-10-17'
  readonly id?: string
  readonly statements: readonly Statement[]
}

/**
 * One statement, its lists and `Not` forms made explicit.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export interface Statement {
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  readonly action: ActionElement
  /** Absent in trust policies and repository policies of ECR: what they are attached to is the resource. */
  readonly resource?: ResourceElement
  /** Present exactly in resource-based, trust, RCP and VPC endpoint policies. */
  readonly principal?: PrincipalElement
  readonly conditions: readonly Condition[]
}

export interface ActionElement {
  readonly negated: boolean
  readonly patterns: readonly string[]
}

export interface ResourceElement {
  readonly negated: boolean
  readonly patterns: readonly string[]
}

export interface PrincipalElement {
  readonly negated: boolean
  readonly entries: readonly PrincipalEntry[]
}

/** `"Principal": "*"` is one entry of kind `everyone`; `{"AWS": "*"}` is one of kind `AWS` with value `*`. */
export type PrincipalEntry =
  | { readonly kind: 'everyone' }
  | {
      readonly kind: 'AWS' | 'Federated' | 'Service' | 'CanonicalUser'
      readonly value: string
    }

/** One operator with one key: `{"StringEquals": {"aws:username": ["a", "b"]}}`. Values are the document's, as text. */
export interface Condition {
  /** `ForAllValues` or `ForAnyValue`, where the operator carries that prefix. */
  readonly quantifier?: 'ForAllValues' | 'ForAnyValue'
  /** The operator's canonical name, a row of the operator table, without prefix and suffix. */
  readonly operator: string
  readonly ifExists: boolean
  readonly key: string
  readonly values: readonly string[]
}

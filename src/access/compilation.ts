import type { PolicyDocument } from '../core/index.ts'
import type { Account, Grant, GrantPrincipal } from './access-file.ts'

/** Everything that the access file wants to exist on both sides. Plain data; the same file always gives the same bytes. */
export interface Compilation {
  /** One per role and trusting account. */
  readonly roles: readonly DesiredRole[]
  /** The caller's side, merged per principal and policy name. */
  readonly callerPolicies: readonly DesiredCallerPolicy[]
  /** OIDC providers with `provider: create`; those that must exist already have `create: false`. */
  readonly oidcProviders: readonly DesiredOidcProvider[]
}

export interface DesiredRole {
  readonly account: Account
  readonly arn: string
  readonly name: string
  readonly path: string
  readonly description: string
  readonly maxSessionDurationSeconds: number
  readonly trustPolicy: PolicyDocument
  /** ARNs, sorted. */
  readonly managedPolicyArns: readonly string[]
  readonly inlinePolicies: readonly NamedDocument[]
  readonly boundaryArn?: string
  /** With the ownership tags `stile:grant` (grant names, space separated) and `stile:file`. */
  readonly tags: Readonly<Record<string, string>>
  /** The grants that share the role, in the file's order. */
  readonly grants: readonly Grant[]
}

export interface NamedDocument {
  readonly name: string
  readonly document: PolicyDocument
}

export interface DesiredCallerPolicy {
  readonly account: Account
  /**
   * `inline`: one per principal, in it. `managed`: one policy attached to all of `principals`.
   * `printed`: what Stile shows and leaves to others (whole account, permission sets).
   */
  readonly kind: 'inline' | 'managed' | 'printed'
  /** One for `inline`; what a `managed` one is attached to; empty for a whole account. */
  readonly principals: readonly GrantPrincipal[]
  readonly name: string
  /** Present for `managed`. */
  readonly arn?: string
  /** One statement for each of `grants`, in their order. */
  readonly document: PolicyDocument
  /** Ownership tags, for `managed`. */
  readonly tags: Readonly<Record<string, string>>
  readonly grants: readonly Grant[]
  /** What the role ARNs in `document` are, for words: one per trusting account. */
  readonly roleArns: readonly string[]
}

export interface DesiredOidcProvider {
  readonly account: Account
  readonly arn: string
  /** With `https://`. */
  readonly url: string
  readonly audiences: readonly string[]
  readonly create: boolean
}

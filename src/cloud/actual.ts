import type { NamedDocument } from '../access/index.ts'
import type { PolicyDocument } from '../core/index.ts'
import type { AccountRef, CloudErrorCode } from './cloud-error.ts'
import type { ReadScope } from './read-scope.ts'

/**
 * What is on both sides now, as far as an access file is concerned: the objects it names, and those its ownership tag
 * is on. Plain data in a stable order, so that two reads of an unmoved world are equal as text.
 */
export interface Actual {
  readonly scope: ReadScope
  readonly accounts: readonly ActualAccount[]
  readonly unread: readonly UnreadAccount[]
}

export interface UnreadAccount {
  readonly account: AccountRef
  readonly code: CloudErrorCode
  readonly because: string
}

export interface ActualAccount {
  readonly account: AccountRef
  readonly roles: readonly ActualRole[]
  readonly principals: readonly ActualPrincipal[]
  readonly policies: readonly ActualPolicy[]
  readonly oidcProviders: readonly ActualOidcProvider[]
  /** Which of the account's own managed policies that the file refers to exist. */
  readonly knownPolicyArns: readonly string[]
  /** Roles that carry another access file's ownership tag. */
  readonly otherFilesRoles: readonly { readonly arn: string; readonly file: string }[]
}

export interface ActualRole {
  readonly arn: string
  readonly name: string
  readonly path: string
  readonly description: string
  readonly maxSessionDurationSeconds: number
  readonly trustPolicy: PolicyDocument
  readonly managedPolicyArns: readonly string[]
  readonly inlinePolicies: readonly NamedDocument[]
  readonly boundaryArn?: string
  readonly tags: Readonly<Record<string, string>>
}

export type ActualPrincipalKind = 'user' | 'role' | 'group' | 'permission-set'

/** Somebody on the caller's side. Only the policies that Stile could have written are listed. */
export interface ActualPrincipal {
  readonly kind: ActualPrincipalKind
  /** For a permission set its name, not that of its role. */
  readonly name: string
  readonly path: string
  readonly arn: string
  readonly inlinePolicies: readonly NamedDocument[]
  /** ARNs of the managed policies in `policies` that are attached. */
  readonly managedPolicyArns: readonly string[]
}

/** A managed policy of the caller's side. */
export interface ActualPolicy {
  readonly arn: string
  readonly name: string
  readonly document: PolicyDocument
  readonly tags: Readonly<Record<string, string>>
}

export interface ActualOidcProvider {
  readonly arn: string
  readonly audiences: readonly string[]
  readonly tags: Readonly<Record<string, string>>
}

import type { AccountId } from '../core/index.ts'
import type { Position } from './position.ts'

/** The access file after parsing: names resolved, durations in seconds, every account an id. */
export interface AccessFile {
  /** Where each part came from, for messages; the first is the file or directory the user named. */
  readonly sources: readonly string[]
  /** What sets this file apart from all others that name the same accounts; it goes into the ownership tags. */
  readonly name?: string
  readonly accounts: readonly Account[]
  readonly grants: readonly Grant[]
  readonly expectations: readonly Expectation[]
}

export type Partition = 'aws' | 'aws-cn' | 'aws-us-gov'

export interface Account {
  readonly name: string
  readonly id: AccountId
  readonly partition: Partition
  /** The profile with which Stile itself signs in there. */
  readonly profile?: string
  readonly region?: string
  /** True for the organization's management account, which `all` leaves out. */
  readonly isManagement: boolean
  /** `Workloads/Prod`, what `ou:` in `to.accounts` is compared with. */
  readonly organizationalUnit?: string
  readonly tags: Readonly<Record<string, string>>
  readonly position: Position
}

export interface Grant {
  readonly name: string
  readonly description?: string
  readonly owner?: string
  readonly expires?: Expiry
  readonly from: GrantFrom
  readonly to: GrantTo
  readonly allow: readonly Permission[]
  readonly require: Requirements
  readonly session: SessionSettings
  readonly position: Position
}

/** `on: 2027-06-30` holds through the end of that day, UTC: the first refused instant is `endsAt`. */
export interface Expiry {
  readonly on: string
  /** ISO 8601, 00:00Z of the following day. */
  readonly endsAt: string
}

/** Who may enter. */
export type GrantFrom = OwnAccountFrom | ExternalFrom | OidcFrom

export interface OwnAccountFrom {
  readonly kind: 'account'
  readonly account: Account
  /** Empty: the whole account. */
  readonly principals: readonly GrantPrincipal[]
  /** Chosen by `trust:`; undefined is the default of the table in the design, by kind of principal. */
  readonly trust?: 'principal' | 'account'
  readonly allowWildcard: boolean
  readonly policy: CallerPolicySettings
  /** The profile that holds one of the grant's principals, for `verify`. */
  readonly verifyAs?: string
}

export type PrincipalKind = 'user' | 'role' | 'group' | 'permission-set'

export interface GrantPrincipal {
  readonly kind: PrincipalKind
  /** Without path: `gitlab-runner`. */
  readonly name: string
  /** Starts and ends with `/`. */
  readonly path: string
  readonly position: Position
}

export interface CallerPolicySettings {
  readonly kind: 'inline' | 'managed'
  readonly name: string
  /** `exact`: the role ARNs of the grant; `any-account`: `arn:aws:iam::*:role/NAME`. */
  readonly resource: 'exact' | 'any-account'
}

export interface ExternalFrom {
  readonly kind: 'external'
  readonly accountId: AccountId
  /** With its path and without `role/`; undefined trusts the vendor's root. */
  readonly role?: string
}

export interface OidcFrom {
  readonly kind: 'oidc'
  /** Host and path, without `https://`: `gitlab.example.com`. */
  readonly issuer: string
  readonly audience: string
  readonly subjects: readonly string[]
  readonly provider: 'existing' | 'create'
}

export interface GrantTo {
  /** Resolved and in the file's order; at least one. */
  readonly accounts: readonly Account[]
  readonly role: string
  /** Starts and ends with `/`; `/` by default. */
  readonly path: string
  /** As written: a policy's ARN or its name in the trusting account. */
  readonly boundary?: string
}

export type Permission =
  | {
      readonly kind: 'managed'
      /** As written: `ReadOnlyAccess`, `customer/NAME` or an ARN. */
      readonly policy: string
      readonly position: Position
    }
  | {
      readonly kind: 'statement'
      readonly statement: PermissionStatement
      readonly position: Position
    }

export interface PermissionStatement {
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly notActions: readonly string[]
  readonly resources: readonly string[]
  readonly notResources: readonly string[]
  /** A policy document's `Condition` element. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

export interface Requirements {
  readonly externalId?: string
  readonly mfa: boolean
  readonly sourceIp: readonly string[]
}

export interface SessionSettings {
  /** Seconds; 3600 by default. */
  readonly maxDurationSeconds: number
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTags: readonly string[]
  /** `required`: any; `caller`: pinned to `${aws:username}`. */
  readonly sourceIdentity?: 'required' | 'caller'
}

export interface Expectation {
  readonly kind: 'can' | 'cannot'
  readonly subject: ExpectationSubject
  readonly action: string
  readonly resource: string
  /** Empty: every account of the grant. */
  readonly inAccounts: readonly Account[]
  readonly when: Readonly<Record<string, string | number | boolean | readonly string[]>>
  readonly position: Position
}

export type ExpectationSubject =
  | { readonly kind: 'grant'; readonly grant: string }
  | { readonly kind: 'principal'; readonly account: Account; readonly principal: GrantPrincipal }

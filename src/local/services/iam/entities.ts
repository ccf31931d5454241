import type { AccountId, PolicyDocument } from '../../../core/index.ts'

/** A policy document as it was sent, byte for byte, and what its JSON says. */
export interface StoredDocument {
  readonly text: string
  readonly document: PolicyDocument
}

/** What users, groups, roles, customer managed policies and instance profiles have in common. */
export interface Entity {
  /** Unique and never used again: `AIDA…`, `AROA…`, `AGPA…`, `ANPA…`, `AIPA…`. */
  readonly id: string
  readonly name: string
  /** Starts and ends with `/`. */
  readonly path: string
  readonly arn: string
  readonly accountId: AccountId
  readonly createdAtMs: number
  readonly tags: Readonly<Record<string, string>>
}

/** A user, group or role: what policies are attached to. */
export interface PolicyHolder extends Entity {
  /** By policy name. */
  readonly inlinePolicies: Readonly<Record<string, StoredDocument>>
  readonly attachedPolicyArns: readonly string[]
  /** A managed policy; never present on groups. */
  readonly boundaryArn?: string
}

export interface User extends PolicyHolder {
  readonly groupNames: readonly string[]
}

export type Group = PolicyHolder

export interface Role extends PolicyHolder {
  readonly description?: string
  readonly maxSessionDurationSeconds: number
  /** Principals that are users or roles of accounts known here stand in it as unique ids. */
  readonly trustPolicy: PolicyDocument
}

export interface ManagedPolicy extends Entity {
  readonly description?: string
  readonly updatedAtMs: number
  readonly defaultVersionId: string
  /** Oldest first. */
  readonly versions: readonly PolicyVersion[]
  /** The highest version number ever given out. */
  readonly latestVersion: number
}

export interface PolicyVersion extends StoredDocument {
  readonly versionId: string
  readonly createdAtMs: number
}

export interface InstanceProfile extends Entity {
  readonly roleName?: string
}

export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly accountId: AccountId
  /** The user it belongs to; undefined for a root key. */
  readonly userName?: string
  readonly isActive: boolean
  readonly createdAtMs: number
}

/** When something was last used, kept apart from it so that using it does not touch its policies. */
export interface LastUsed {
  readonly atMs: number
  readonly region: string
  readonly service: string
}

export interface Account {
  readonly id: AccountId
  readonly name: string
  readonly createdAtMs: number
  readonly alias?: string
}

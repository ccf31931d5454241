import type { PolicyDocument } from '../core/index.ts'
import type { AccountRef } from './cloud-error.ts'
import type { Tags } from './ownership.ts'

/** What holds a policy. */
export interface PolicyHolder {
  readonly kind: 'role' | 'user' | 'group'
  readonly name: string
}

/** One step of a plan, in one account. Documents are there before and after, so that a diff needs nothing else. */
export type Change = ChangePlace & ChangeDetail

export interface ChangePlace {
  readonly account: AccountRef
  readonly side: 'trusting' | 'caller'
  /** `remove-caller` runs first and `caller` last; in between nobody new can get in. */
  readonly stage: Stage
  /** The roles that this step is about: when it fails, later steps for them wait. */
  readonly roleArns: readonly string[]
  /** In words, imperative: `attach ReadOnlyAccess to role/Reader`. */
  readonly words: string
}

export const stages = ['remove-caller', 'trusting', 'caller'] as const
export type Stage = (typeof stages)[number]

export type ChangeDetail =
  | {
      readonly kind: 'createRole'
      readonly roleName: string
      readonly path: string
      readonly description: string
      readonly maxSessionDurationSeconds: number
      readonly boundaryArn?: string
      readonly tags: Tags
      readonly after: PolicyDocument
    }
  | { readonly kind: 'deleteRole'; readonly roleName: string; readonly before: PolicyDocument }
  | {
      readonly kind: 'updateTrust'
      readonly roleName: string
      readonly before: PolicyDocument
      readonly after: PolicyDocument
    }
  | {
      readonly kind: 'updateRole'
      readonly roleName: string
      readonly description: string
      readonly maxSessionDurationSeconds: number
    }
  | {
      readonly kind: 'setBoundary'
      readonly roleName: string
      /** Absent: takes the boundary off. */
      readonly boundaryArn?: string
    }
  | {
      readonly kind: 'tagRole'
      readonly roleName: string
      readonly tags: Tags
      readonly removedKeys: readonly string[]
    }
  | {
      readonly kind: 'attachPolicy' | 'detachPolicy'
      readonly holder: PolicyHolder
      readonly policyArn: string
    }
  | {
      readonly kind: 'putInlinePolicy'
      readonly holder: PolicyHolder
      readonly policyName: string
      readonly before?: PolicyDocument
      readonly after: PolicyDocument
    }
  | {
      readonly kind: 'deleteInlinePolicy'
      readonly holder: PolicyHolder
      readonly policyName: string
      readonly before: PolicyDocument
    }
  | {
      readonly kind: 'createManagedPolicy'
      readonly policyName: string
      readonly policyArn: string
      readonly path: string
      readonly tags: Tags
      readonly after: PolicyDocument
    }
  | {
      readonly kind: 'newPolicyVersion'
      readonly policyArn: string
      readonly before: PolicyDocument
      readonly after: PolicyDocument
    }
  | { readonly kind: 'tagPolicy'; readonly policyArn: string; readonly tags: Tags }
  | {
      readonly kind: 'deleteManagedPolicy'
      readonly policyArn: string
      readonly before: PolicyDocument
    }
  | {
      readonly kind: 'createOidcProvider'
      readonly url: string
      readonly audiences: readonly string[]
      readonly tags: Tags
    }
  | {
      readonly kind: 'addOidcAudience'
      readonly providerArn: string
      readonly audience: string
    }

/** Something the file asks for and Stile will not do; everything else goes on. */
export interface Blocked {
  readonly account: AccountRef
  readonly side: 'trusting' | 'caller'
  readonly reason: BlockedReason
  /** What is in the way: `role/OurThingBuildRole`. */
  readonly object: string
  readonly message: string
  readonly remedy: string
}

export type BlockedReason =
  | 'owned-by-somebody-else'
  | 'missing-principal'
  | 'missing-policy'
  | 'missing-provider'
  | 'different-path'
  | 'undeclared'
  | 'unread-account'

/** What Stile shows and leaves to people: policies of whole accounts and permission sets. */
export interface Manual {
  readonly account: AccountRef
  readonly words: string
  readonly document: PolicyDocument
}

/** Who may enter which role now and not before, or the other way round. */
export interface AccessLine {
  readonly sign: '+' | '-' | '~'
  /** `role/gitlab-runner in build (111111111111)`. */
  readonly who: string
  /** `OurThingBuildRole in ourthing (222222222222)`. */
  readonly role: string
  /** The whole line without its sign. */
  readonly words: string
}

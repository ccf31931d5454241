import type { AccountId, PolicyDocument } from '../../../core/index.ts'

/** The types of policies that decide requests; the others that AWS has manage settings. */
export const authorizationPolicyTypes = [
  'SERVICE_CONTROL_POLICY',
  'RESOURCE_CONTROL_POLICY',
] as const
export type AuthorizationPolicyType = (typeof authorizationPolicyTypes)[number]

/** One organization, with all features. It is replaced whenever anything in its tree changes. */
export interface Organization {
  /** `o-…`. */
  readonly id: string
  readonly managementAccountId: AccountId
  /** `r-…`. */
  readonly rootId: string
  readonly createdAtMs: number
  readonly enabledPolicyTypes: readonly AuthorizationPolicyType[]
}

/** An account in an organization, the management account among them. */
export interface Member {
  readonly id: AccountId
  readonly name: string
  readonly email: string
  /** The root or an organizational unit. */
  readonly parentId: string
  readonly joinedMethod: 'INVITED' | 'CREATED'
  readonly joinedAtMs: number
  /** Present once it is closed: then nobody may call from it or reach into it. */
  readonly closedAtMs?: number
}

/** An organizational unit. */
export interface Unit {
  /** `ou-…`. */
  readonly id: string
  readonly name: string
  readonly parentId: string
}

export interface OrganizationPolicy {
  /** `p-…`. */
  readonly id: string
  readonly name: string
  readonly description: string
  readonly type: AuthorizationPolicyType
  /** As it was sent, byte for byte. */
  readonly content: string
  readonly document: PolicyDocument
}

/** What decides which policies bind an account. */
export interface TreeRows {
  /** By account id. */
  readonly members: Member
  readonly units: Unit
  /** The customer's own; AWS's are the same in every organization. */
  readonly policies: OrganizationPolicy
  /** The ids of the policies attached to a root, unit or account, in the order of attaching. */
  readonly attachments: readonly string[]
}

/** How far `CreateAccount` is. */
export interface CreateAccountStatus {
  /** `car-…`. */
  readonly id: string
  readonly accountName: string
  readonly requestedAtMs: number
  readonly accountId?: AccountId
  /** Present where it failed. */
  readonly failureReason?: string
}

export interface Handshake {
  /** `h-…`. */
  readonly id: string
  readonly organizationId: string
  readonly target: { readonly type: 'ACCOUNT' | 'EMAIL'; readonly id: string }
  readonly notes?: string
  readonly requestedAtMs: number
  readonly state: 'OPEN' | 'ACCEPTED' | 'DECLINED' | 'CANCELED'
  /** For the account object, once the invitation is accepted. */
  readonly tags: Tags
}

/** A member account that may read the organization for some services. */
export interface Delegation {
  readonly accountId: AccountId
  readonly enabledAtMs: number
  /** When each service was delegated, by its principal. */
  readonly services: Readonly<Record<string, number>>
}

export type Tags = Readonly<Record<string, string>>

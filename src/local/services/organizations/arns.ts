import type { Store } from '../../store/store.ts'
import type { AuthorizationPolicyType, Handshake, Organization } from './entities.ts'
import { findPolicy, isAwsPolicyId } from './policies.ts'
import { findNode } from './tree.ts'

const prefix = (organization: Organization) =>
  `arn:aws:organizations::${organization.managementAccountId}`

export function organizationArn(organization: Organization): string {
  return `${prefix(organization)}:organization/${organization.id}`
}

export function accountArn(organization: Organization, accountId: string): string {
  return `${prefix(organization)}:account/${organization.id}/${accountId}`
}

export function rootArn(organization: Organization): string {
  return `${prefix(organization)}:root/${organization.id}/${organization.rootId}`
}

export function unitArn(organization: Organization, unitId: string): string {
  return `${prefix(organization)}:ou/${organization.id}/${unitId}`
}

/** The ARN of a policy by its id and type; AWS's own are in the account `aws`. */
export function policyArn(
  organization: Organization,
  policy: { readonly id: string; readonly type: AuthorizationPolicyType },
): string {
  const type = policy.type.toLowerCase()
  if (isAwsPolicyId(policy.id)) return `arn:aws:organizations::aws:policy/${type}/${policy.id}`
  return `${prefix(organization)}:policy/${organization.id}/${type}/${policy.id}`
}

export function handshakeArn(organization: Organization, handshake: Pick<Handshake, 'id'>): string {
  return `${prefix(organization)}:handshake/${organization.id}/invite/${handshake.id}`
}

/** The ARN of whatever has this id in the organization's tree, or undefined. */
export function arnOfId(store: Store, organization: Organization, id: string): string | undefined {
  const policy = findPolicy(store, organization, id)
  if (policy !== undefined) return policyArn(organization, policy)
  switch (findNode(store, organization, id)?.kind) {
    case 'ROOT':
      return rootArn(organization)
    case 'ORGANIZATIONAL_UNIT':
      return unitArn(organization, id)
    case 'ACCOUNT':
      return accountArn(organization, id)
    default:
      return undefined
  }
}

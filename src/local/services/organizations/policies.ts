import type { PolicyDocument } from '../../../core/index.ts'
import type { Store } from '../../store/store.ts'
import type { AuthorizationPolicyType, Organization, OrganizationPolicy } from './entities.ts'
import { treeOf } from './tables.ts'

/** What AWS attaches to everything when a type is enabled: by itself it takes nothing away. */
export const fullAccessPolicies: Readonly<Record<AuthorizationPolicyType, OrganizationPolicy>> = {
  SERVICE_CONTROL_POLICY: awsPolicy({
    id: 'p-FullAWSAccess',
    name: 'FullAWSAccess',
    description: 'Allows access to every operation',
    type: 'SERVICE_CONTROL_POLICY',
    document: allowing({ Effect: 'Allow', Action: '*', Resource: '*' }),
  }),
  RESOURCE_CONTROL_POLICY: awsPolicy({
    id: 'p-RCPFullAWSAccess',
    name: 'RCPFullAWSAccess',
    description: 'Allows all principals and actions on every resource',
    type: 'RESOURCE_CONTROL_POLICY',
    document: allowing({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }),
  }),
}

function allowing(statement: object): PolicyDocument {
  return { Version: '2012-10-17', Statement: [statement] }
}

function awsPolicy(policy: Omit<OrganizationPolicy, 'content'>): OrganizationPolicy {
  return { ...policy, content: JSON.stringify(policy.document, null, 2) }
}

const awsPolicies: ReadonlyMap<string, OrganizationPolicy> = new Map(
  Object.values(fullAccessPolicies).map((policy) => [policy.id, policy]),
)

export function isAwsPolicyId(id: string): boolean {
  return awsPolicies.has(id)
}

/** AWS's own policy or the organization's, by id. */
export function findPolicy(
  store: Store,
  organization: Organization,
  id: string,
): OrganizationPolicy | undefined {
  return awsPolicies.get(id) ?? treeOf(store, organization.id, 'policies').get(id)
}

/** The policies attached to a root, unit or account itself, in the order of attaching. */
export function attachedPolicies(
  store: Store,
  organization: Organization,
  targetId: string,
): readonly OrganizationPolicy[] {
  const ids = treeOf(store, organization.id, 'attachments').get(targetId) ?? []
  return ids.map((id) => {
    const policy = findPolicy(store, organization, id)
    // Leaving it out could lose a deny.
    if (policy === undefined) throw new Error(`bug: the attached policy ${id} is not there`)
    return policy
  })
}

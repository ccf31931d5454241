import type { RequestContext } from '../../../core/index.ts'
import { ServiceError } from '../../service-error.ts'
import type { AuthorizationPolicyType } from './entities.ts'
import { authorizationPolicyTypes } from './entities.ts'
import type { OrganizationCall } from './organization-operation.ts'
import { invalidValue } from './organizations-error.ts'
import { findPolicy } from './policies.ts'

/** The types that AWS has besides: they manage settings and decide no request. */
const managementPolicyTypes: ReadonlySet<string> = new Set([
  'TAG_POLICY',
  'BACKUP_POLICY',
  'AISERVICES_OPT_OUT_POLICY',
  'CHATBOT_POLICY',
  'DECLARATIVE_POLICY_EC2',
  'SECURITYHUB_POLICY',
  'INSPECTOR_POLICY',
  'UPGRADE_ROLLOUT_POLICY',
  'BEDROCK_POLICY',
  'S3_POLICY',
  'NETWORK_SECURITY_DIRECTOR_POLICY',
])

export function isManagementPolicyType(type: string): boolean {
  return managementPolicyTypes.has(type)
}

/** The type as it is named; a type that is AWS's and not built is said to be so. */
export function requirePolicyType(type: string): AuthorizationPolicyType {
  const known = authorizationPolicyTypes.find((one) => one === type)
  if (known !== undefined) return known
  if (!isManagementPolicyType(type)) throw invalidValue()
  const message = `organizations: policies of type ${type} are not built`
  throw new ServiceError('NotImplemented', message, { status: 501 })
}

/** `organizations:PolicyType`, given in the call. */
export function policyTypeContext(type: string): RequestContext {
  return { 'organizations:PolicyType': type }
}

/** The same for a policy named by its id; nothing where there is none. */
export function namedPolicyContext(
  input: { readonly PolicyId: string },
  { store, organization }: OrganizationCall,
): RequestContext {
  const policy = findPolicy(store, organization, input.PolicyId)
  return policy === undefined ? {} : policyTypeContext(policy.type)
}

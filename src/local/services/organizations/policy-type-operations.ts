import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import { requireTarget } from './attachment-operations.ts'
import type { AuthorizationPolicyType, Organization } from './entities.ts'
import type { OrganizationCall } from './organization-operation.ts'
import { isManagementAccount, organizationOperation } from './organization-operation.ts'
import { renderRoot } from './organization-operations.ts'
import { invalidValue, organizationsError } from './organizations-error.ts'
import { attachedPolicies, fullAccessPolicies } from './policies.ts'
import { isManagementPolicyType, policyTypeContext, requirePolicyType } from './policy-types.ts'
import { saveOrganization } from './tables.ts'
import { setAttachments, targetIds } from './targets.ts'

interface TypeInput {
  readonly RootId: string
  readonly PolicyType: string
}

const aboutType = {
  on: (input: TypeInput) => [input.RootId],
  context: (input: TypeInput) => policyTypeContext(input.PolicyType),
}

/** From now on the policies of this type bind; AWS's own, which takes nothing away, is attached everywhere. */
const enablePolicyType = organizationOperation<TypeInput>({
  name: 'EnablePolicyType',
  callableBy: 'managementAccount',
  ...aboutType,
  run(input, call) {
    const { store, organization } = call
    const type = readType(input, call)
    if (organization.enabledPolicyTypes.includes(type)) {
      throw organizationsError('PolicyTypeAlreadyEnabledException')
    }
    const enabledPolicyTypes = [...organization.enabledPolicyTypes, type]
    const changed = { ...organization, enabledPolicyTypes }
    saveOrganization(store, changed)
    const added = fullAccessPolicies[type].id
    eachTarget(call, (ids) => [...ids, added])
    return { Root: renderRoot(changed) }
  },
})

/** AWS: every policy of the type is detached everywhere; enabling it again does not bring them back. */
const disablePolicyType = organizationOperation<TypeInput>({
  name: 'DisablePolicyType',
  callableBy: 'managementAccount',
  ...aboutType,
  run(input, call) {
    const { store, organization } = call
    const type = readType(input, call)
    if (!organization.enabledPolicyTypes.includes(type)) {
      throw organizationsError('PolicyTypeNotEnabledException')
    }
    const enabledPolicyTypes = organization.enabledPolicyTypes.filter((one) => one !== type)
    const changed: Organization = { ...organization, enabledPolicyTypes }
    for (const targetId of targetIds(store, organization)) {
      const kept = attachedPolicies(store, organization, targetId).filter((p) => p.type !== type)
      setAttachments(store, organization, { targetId, ids: kept.map((policy) => policy.id) })
    }
    saveOrganization(store, changed)
    return { Root: renderRoot(changed) }
  },
})

function readType(input: TypeInput, { organization }: OrganizationCall): AuthorizationPolicyType {
  const type = requirePolicyType(input.PolicyType)
  if (input.RootId === organization.rootId) return type
  throw organizationsError('RootNotFoundException')
}

function eachTarget(
  { store, organization }: OrganizationCall,
  change: (ids: readonly string[]) => readonly string[],
): void {
  for (const targetId of targetIds(store, organization)) {
    const ids = attachedPolicies(store, organization, targetId).map((policy) => policy.id)
    setAttachments(store, organization, { targetId, ids: change(ids) })
  }
}

interface EffectiveInput {
  readonly PolicyType: string
  readonly TargetId?: string
}

/** AWS: only policies that manage settings add up to one; none of those types is built, so there never is one. */
const describeEffectivePolicy = organizationOperation<EffectiveInput>({
  name: 'DescribeEffectivePolicy',
  callableBy: 'member',
  on: (input, call) => [input.TargetId ?? call.accountId],
  context: (input) => policyTypeContext(input.PolicyType),
  run(input, call) {
    if (!isManagementPolicyType(input.PolicyType)) throw invalidValue()
    const targetId = input.TargetId ?? call.accountId
    if (targetId !== call.accountId && !isManagementAccount(call)) {
      throw organizationsError('AccessDeniedException')
    }
    if (requireTarget(call, targetId).kind !== 'ACCOUNT') {
      throw organizationsError('TargetNotFoundException')
    }
    const message = 'There is no effective policy of this type for the specified target.'
    throw new ServiceError('EffectivePolicyNotFoundException', message)
  },
})

export const policyTypeOperations: readonly Operation[] = [
  enablePolicyType,
  disablePolicyType,
  describeEffectivePolicy,
]

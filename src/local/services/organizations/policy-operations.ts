import type { Operation } from '../../operation.ts'
import type { Tag } from '../iam/tags.ts'
import { policyArn } from './arns.ts'
import type { AuthorizationPolicyType, Organization, OrganizationPolicy } from './entities.ts'
import { newIds } from './ids.ts'
import type { OrganizationCall } from './organization-operation.ts'
import { organizationOperation } from './organization-operation.ts'
import { constraintViolation, invalidInput, organizationsError } from './organizations-error.ts'
import { type PageInput, pageOf } from './page.ts'
import { findPolicy, fullAccessPolicies, isAwsPolicyId } from './policies.ts'
import { readContent } from './policy-content.ts'
import { namedPolicyContext, policyTypeContext, requirePolicyType } from './policy-types.ts'
import { organizationQuotas } from './quotas.ts'
import { deleteFromTree, tagsOf, treeOf, writeTree } from './tables.ts'
import { addTags, readTags } from './tags.ts'
import { attachmentsOf, targetIds } from './targets.ts'

interface CreateInput {
  readonly Name: string
  readonly Description: string
  readonly Type: string
  readonly Content: string
  readonly Tags?: readonly Tag[]
}

export interface PolicyInput {
  readonly PolicyId: string
}

/** How the calls on one policy are asked about. */
export const aboutPolicy = {
  on: (input: PolicyInput) => [input.PolicyId],
  context: namedPolicyContext,
}

const createPolicy = organizationOperation<CreateInput>({
  name: 'CreatePolicy',
  callableBy: 'managementAccount',
  tags: (input) => input.Tags,
  on: (input, { organization }) => [newPolicyArn(organization, input.Type)],
  context: (input) => policyTypeContext(input.Type),
  run(input, call) {
    const { store, organization } = call
    const type = requirePolicyType(input.Type)
    const tags = readTags(input.Tags)
    const content = readContent(input.Content, type)
    requireRoom(call, type)
    const { Name: name, Description: description } = input
    const policy = { id: newPolicyId(call), name, description, type, ...content }
    requireFreeName(call, policy)
    savePolicy(call, policy)
    addTags(store, organization, { id: policy.id, tags })
    return { Policy: renderPolicy(policy, organization) }
  },
})

/** The policy has no id yet, so it is any of its type. */
function newPolicyArn(organization: Organization, type: string): string {
  const { id, managementAccountId } = organization
  return `arn:aws:organizations::${managementAccountId}:policy/${id}/${type.toLowerCase()}/*`
}

function newPolicyId({ store, organization, randomBytes }: OrganizationCall): string {
  let id = newIds.policy(randomBytes)
  while (findPolicy(store, organization, id) !== undefined) id = newIds.policy(randomBytes)
  return id
}

function ownPolicies({ store, organization }: OrganizationCall): readonly OrganizationPolicy[] {
  return [...treeOf(store, organization.id, 'policies').entries()].map(([, policy]) => policy)
}

function requireRoom(call: OrganizationCall, type: AuthorizationPolicyType): void {
  const count = ownPolicies(call).filter((policy) => policy.type === type).length
  if (count < organizationQuotas.policiesOfType) return
  const message = 'You have exceeded the allowed number of policies.'
  throw constraintViolation('POLICY_NUMBER_LIMIT_EXCEEDED', message)
}

function requireFreeName(
  call: OrganizationCall,
  { id, name, type }: Pick<OrganizationPolicy, 'id' | 'name' | 'type'>,
): void {
  const others = [fullAccessPolicies[type], ...ownPolicies(call)]
  if (others.some((one) => one.name === name && one.type === type && one.id !== id)) {
    throw organizationsError('DuplicatePolicyException')
  }
}

function savePolicy({ store, organization }: OrganizationCall, policy: OrganizationPolicy): void {
  const at = { organizationId: organization.id, kind: 'policies' as const, key: policy.id }
  writeTree(store, { ...at, value: policy })
}

function renderPolicy(policy: OrganizationPolicy, organization: Organization): object {
  return { PolicySummary: renderPolicySummary(policy, organization), Content: policy.content }
}

export function renderPolicySummary(
  policy: OrganizationPolicy,
  organization: Organization,
): object {
  return {
    Id: policy.id,
    Arn: policyArn(organization, policy),
    Name: policy.name,
    Description: policy.description,
    Type: policy.type,
    AwsManaged: isAwsPolicyId(policy.id),
  }
}

export function requirePolicy(
  { store, organization }: OrganizationCall,
  id: string,
): OrganizationPolicy {
  const policy = findPolicy(store, organization, id)
  if (policy === undefined) throw organizationsError('PolicyNotFoundException')
  return policy
}

/** AWS's own policies are as they are. */
function requireOwnPolicy(call: OrganizationCall, id: string): OrganizationPolicy {
  const policy = requirePolicy(call, id)
  if (!isAwsPolicyId(id)) return policy
  const message = 'You specified a policy that is managed by AWS and cannot be modified.'
  throw invalidInput('IMMUTABLE_POLICY', message)
}

const describePolicy = organizationOperation<PolicyInput>({
  name: 'DescribePolicy',
  callableBy: 'reader',
  ...aboutPolicy,
  run: (input, call) => ({
    Policy: renderPolicy(requirePolicy(call, input.PolicyId), call.organization),
  }),
})

interface UpdateInput extends PolicyInput {
  readonly Name?: string
  readonly Description?: string
  readonly Content?: string
}

const updatePolicy = organizationOperation<UpdateInput>({
  name: 'UpdatePolicy',
  callableBy: 'managementAccount',
  ...aboutPolicy,
  run(input, call) {
    const before = requireOwnPolicy(call, input.PolicyId)
    const policy = {
      ...before,
      name: input.Name ?? before.name,
      description: input.Description ?? before.description,
      ...(input.Content === undefined ? {} : readContent(input.Content, before.type)),
    }
    requireFreeName(call, policy)
    savePolicy(call, policy)
    return { Policy: renderPolicy(policy, call.organization) }
  },
})

const deletePolicy = organizationOperation<PolicyInput>({
  name: 'DeletePolicy',
  callableBy: 'managementAccount',
  ...aboutPolicy,
  run(input, call) {
    const { store, organization } = call
    const { id } = requireOwnPolicy(call, input.PolicyId)
    const targets = targetIds(store, organization)
    if (targets.some((target) => attachmentsOf(store, organization, target).includes(id))) {
      throw organizationsError('PolicyInUseException')
    }
    deleteFromTree(store, { organizationId: organization.id, kind: 'policies', key: id })
    tagsOf(store, organization.id).delete(id)
    return {}
  },
})

const listPolicies = organizationOperation<PageInput & { readonly Filter: string }>({
  name: 'ListPolicies',
  callableBy: 'reader',
  context: (input) => policyTypeContext(input.Filter),
  run(input, call) {
    const type = requirePolicyType(input.Filter)
    const own = ownPolicies(call).filter((policy) => policy.type === type)
    const page = pageOf([fullAccessPolicies[type], ...own], input, (policy) => policy.id)
    const policies = page.items.map((policy) => renderPolicySummary(policy, call.organization))
    return { Policies: policies, ...page.more }
  },
})

export const policyOperations: readonly Operation[] = [
  createPolicy,
  describePolicy,
  updatePolicy,
  deletePolicy,
  listPolicies,
]

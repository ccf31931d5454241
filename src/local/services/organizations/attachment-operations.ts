import type { Operation } from '../../operation.ts'
import { arnOfId } from './arns.ts'
import type { AuthorizationPolicyType, OrganizationPolicy } from './entities.ts'
import type { OrganizationCall } from './organization-operation.ts'
import { organizationOperation } from './organization-operation.ts'
import { constraintViolation, invalidInput, organizationsError } from './organizations-error.ts'
import { type PageInput, pageOf } from './page.ts'
import { attachedPolicies, fullAccessPolicies } from './policies.ts'
import {
  aboutPolicy,
  type PolicyInput,
  renderPolicySummary,
  requirePolicy,
} from './policy-operations.ts'
import { namedPolicyContext, policyTypeContext, requirePolicyType } from './policy-types.ts'
import { organizationQuotas } from './quotas.ts'
import { attachmentsOf, setAttachments, targetIds } from './targets.ts'
import { findNode, type TreeNode } from './tree.ts'

interface AttachInput extends PolicyInput {
  readonly TargetId: string
}

const aboutAttachment = {
  on: (input: AttachInput) => [input.PolicyId, input.TargetId],
  context: namedPolicyContext,
}

const attachPolicy = organizationOperation<AttachInput>({
  name: 'AttachPolicy',
  callableBy: 'managementAccount',
  ...aboutAttachment,
  run(input, call) {
    const { store, organization } = call
    const policy = requirePolicy(call, input.PolicyId)
    const { id: targetId } = requireTarget(call, input.TargetId)
    requireEnabled(call, policy.type)
    const attached = attachedPolicies(store, organization, targetId)
    if (attached.some((one) => one.id === policy.id)) {
      throw organizationsError('DuplicatePolicyAttachmentException')
    }
    const ofType = attached.filter((one) => one.type === policy.type)
    if (ofType.length >= organizationQuotas.attachedPolicies) {
      const message = 'You have attached the maximum number of policies to the specified target.'
      throw constraintViolation('MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED', message)
    }
    const ids = [...attached.map((one) => one.id), policy.id]
    setAttachments(store, organization, { targetId, ids })
    return {}
  },
})

const detachPolicy = organizationOperation<AttachInput>({
  name: 'DetachPolicy',
  callableBy: 'managementAccount',
  ...aboutAttachment,
  run(input, call) {
    const { store, organization } = call
    const policy = requirePolicy(call, input.PolicyId)
    const { id: targetId } = requireTarget(call, input.TargetId)
    const attached = attachedPolicies(store, organization, targetId)
    if (!attached.some((one) => one.id === policy.id)) {
      throw organizationsError('PolicyNotAttachedException')
    }
    requireDetachable(policy, attached)
    const ids = attached.map((one) => one.id).filter((id) => id !== policy.id)
    setAttachments(store, organization, { targetId, ids })
    return {}
  },
})

/** AWS: something of each kind stays everywhere: one service control policy, and the full access of the other kind. */
function requireDetachable(
  policy: OrganizationPolicy,
  attached: readonly OrganizationPolicy[],
): void {
  if (policy.id === fullAccessPolicies.RESOURCE_CONTROL_POLICY.id) {
    const message = 'You cannot detach the policy RCPFullAWSAccess.'
    throw invalidInput('NON_DETACHABLE_POLICY', message)
  }
  if (policy.type !== 'SERVICE_CONTROL_POLICY') return
  if (attached.filter((one) => one.type === policy.type).length > 1) return
  const message = 'You cannot remove the last policy attached to the specified target.'
  throw constraintViolation('MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED', message)
}

function requireEnabled({ organization }: OrganizationCall, type: AuthorizationPolicyType): void {
  if (organization.enabledPolicyTypes.includes(type)) return
  throw organizationsError('PolicyTypeNotEnabledException')
}

export function requireTarget({ store, organization }: OrganizationCall, id: string): TreeNode {
  const node = findNode(store, organization, id)
  if (node === undefined) throw organizationsError('TargetNotFoundException')
  return node
}

interface TargetInput extends PageInput {
  readonly TargetId: string
  readonly Filter: string
}

const listPoliciesForTarget = organizationOperation<TargetInput>({
  name: 'ListPoliciesForTarget',
  callableBy: 'reader',
  on: (input) => [input.TargetId],
  context: (input) => policyTypeContext(input.Filter),
  run(input, call) {
    const { store, organization } = call
    const type = requirePolicyType(input.Filter)
    const { id } = requireTarget(call, input.TargetId)
    const attached = attachedPolicies(store, organization, id).filter((one) => one.type === type)
    const page = pageOf(attached, input, (policy) => policy.id)
    const policies = page.items.map((policy) => renderPolicySummary(policy, organization))
    return { Policies: policies, ...page.more }
  },
})

const listTargetsForPolicy = organizationOperation<PolicyInput & PageInput>({
  name: 'ListTargetsForPolicy',
  callableBy: 'reader',
  ...aboutPolicy,
  run(input, call) {
    const { store, organization } = call
    const { id } = requirePolicy(call, input.PolicyId)
    const targets = targetIds(store, organization).filter((target) =>
      attachmentsOf(store, organization, target).includes(id),
    )
    const page = pageOf(targets, input, (target) => target)
    return { Targets: page.items.map((target) => renderTarget(target, call)), ...page.more }
  },
})

function renderTarget(id: string, call: OrganizationCall): object {
  const node = requireTarget(call, id)
  const arn = arnOfId(call.store, call.organization, id)
  return { TargetId: id, Arn: arn, Name: nameOf(node), Type: node.kind }
}

function nameOf(node: TreeNode): string {
  if (node.kind === 'ROOT') return 'Root'
  return node.kind === 'ACCOUNT' ? node.member.name : node.unit.name
}

export const attachmentOperations: readonly Operation[] = [
  attachPolicy,
  detachPolicy,
  listPoliciesForTarget,
  listTargetsForPolicy,
]

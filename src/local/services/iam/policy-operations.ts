import {
  type ManagedPolicy as AwsPolicy,
  findManagedPolicy as findAwsPolicy,
  managedPolicyNames,
} from '../../../catalog/index.ts'
import type { Operation } from '../../operation.ts'
import type { AttachmentCount } from './attachment-count.ts'
import { countAttachments, unused } from './attachment-count.ts'
import { countNonWhitespace, requireDocument } from './document.ts'
import type { ManagedPolicy } from './entities.ts'
import {
  deleteConflict,
  entityAlreadyExists,
  limitExceeded,
  malformedPolicyDocument,
  noSuchEntity,
} from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { findCustomerPolicy, isAwsPolicyArn, requireCustomerPolicy } from './managed-policy.ts'
import { listArn, newArn, pathOf } from './names.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { requirePolicyArn } from './policy-arn.ts'
import { iamQuotas } from './quotas.ts'
import { managedPoliciesOf, nameKey } from './tables.ts'
import type { Tag } from './tags.ts'
import { mergeTags, readTags, renderTags, requestTagContext, resourceTagContext } from './tags.ts'
import { newUniqueId } from './unique-id.ts'

interface CreateInput {
  readonly PolicyName: string
  readonly Path?: string
  readonly PolicyDocument: string
  readonly Description?: string
  readonly Tags?: readonly Tag[]
}

const createPolicy = iamOperation<CreateInput, object>({
  name: 'CreatePolicy',
  resource: (input, call) =>
    newArn(call, { word: 'policy', path: pathOf(input), name: input.PolicyName }),
  context: (input) => requestTagContext(input.Tags),
  alsoAsk: (input) => ((input.Tags ?? []).length === 0 ? [] : [{ action: 'iam:TagPolicy' }]),
  run(input, call) {
    const policies = managedPoliciesOf(call.store, call.accountId)
    if (policies.get(nameKey(input.PolicyName)) !== undefined) {
      const called = `A policy called ${input.PolicyName} already exists.`
      throw entityAlreadyExists(`${called} Duplicate names are not allowed.`)
    }
    if (policies.size >= iamQuotas.policies) {
      throw limitExceeded(`Cannot exceed quota for PoliciesPerAccount: ${iamQuotas.policies}`)
    }
    const policy = newPolicy(input, call)
    policies.set(nameKey(policy.name), policy)
    const tags = renderTags(policy.tags)
    return { Policy: { ...renderPolicy(policy, unused), ...(tags.length > 0 && { Tags: tags }) } }
  },
})

function newPolicy(input: CreateInput, call: IamCall): ManagedPolicy {
  const path = pathOf(input)
  const { Description: description } = input
  return {
    id: newUniqueId('policy', call.randomBytes),
    name: input.PolicyName,
    path,
    arn: newArn(call, { word: 'policy', path, name: input.PolicyName }),
    accountId: call.accountId,
    createdAtMs: call.nowMs,
    updatedAtMs: call.nowMs,
    tags: mergeTags({}, readTags(input.Tags)),
    defaultVersionId: 'v1',
    latestVersion: 1,
    versions: [
      { ...requireManagedDocument(input.PolicyDocument), versionId: 'v1', createdAtMs: call.nowMs },
    ],
    ...(description === undefined ? {} : { description }),
  }
}

export function requireManagedDocument(text: string): ReturnType<typeof requireDocument> {
  const stored = requireDocument(text, 'identity')
  if (stored.document.Version !== '2012-10-17') {
    throw malformedPolicyDocument('Policy document must be version 2012-10-17 or greater.')
  }
  if (countNonWhitespace(text) <= iamQuotas.policySize) return stored
  throw limitExceeded(`Cannot exceed quota for PolicySize: ${iamQuotas.policySize}`)
}

/** A customer managed policy as lists show it. */
export function renderPolicy(policy: ManagedPolicy, count: AttachmentCount): object {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: count.attached,
    PermissionsBoundaryUsageCount: count.boundary,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAtMs),
    UpdateDate: new Date(policy.updatedAtMs),
  }
}

function renderPolicyInFull(policy: ManagedPolicy, count: AttachmentCount): object {
  const { description } = policy
  return {
    ...renderPolicy(policy, count),
    ...(description === undefined ? {} : { Description: description }),
    Tags: renderTags(policy.tags),
  }
}

/** A policy of AWS's own. AWS: their ids follow from nothing public, so one is made from the name. */
export function renderAwsPolicy(policy: AwsPolicy, count: AttachmentCount): object {
  return {
    PolicyName: policy.name,
    PolicyId: awsPolicyId(policy.name),
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.versionId,
    AttachmentCount: count.attached,
    PermissionsBoundaryUsageCount: count.boundary,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
  }
}

function awsPolicyId(name: string): string {
  const letters = Buffer.from(name.toUpperCase().replace(/[^A-Z2-7]/g, '')).toString('latin1')
  return `ANPA${letters.padEnd(17, 'A').slice(0, 17)}`
}

interface ArnInput {
  readonly PolicyArn: string
}

export const policyAsked = {
  resource(input: ArnInput) {
    requirePolicyArn(input.PolicyArn)
    return input.PolicyArn
  },
  context: (input: ArnInput, call: IamCall) =>
    resourceTagContext(findCustomerPolicy(call.store, input.PolicyArn)?.tags),
}

const getPolicy = iamOperation<ArnInput, object>({
  name: 'GetPolicy',
  ...policyAsked,
  run(input, call) {
    const count = countAttachments(call).of(input.PolicyArn)
    if (!isAwsPolicyArn(input.PolicyArn)) {
      return { Policy: renderPolicyInFull(requireCustomerPolicy(input.PolicyArn, call), count) }
    }
    const policy = findAwsPolicy(input.PolicyArn)
    if (policy === undefined) throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`)
    return { Policy: { ...renderAwsPolicy(policy, count), Tags: [] } }
  },
})

interface ListInput extends PageInput {
  readonly Scope?: 'All' | 'AWS' | 'Local'
  readonly OnlyAttached?: boolean
  readonly PathPrefix?: string
  readonly PolicyUsageFilter?: 'PermissionsPolicy' | 'PermissionsBoundary'
}

const listPolicies = iamOperation<ListInput, object>({
  name: 'ListPolicies',
  resource: (input, call) => listArn(call, { word: 'policy', pathPrefix: input.PathPrefix }),
  run(input, call) {
    const count = countAttachments(call).of
    const scope = input.Scope ?? 'All'
    const local = scope === 'AWS' ? [] : localPolicies(call)
    const aws = scope === 'Local' ? [] : managedPolicyNames().map((name) => awsEntry(name))
    const listed = [...local, ...aws]
      .filter((entry) => isListed(entry.arn, input, count))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    const page = paginate(listed, input, (entry) => entry.key)
    return { Policies: page.items.map((entry) => entry.render(count(entry.arn))), ...page.more }
  },
})

interface PolicyEntry {
  readonly key: string
  readonly arn: string
  readonly render: (count: AttachmentCount) => object
}

function localPolicies(call: IamCall): readonly PolicyEntry[] {
  const policies = [...managedPoliciesOf(call.store, call.accountId).entries()]
  return policies.map(([key, policy]) => ({
    key: `0${key}`,
    arn: policy.arn,
    render: (count) => renderPolicy(policy, count),
  }))
}

function awsEntry(name: string): PolicyEntry {
  const policy = findAwsPolicy(name)
  if (policy === undefined) throw new Error(`bug: the catalog names ${name} and does not hold it`)
  return { key: `1${name}`, arn: policy.arn, render: (count) => renderAwsPolicy(policy, count) }
}

function isListed(arn: string, input: ListInput, count: (arn: string) => AttachmentCount): boolean {
  const path = arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1)
  if (!path.startsWith(input.PathPrefix ?? '/')) return false
  const { attached, boundary } = count(arn)
  if (input.OnlyAttached === true && attached === 0) return false
  if (input.PolicyUsageFilter === 'PermissionsBoundary') return boundary > 0
  return input.PolicyUsageFilter === undefined || attached > 0
}

const deletePolicy = iamOperation<ArnInput, object>({
  name: 'DeletePolicy',
  ...policyAsked,
  run(input, call) {
    const policy = requireCustomerPolicy(input.PolicyArn, call)
    const { attached, boundary } = countAttachments(call).of(policy.arn)
    if (attached + boundary > 0) {
      throw deleteConflict('Cannot delete a policy attached to entities.')
    }
    if (policy.versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      )
    }
    managedPoliciesOf(call.store, call.accountId).delete(nameKey(policy.name))
    return {}
  },
})

export const policyOperations: readonly Operation[] = [
  createPolicy,
  getPolicy,
  listPolicies,
  deletePolicy,
]

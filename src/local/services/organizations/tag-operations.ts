import type { RequestContext } from '../../../core/index.ts'
import type { Operation } from '../../operation.ts'
import { renderTags, type Tag } from '../iam/tags.ts'
import type { OrganizationCall } from './organization-operation.ts'
import { organizationOperation } from './organization-operation.ts'
import { organizationsError } from './organizations-error.ts'
import { isAwsPolicyId } from './policies.ts'
import { namedPolicyContext } from './policy-types.ts'
import { tagsOf, treeOf } from './tables.ts'
import { addTags, readTags, removeTags } from './tags.ts'
import { findNode } from './tree.ts'

interface ResourceInput {
  readonly ResourceId: string
}

const policyContext = (input: ResourceInput, call: OrganizationCall): RequestContext =>
  namedPolicyContext({ PolicyId: input.ResourceId }, call)

const tagResource = organizationOperation<ResourceInput & { readonly Tags: readonly Tag[] }>({
  name: 'TagResource',
  callableBy: 'managementAccount',
  tags: (input) => input.Tags,
  on: (input) => [input.ResourceId],
  context: policyContext,
  run(input, call) {
    const id = requireTaggable(call, input.ResourceId)
    addTags(call.store, call.organization, { id, tags: readTags(input.Tags) })
    return {}
  },
})

const untagResource = organizationOperation<
  ResourceInput & { readonly TagKeys: readonly string[] }
>({
  name: 'UntagResource',
  callableBy: 'managementAccount',
  on: (input) => [input.ResourceId],
  context: (input, call) => ({ ...policyContext(input, call), 'aws:TagKeys': input.TagKeys }),
  run(input, call) {
    const id = requireTaggable(call, input.ResourceId)
    removeTags(call.store, call.organization, { id, keys: input.TagKeys })
    return {}
  },
})

const listTagsForResource = organizationOperation<ResourceInput>({
  name: 'ListTagsForResource',
  callableBy: 'reader',
  on: (input) => [input.ResourceId],
  context: policyContext,
  run(input, call) {
    const id = requireTaggable(call, input.ResourceId)
    return { Tags: renderTags(tagsOf(call.store, call.organization.id).get(id) ?? {}) }
  },
})

function requireTaggable({ store, organization }: OrganizationCall, id: string): string {
  const isOwnPolicy = treeOf(store, organization.id, 'policies').get(id) !== undefined
  const isThere = isOwnPolicy || findNode(store, organization, id) !== undefined
  if (isThere && !isAwsPolicyId(id)) return id
  throw organizationsError('TargetNotFoundException')
}

export const tagOperations: readonly Operation[] = [tagResource, untagResource, listTagsForResource]

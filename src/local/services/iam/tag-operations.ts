import type { RequestContext } from '../../../core/index.ts'
import type { Operation } from '../../operation.ts'
import type { Entity } from './entities.ts'
import {
  findHolder,
  holderArn,
  holderContext,
  requireHolder,
  roleKind,
  saveHolder,
  userKind,
} from './holder.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import {
  profileAsked,
  requireInstanceProfile,
  saveInstanceProfile,
} from './instance-profile-operations.ts'
import { requireCustomerPolicy, saveCustomerPolicy } from './managed-policy.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { policyAsked } from './policy-operations.ts'
import type { Tag } from './tags.ts'
import { mergeTags, readTags, removeTags, renderTags, requestTagContext } from './tags.ts'

/** A kind of thing that carries tags, and how a call names one. */
export interface Taggable<I> {
  readonly noun: string
  readonly resource: (input: I, call: IamCall) => string
  readonly context: (input: I, call: IamCall) => RequestContext
  readonly find: (input: I, call: IamCall) => Pick<Entity, 'tags'>
  readonly save: (input: I, tags: Entity['tags'], call: IamCall) => void
}

interface UserInput {
  readonly UserName: string
}

const users: Taggable<UserInput> = {
  noun: 'User',
  resource: (input, call) => holderArn(userKind, input.UserName, call),
  context: (input, call) => holderContext(findHolder(userKind, input.UserName, call)),
  find: (input, call) => requireHolder(userKind, input.UserName, call),
  save: (input, tags, call) =>
    saveHolder(userKind, { ...requireHolder(userKind, input.UserName, call), tags }, call),
}

interface RoleInput {
  readonly RoleName: string
}

const roles: Taggable<RoleInput> = {
  noun: 'Role',
  resource: (input, call) => holderArn(roleKind, input.RoleName, call),
  context: (input, call) => holderContext(findHolder(roleKind, input.RoleName, call)),
  find: (input, call) => requireHolder(roleKind, input.RoleName, call),
  save: (input, tags, call) =>
    saveHolder(roleKind, { ...requireHolder(roleKind, input.RoleName, call), tags }, call),
}

interface PolicyInput {
  readonly PolicyArn: string
}

const policies: Taggable<PolicyInput> = {
  noun: 'Policy',
  ...policyAsked,
  find: (input, call) => requireCustomerPolicy(input.PolicyArn, call),
  save: (input, tags, call) =>
    saveCustomerPolicy({ ...requireCustomerPolicy(input.PolicyArn, call), tags }, call),
}

interface ProfileInput {
  readonly InstanceProfileName: string
}

const instanceProfiles: Taggable<ProfileInput> = {
  noun: 'InstanceProfile',
  ...profileAsked,
  find: (input, call) => requireInstanceProfile(input.InstanceProfileName, call),
  save: (input, tags, call) =>
    saveInstanceProfile({ ...requireInstanceProfile(input.InstanceProfileName, call), tags }, call),
}

/** Tag, untag and list tags of everything that carries tags. */
export const tagOperations: readonly Operation[] = [
  ...tagOperationsOf(users),
  ...tagOperationsOf(roles),
  ...tagOperationsOf(policies),
  ...tagOperationsOf(instanceProfiles),
]

/** Tag, untag and list tags of one kind of thing. */
export function tagOperationsOf<I>(kind: Taggable<I>): readonly Operation[] {
  const { resource, context } = kind
  return [
    iamOperation<I & { readonly Tags: readonly Tag[] }, object>({
      name: `Tag${kind.noun}`,
      resource,
      context: (input, call) => ({ ...context(input, call), ...requestTagContext(input.Tags) }),
      run(input, call) {
        const { tags } = kind.find(input, call)
        kind.save(input, mergeTags(tags, readTags(input.Tags)), call)
        return {}
      },
    }),
    iamOperation<I & { readonly TagKeys: readonly string[] }, object>({
      name: `Untag${kind.noun}`,
      resource,
      context: (input, call) => ({ ...context(input, call), 'aws:TagKeys': input.TagKeys }),
      run(input, call) {
        const { tags } = kind.find(input, call)
        kind.save(input, removeTags(tags, input.TagKeys), call)
        return {}
      },
    }),
    iamOperation<I & PageInput, object>({
      name: `List${kind.noun}Tags`,
      resource,
      context,
      run(input, call) {
        const { tags } = kind.find(input, call)
        const sorted = renderTags(tags).toSorted((a, b) => (a.Key < b.Key ? -1 : 1))
        const page = paginate(sorted, input, (tag) => tag.Key)
        return { Tags: page.items, ...page.more }
      },
    }),
  ]
}

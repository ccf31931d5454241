import type { Operation } from '../../operation.ts'
import type { InstanceProfile } from './entities.ts'
import { findHolder, holderArn, holderContext, requireHolder, roleKind } from './holder.ts'
import { deleteConflict, entityAlreadyExists, limitExceeded, noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { listArn, newArn, pathOf, underPath } from './names.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { iamQuotas } from './quotas.ts'
import { renderRole } from './role.ts'
import { instanceProfilesOf, nameKey } from './tables.ts'
import type { Tag } from './tags.ts'
import { mergeTags, readTags, renderTags, requestTagContext, resourceTagContext } from './tags.ts'
import { newUniqueId } from './unique-id.ts'

interface NameInput {
  readonly InstanceProfileName: string
}

export function requireInstanceProfile(name: string, call: IamCall): InstanceProfile {
  const profile = findProfile(name, call)
  if (profile !== undefined) return profile
  throw noSuchEntity(`Instance Profile ${name} cannot be found.`)
}

function findProfile(name: string, call: IamCall): InstanceProfile | undefined {
  return instanceProfilesOf(call.store, call.accountId).get(nameKey(name))
}

export const profileAsked = {
  resource: (input: NameInput, call: IamCall) =>
    findProfile(input.InstanceProfileName, call)?.arn ??
    newArn(call, { word: 'instance-profile', path: '/', name: input.InstanceProfileName }),
  context: (input: NameInput, call: IamCall) =>
    resourceTagContext(findProfile(input.InstanceProfileName, call)?.tags),
}

export function saveInstanceProfile(profile: InstanceProfile, call: IamCall): void {
  instanceProfilesOf(call.store, call.accountId).set(nameKey(profile.name), profile)
}

interface CreateInput extends NameInput {
  readonly Path?: string
  readonly Tags?: readonly Tag[]
}

const createInstanceProfile = iamOperation<CreateInput, object>({
  name: 'CreateInstanceProfile',
  resource: (input, call) =>
    newArn(call, {
      word: 'instance-profile',
      path: pathOf(input),
      name: input.InstanceProfileName,
    }),
  context: (input) => requestTagContext(input.Tags),
  alsoAsk: (input) =>
    (input.Tags ?? []).length === 0 ? [] : [{ action: 'iam:TagInstanceProfile' }],
  run(input, call) {
    const name = input.InstanceProfileName
    if (findProfile(name, call))
      throw entityAlreadyExists(`Instance Profile ${name} already exists.`)
    const path = pathOf(input)
    const profile: InstanceProfile = {
      id: newUniqueId('instanceProfile', call.randomBytes),
      name,
      path,
      arn: newArn(call, { word: 'instance-profile', path, name }),
      accountId: call.accountId,
      createdAtMs: call.nowMs,
      tags: mergeTags({}, readTags(input.Tags)),
    }
    const profiles = instanceProfilesOf(call.store, call.accountId)
    if (profiles.size >= iamQuotas.instanceProfiles) {
      const quota = `InstanceProfilesPerAccount: ${iamQuotas.instanceProfiles}`
      throw limitExceeded(`Cannot exceed quota for ${quota}`)
    }
    saveInstanceProfile(profile, call)
    return { InstanceProfile: renderInstanceProfile(profile, call) }
  },
})

export function renderInstanceProfile(profile: InstanceProfile, call: IamCall): object {
  const role =
    profile.roleName === undefined ? undefined : findHolder(roleKind, profile.roleName, call)
  const tags = renderTags(profile.tags)
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: new Date(profile.createdAtMs),
    Roles: role === undefined ? [] : [renderRole(role, call)],
    ...(tags.length === 0 ? {} : { Tags: tags }),
  }
}

const getInstanceProfile = iamOperation<NameInput, object>({
  name: 'GetInstanceProfile',
  ...profileAsked,
  run(input, call) {
    const profile = requireInstanceProfile(input.InstanceProfileName, call)
    return { InstanceProfile: renderInstanceProfile(profile, call) }
  },
})

const listInstanceProfiles = iamOperation<PageInput & { readonly PathPrefix?: string }, object>({
  name: 'ListInstanceProfiles',
  resource: (input, call) =>
    listArn(call, { word: 'instance-profile', pathPrefix: input.PathPrefix }),
  run(input, call) {
    const entries = instanceProfilesOf(call.store, call.accountId).entries()
    const profiles = underPath(entries, input.PathPrefix)
    const page = paginate(profiles, input, (profile) => nameKey(profile.name))
    // AWS: lists do not tell tags.
    const rendered = page.items.map((one) => renderInstanceProfile({ ...one, tags: {} }, call))
    return { InstanceProfiles: rendered, ...page.more }
  },
})

const deleteInstanceProfile = iamOperation<NameInput, object>({
  name: 'DeleteInstanceProfile',
  ...profileAsked,
  run(input, call) {
    const profile = requireInstanceProfile(input.InstanceProfileName, call)
    if (profile.roleName !== undefined) {
      throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.')
    }
    instanceProfilesOf(call.store, call.accountId).delete(nameKey(profile.name))
    return {}
  },
})

interface RoleInput extends NameInput {
  readonly RoleName: string
}

const addRoleToInstanceProfile = iamOperation<RoleInput, object>({
  name: 'AddRoleToInstanceProfile',
  ...profileAsked,
  alsoAsk: (input, call) => [
    {
      action: 'iam:PassRole',
      resource: holderArn(roleKind, input.RoleName, call),
      context: {
        ...holderContext(findHolder(roleKind, input.RoleName, call)),
        'iam:PassedToService': 'ec2.amazonaws.com',
      },
    },
  ],
  run(input, call) {
    const profile = requireInstanceProfile(input.InstanceProfileName, call)
    const role = requireHolder(roleKind, input.RoleName, call)
    if (profile.roleName !== undefined) {
      throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1')
    }
    saveInstanceProfile({ ...profile, roleName: role.name }, call)
    return {}
  },
})

const removeRoleFromInstanceProfile = iamOperation<RoleInput, object>({
  name: 'RemoveRoleFromInstanceProfile',
  ...profileAsked,
  run(input, call) {
    const profile = requireInstanceProfile(input.InstanceProfileName, call)
    const role = requireHolder(roleKind, input.RoleName, call)
    if (profile.roleName !== role.name) {
      throw noSuchEntity(`The role with name ${role.name} cannot be found.`)
    }
    const { roleName: _removed, ...rest } = profile
    saveInstanceProfile(rest, call)
    return {}
  },
})

const listInstanceProfilesForRole = iamOperation<PageInput & { readonly RoleName: string }, object>(
  {
    name: 'ListInstanceProfilesForRole',
    resource: (input, call) => holderArn(roleKind, input.RoleName, call),
    context: (input, call) => holderContext(findHolder(roleKind, input.RoleName, call)),
    run(input, call) {
      const role = requireHolder(roleKind, input.RoleName, call)
      const all = [...instanceProfilesOf(call.store, call.accountId).entries()]
      const profiles = all.map(([, one]) => one).filter((one) => one.roleName === role.name)
      const page = paginate(profiles, input, (profile) => nameKey(profile.name))
      const rendered = page.items.map((profile) => renderInstanceProfile(profile, call))
      return { InstanceProfiles: rendered, ...page.more }
    },
  },
)

export const instanceProfileOperations: readonly Operation[] = [
  createInstanceProfile,
  getInstanceProfile,
  listInstanceProfiles,
  deleteInstanceProfile,
  addRoleToInstanceProfile,
  removeRoleFromInstanceProfile,
  listInstanceProfilesForRole,
]

import type { Operation } from '../../operation.ts'
import { encodeUri } from '../../signature/uri-encoding.ts'
import { renderBoundary, requireBoundary } from './boundaries.ts'
import type { Role } from './entities.ts'
import {
  findHolder,
  holderArn,
  holderContext,
  requireHolder,
  roleKind,
  saveHolder,
} from './holder.ts'
import { deleteConflict } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { listArn, newArn, pathOf, requireFreeName, underPath } from './names.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { iamQuotas } from './quotas.ts'
import {
  forgetRole,
  renderListedRole,
  renderRole,
  renderRoleInFull,
  renderRoleTags,
  requireTrustPolicy,
} from './role.ts'
import { requireModifiable, requireOwnPath } from './service-linked-role.ts'
import { instanceProfilesOf, nameKey, principalPlacesOf, rolesOf } from './tables.ts'
import type { Tag } from './tags.ts'
import { mergeTags, readTags, requestTagContext } from './tags.ts'
import { newUniqueId } from './unique-id.ts'

interface NameInput {
  readonly RoleName: string
}

const asked = {
  resource: (input: NameInput, call: IamCall) => holderArn(roleKind, input.RoleName, call),
  context: (input: NameInput, call: IamCall) =>
    holderContext(findHolder(roleKind, input.RoleName, call)),
}

interface CreateInput extends NameInput {
  readonly Path?: string
  readonly AssumeRolePolicyDocument: string
  readonly Description?: string
  readonly MaxSessionDuration?: number
  readonly PermissionsBoundary?: string
  readonly Tags?: readonly Tag[]
}

const createRole = iamOperation<CreateInput, object>({
  name: 'CreateRole',
  resource: (input, call) =>
    newArn(call, { word: 'role', path: pathOf(input), name: input.RoleName }),
  context: (input) => ({
    ...requestTagContext(input.Tags),
    ...(input.PermissionsBoundary === undefined
      ? {}
      : { 'iam:PermissionsBoundary': input.PermissionsBoundary }),
  }),
  alsoAsk: (input) => ((input.Tags ?? []).length === 0 ? [] : [{ action: 'iam:TagRole' }]),
  run(input, call) {
    requireOwnPath(pathOf(input))
    const quota = { limit: iamQuotas.roles, name: 'RolesPerAccount' }
    requireFreeName(roleKind, { name: input.RoleName, quota }, call)
    if (input.PermissionsBoundary !== undefined) requireBoundary(input.PermissionsBoundary, call)
    const role = newRole(input, call)
    saveHolder(roleKind, role, call)
    const { accountId, name, arn } = role
    principalPlacesOf(call.store).set(role.id, { kind: 'role', accountId, name, arn })
    // AWS: tells the trust policy as it was given; reading it later shows whom its principals were found to be.
    const given = { AssumeRolePolicyDocument: encodeUri(input.AssumeRolePolicyDocument) }
    const boundary = renderBoundary(role.boundaryArn)
    return { Role: { ...renderRole(role, call), ...given, ...boundary, ...renderRoleTags(role) } }
  },
})

function newRole(input: CreateInput, call: IamCall): Role {
  const path = pathOf(input)
  const { Description: description, PermissionsBoundary: boundaryArn } = input
  return {
    id: newUniqueId('role', call.randomBytes),
    name: input.RoleName,
    path,
    arn: newArn(call, { word: 'role', path, name: input.RoleName }),
    accountId: call.accountId,
    createdAtMs: call.nowMs,
    tags: mergeTags({}, readTags(input.Tags)),
    inlinePolicies: {},
    attachedPolicyArns: [],
    maxSessionDurationSeconds: input.MaxSessionDuration ?? 3600,
    trustPolicy: requireTrustPolicy(input.AssumeRolePolicyDocument, call),
    ...(description === undefined ? {} : { description }),
    ...(boundaryArn === undefined ? {} : { boundaryArn }),
  }
}

const getRole = iamOperation<NameInput, object>({
  name: 'GetRole',
  ...asked,
  run: (input, call) => ({
    Role: renderRoleInFull(requireHolder(roleKind, input.RoleName, call), call),
  }),
})

const listRoles = iamOperation<PageInput & { readonly PathPrefix?: string }, object>({
  name: 'ListRoles',
  resource: (input, call) => listArn(call, { word: 'role', pathPrefix: input.PathPrefix }),
  run(input, call) {
    const roles = underPath(rolesOf(call.store, call.accountId).entries(), input.PathPrefix)
    const page = paginate(roles, input, (role) => nameKey(role.name))
    return { Roles: page.items.map((role) => renderListedRole(role, call)), ...page.more }
  },
})

interface UpdateInput extends NameInput {
  readonly Description?: string
  readonly MaxSessionDuration?: number
}

const updateRole = iamOperation<UpdateInput, object>({
  name: 'UpdateRole',
  ...asked,
  run(input, call) {
    const role = requireHolder(roleKind, input.RoleName, call)
    const { Description: description, MaxSessionDuration: seconds } = input
    // AWS: the description of a service's role is all that its account may change.
    if (seconds !== undefined) requireModifiable(role)
    const changed: Role = {
      ...role,
      ...(description === undefined ? {} : { description }),
      ...(seconds === undefined ? {} : { maxSessionDurationSeconds: seconds }),
    }
    saveHolder(roleKind, changed, call)
    return {}
  },
})

const updateRoleDescription = iamOperation<NameInput & { readonly Description: string }, object>({
  name: 'UpdateRoleDescription',
  ...asked,
  run(input, call) {
    const role = requireHolder(roleKind, input.RoleName, call)
    const changed = { ...role, description: input.Description }
    saveHolder(roleKind, changed, call)
    return { Role: renderListedRole(changed, call) }
  },
})

const updateAssumeRolePolicy = iamOperation<
  NameInput & { readonly PolicyDocument: string },
  object
>({
  name: 'UpdateAssumeRolePolicy',
  ...asked,
  run(input, call) {
    const role = requireHolder(roleKind, input.RoleName, call)
    requireModifiable(role)
    const trustPolicy = requireTrustPolicy(input.PolicyDocument, call)
    saveHolder(roleKind, { ...role, trustPolicy }, call)
    return {}
  },
})

const deleteRole = iamOperation<NameInput, object>({
  name: 'DeleteRole',
  ...asked,
  run(input, call) {
    const role = requireHolder(roleKind, input.RoleName, call)
    requireModifiable(role)
    const conflict = [
      { holds: role.attachedPolicyArns.length > 0, must: 'detach all policies' },
      { holds: Object.keys(role.inlinePolicies).length > 0, must: 'delete policies' },
      { holds: isInProfile(role, call), must: 'remove roles from instance profile' },
    ].find((one) => one.holds)
    if (conflict) throw deleteConflict(`Cannot delete entity, must ${conflict.must} first.`)
    forgetRole(role, call)
    return {}
  },
})

function isInProfile(role: Role, call: IamCall): boolean {
  const profiles = [...instanceProfilesOf(call.store, call.accountId).entries()]
  return profiles.some(([, profile]) => profile.roleName === role.name)
}

export const roleOperations: readonly Operation[] = [
  createRole,
  getRole,
  listRoles,
  updateRole,
  updateRoleDescription,
  updateAssumeRolePolicy,
  deleteRole,
]

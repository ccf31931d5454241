import { encodeUri } from '../../signature/uri-encoding.ts'
import { renderBoundary } from './boundaries.ts'
import { countNonWhitespace, requireDocument } from './document.ts'
import type { Role } from './entities.ts'
import { limitExceeded, malformedPolicyDocument } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { renderPrincipals, storePrincipals } from './policy-principals.ts'
import { iamQuotas } from './quotas.ts'
import { servicesUsedOf } from './service-last-used.ts'
import { lastUsedOf, nameKey, principalPlacesOf, rolesOf } from './tables.ts'
import { renderTags } from './tags.ts'

/** Checks a trust policy and gives it the form in which it is kept. */
export function requireTrustPolicy(text: string, call: IamCall): Role['trustPolicy'] {
  const { document } = requireDocument(text, 'trust')
  const limit = iamQuotas.assumeRolePolicySize
  if (countNonWhitespace(text) > limit) {
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${limit}`)
  }
  const storing = storePrincipals(call.store, document)
  if (storing.kind === 'stored') return storing.document
  throw malformedPolicyDocument(`Invalid principal in policy: ${storing.principal}`)
}

/** The members of a role that every answer holds. */
export function renderRole(role: Role, call: IamCall): object {
  const trust = renderPrincipals(call.store, role.trustPolicy)
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAtMs),
    AssumeRolePolicyDocument: encodeUri(JSON.stringify(trust)),
  }
}

/** As `ListRoles` tells it. */
export function renderListedRole(role: Role, call: IamCall): object {
  return {
    ...renderRole(role, call),
    ...(role.description === undefined ? {} : { Description: role.description }),
    MaxSessionDuration: role.maxSessionDurationSeconds,
  }
}

/** As `GetRole` tells it, with tags, boundary and last use. */
export function renderRoleInFull(role: Role, call: IamCall): object {
  return {
    ...renderListedRole(role, call),
    ...renderBoundary(role.boundaryArn),
    ...renderRoleTags(role),
    RoleLastUsed: renderRoleLastUsed(role, call),
  }
}

export function renderRoleTags(role: Role): object {
  const tags = renderTags(role.tags)
  return tags.length === 0 ? {} : { Tags: tags }
}

export function renderRoleLastUsed(role: Role, call: IamCall): object {
  const used = lastUsedOf(call.store).get(role.id)
  return used === undefined ? {} : { LastUsedDate: new Date(used.atMs), Region: used.region }
}

/** Takes a role away, with everything that is kept of it elsewhere. */
export function forgetRole(role: Role, call: IamCall): void {
  rolesOf(call.store, call.accountId).delete(nameKey(role.name))
  principalPlacesOf(call.store).delete(role.id)
  lastUsedOf(call.store).delete(role.id)
  servicesUsedOf(call.store).delete(role.id)
}

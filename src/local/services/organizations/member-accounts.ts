import type { AccountId, PolicyDocument } from '../../../core/index.ts'
import { addAccount } from '../iam/accounts.ts'
import type { Role } from '../iam/entities.ts'
import { nameKey, principalPlacesOf, rolesOf } from '../iam/tables.ts'
import { newUniqueId } from '../iam/unique-id.ts'
import { saveEmail } from './emails.ts'
import type { Member, Organization } from './entities.ts'
import { newAccountId } from './ids.ts'
import type { AccountCall } from './organization-operation.ts'
import { delegationsOf, deleteFromTree, membershipsOf, writeTree } from './tables.ts'
import { attachFullAccess, forgetTarget } from './targets.ts'

export interface NewAccount {
  readonly name: string
  readonly email: string
  /** Of the role that lets the management account in. */
  readonly roleName: string
}

/** Opens an account with its e-mail address, and in it the role through which the management account gets in. */
export function openAccount(
  call: AccountCall,
  organization: Organization,
  account: NewAccount,
): AccountId {
  const id = newAccountId(call)
  addAccount(call, { id, name: account.name })
  saveEmail(call.store, id, account.email)
  saveRole(call, id, {
    name: account.roleName,
    path: '/',
    trusted: { AWS: `arn:aws:iam::${organization.managementAccountId}:root` },
    policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
  })
  return id
}

/** Puts an account under the root of the organization. */
export function joinOrganization(
  call: AccountCall,
  organization: Organization,
  account: Pick<Member, 'id' | 'name' | 'email' | 'joinedMethod'>,
): void {
  const member = { ...account, parentId: organization.rootId, joinedAtMs: call.nowMs }
  const organizationId = organization.id
  writeTree(call.store, { organizationId, kind: 'members', key: account.id, value: member })
  membershipsOf(call.store).set(account.id, organizationId)
  attachFullAccess(call.store, organization, account.id)
  saveServiceLinkedRole(call, account.id)
}

/** Takes an account out of the organization, with its tags and attachments. */
export function quitOrganization(
  call: AccountCall,
  organization: Organization,
  accountId: AccountId,
): void {
  forgetTarget(call.store, organization, accountId)
  delegationsOf(call.store, organization.id).delete(accountId)
  const organizationId = organization.id
  deleteFromTree(call.store, { organizationId, kind: 'members', key: accountId })
  membershipsOf(call.store).delete(accountId)
}

export const serviceLinkedRole = {
  name: 'AWSServiceRoleForOrganizations',
  path: '/aws-service-role/organizations.amazonaws.com/',
} as const

/** AWS: every account of an organization has it; it stays when the account leaves. */
function saveServiceLinkedRole(call: AccountCall, accountId: AccountId): void {
  if (rolesOf(call.store, accountId).get(nameKey(serviceLinkedRole.name)) !== undefined) return
  saveRole(call, accountId, {
    ...serviceLinkedRole,
    trusted: { Service: 'organizations.amazonaws.com' },
    policyArn: 'arn:aws:iam::aws:policy/aws-service-role/AWSOrganizationsServiceTrustPolicy',
  })
}

interface NewRole {
  readonly name: string
  readonly path: string
  readonly trusted: Readonly<Record<string, string>>
  readonly policyArn: string
}

function saveRole(
  call: AccountCall,
  accountId: AccountId,
  { name, path, ...given }: NewRole,
): void {
  const trustPolicy: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: given.trusted, Action: 'sts:AssumeRole' }],
  }
  const arn = `arn:aws:iam::${accountId}:role${path}${name}`
  const role: Role = {
    id: newUniqueId('role', call.randomBytes),
    name,
    path,
    arn,
    accountId,
    createdAtMs: call.nowMs,
    tags: {},
    inlinePolicies: {},
    attachedPolicyArns: [given.policyArn],
    maxSessionDurationSeconds: 3600,
    trustPolicy,
  }
  rolesOf(call.store, accountId).set(nameKey(name), role)
  principalPlacesOf(call.store).set(role.id, { kind: 'role', accountId, name, arn })
}

import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import { accountsOf } from '../iam/tables.ts'
import { organizationArn, rootArn } from './arns.ts'
import { emailOf } from './emails.ts'
import {
  type AuthorizationPolicyType,
  authorizationPolicyTypes,
  type Organization,
} from './entities.ts'
import { newIds } from './ids.ts'
import { joinOrganization, quitOrganization, serviceLinkedRole } from './member-accounts.ts'
import type { AccountCall, OrganizationCall } from './organization-operation.ts'
import { accountOperation, organizationOperation } from './organization-operation.ts'
import { organizationsError } from './organizations-error.ts'
import { type PageInput, pageOf } from './page.ts'
import {
  createStatusesOf,
  deleteFromTree,
  deleteOrganizationRow,
  findOrganization,
  handshakesOf,
  membershipsOf,
  organizationsOf,
  saveOrganization,
  tagsOf,
  treeOf,
  trustedServicesOf,
} from './tables.ts'
import { forgetTarget } from './targets.ts'

const createOrganization = accountOperation<{ readonly FeatureSet?: string }>({
  name: 'CreateOrganization',
  alsoAsk: askForServiceLinkedRole,
  run({ FeatureSet: featureSet = 'ALL' }, call) {
    if (featureSet !== 'ALL') {
      const message = 'organizations: one with consolidated billing alone is not built'
      throw new ServiceError('NotImplemented', message, { status: 501 })
    }
    if (findOrganization(call.store, call.accountId) !== undefined) {
      throw organizationsError('AlreadyInOrganizationException')
    }
    const organization = newOrganization(call)
    saveOrganization(call.store, organization)
    joinOrganization(call, organization, {
      id: call.accountId,
      name: accountsOf(call.store).get(call.accountId)?.name ?? call.accountId,
      email: emailOf(call.store, call.accountId),
      joinedMethod: 'INVITED',
    })
    return { Organization: renderOrganization(organization, call) }
  },
})

/** AWS: the role that Organizations needs in the account is made by whoever brings the account in. */
export function askForServiceLinkedRole({ accountId }: AccountCall) {
  const { path, name } = serviceLinkedRole
  return [
    {
      action: 'iam:CreateServiceLinkedRole',
      resource: `arn:aws:iam::${accountId}:role${path}${name}`,
      resourceAccount: accountId,
      context: { 'iam:AWSServiceName': 'organizations.amazonaws.com' },
    },
  ]
}

function newOrganization(call: AccountCall): Organization {
  let id = newIds.organization(call.randomBytes)
  while (organizationsOf(call.store).get(id) !== undefined) {
    id = newIds.organization(call.randomBytes)
  }
  return {
    id,
    managementAccountId: call.accountId,
    rootId: newIds.root(call.randomBytes),
    createdAtMs: call.nowMs,
    enabledPolicyTypes: [],
  }
}

function renderOrganization(organization: Organization, { store }: AccountCall): object {
  const id = organization.managementAccountId
  return {
    Id: organization.id,
    Arn: organizationArn(organization),
    FeatureSet: 'ALL',
    MasterAccountArn: `arn:aws:organizations::${id}:account/${organization.id}/${id}`,
    MasterAccountId: id,
    MasterAccountEmail: emailOf(store, id),
    // AWS: kept for old clients; it says nothing of the root.
    AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
  }
}

const describeOrganization = organizationOperation<object>({
  name: 'DescribeOrganization',
  callableBy: 'member',
  run: (_input, call) => ({ Organization: renderOrganization(call.organization, call) }),
})

const deleteOrganization = organizationOperation<object>({
  name: 'DeleteOrganization',
  callableBy: 'managementAccount',
  run(_input, call) {
    const { store, organization } = call
    if (treeOf(store, organization.id, 'members').size > 1) {
      throw organizationsError('OrganizationNotEmptyException')
    }
    quitOrganization(call, organization, call.accountId)
    clearOrganization(call)
    deleteOrganizationRow(store, organization.id)
    membershipsOf(store).delete(call.accountId)
    return {}
  },
})

function clearOrganization({ store, organization }: OrganizationCall): void {
  const organizationId = organization.id
  for (const kind of ['units', 'policies'] as const) {
    for (const [key] of [...treeOf(store, organizationId, kind).entries()]) {
      forgetTarget(store, organization, key)
      deleteFromTree(store, { organizationId, kind, key })
    }
  }
  forgetTarget(store, organization, organization.rootId)
  const tables = [tagsOf, createStatusesOf, trustedServicesOf]
  for (const table of tables.map((tableOf) => tableOf(store, organizationId))) {
    for (const [key] of [...table.entries()]) table.delete(key)
  }
  for (const [id, handshake] of [...handshakesOf(store).entries()]) {
    if (handshake.organizationId === organizationId) handshakesOf(store).delete(id)
  }
}

const listRoots = organizationOperation<PageInput>({
  name: 'ListRoots',
  callableBy: 'reader',
  run(input, { organization }) {
    const page = pageOf([organization], input, (one) => one.rootId)
    return { Roots: page.items.map(renderRoot), ...page.more }
  },
})

export function renderRoot(organization: Organization): object {
  const enabled = authorizationPolicyTypes.filter((type: AuthorizationPolicyType) =>
    organization.enabledPolicyTypes.includes(type),
  )
  return {
    Id: organization.rootId,
    Arn: rootArn(organization),
    Name: 'Root',
    PolicyTypes: enabled.map((type) => ({ Type: type, Status: 'ENABLED' })),
  }
}

export const ownOrganizationOperations: readonly Operation[] = [
  createOrganization,
  describeOrganization,
  deleteOrganization,
  listRoots,
]

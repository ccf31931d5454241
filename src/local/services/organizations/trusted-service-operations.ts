import type { Operation } from '../../operation.ts'
import { accountArn } from './arns.ts'
import type { Delegation } from './entities.ts'
import type { OrganizationCall } from './organization-operation.ts'
import { organizationOperation } from './organization-operation.ts'
import { constraintViolation, invalidInput, organizationsError } from './organizations-error.ts'
import { type PageInput, pageOf } from './page.ts'
import { delegationsOf, trustedServicesOf } from './tables.ts'
import { requireMember } from './tree.ts'

interface ServiceInput {
  readonly ServicePrincipal: string
}

/** How the calls about a service are asked about. */
const serviceContext = (input: { readonly ServicePrincipal?: string }) =>
  input.ServicePrincipal === undefined
    ? {}
    : { 'organizations:ServicePrincipal': input.ServicePrincipal }

function requireServicePrincipal(principal: string): string {
  if (/^[a-z0-9.-]+\.amazonaws\.com$/.test(principal)) return principal
  const message = 'You specified an unrecognized service principal.'
  throw invalidInput('UNRECOGNIZED_SERVICE_PRINCIPAL', message)
}

const enableAwsServiceAccess = organizationOperation<ServiceInput>({
  name: 'EnableAWSServiceAccess',
  callableBy: 'managementAccount',
  context: serviceContext,
  run(input, { store, organization, nowMs }) {
    const principal = requireServicePrincipal(input.ServicePrincipal)
    const services = trustedServicesOf(store, organization.id)
    if (services.get(principal) === undefined) services.set(principal, nowMs)
    return {}
  },
})

const disableAwsServiceAccess = organizationOperation<ServiceInput>({
  name: 'DisableAWSServiceAccess',
  callableBy: 'managementAccount',
  context: serviceContext,
  run(input, { store, organization }) {
    const principal = requireServicePrincipal(input.ServicePrincipal)
    const delegations = [...delegationsOf(store, organization.id).entries()]
    if (delegations.some(([, { services }]) => services[principal] !== undefined)) {
      const message =
        'You have delegated administrator/s for this service. De-register them in order to disable service access.'
      throw constraintViolation('DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE', message)
    }
    trustedServicesOf(store, organization.id).delete(principal)
    return {}
  },
})

const listAwsServiceAccessForOrganization = organizationOperation<PageInput>({
  name: 'ListAWSServiceAccessForOrganization',
  callableBy: 'reader',
  run(input, { store, organization }) {
    const all = trustedServicesOf(store, organization.id).entries()
    const page = pageOf(all, input, ([principal]) => principal)
    const enabled = page.items.map(([principal, atMs]) => ({
      ServicePrincipal: principal,
      DateEnabled: new Date(atMs),
    }))
    return { EnabledServicePrincipals: enabled, ...page.more }
  },
})

interface DelegationInput extends ServiceInput {
  readonly AccountId: string
}

const aboutDelegation = {
  on: (input: DelegationInput) => [input.AccountId],
  context: serviceContext,
}

const registerDelegatedAdministrator = organizationOperation<DelegationInput>({
  name: 'RegisterDelegatedAdministrator',
  callableBy: 'managementAccount',
  ...aboutDelegation,
  run(input, call) {
    const { store, organization, nowMs } = call
    const principal = requireServicePrincipal(input.ServicePrincipal)
    const accountId = requireDelegate(input, call)
    const before = delegationsOf(store, organization.id).get(accountId)
    if (before?.services[principal] !== undefined) {
      throw organizationsError('AccountAlreadyRegisteredException')
    }
    if (trustedServicesOf(store, organization.id).get(principal) === undefined) {
      const message = 'You must enable service access before you register an administrator.'
      throw constraintViolation('SERVICE_ACCESS_NOT_ENABLED', message)
    }
    const services = { ...before?.services, [principal]: nowMs }
    const enabledAtMs = before?.enabledAtMs ?? nowMs
    const delegation = { accountId, enabledAtMs, services }
    delegationsOf(store, organization.id).set(accountId, delegation)
    return {}
  },
})

function requireDelegate(
  input: DelegationInput,
  { store, organization }: OrganizationCall,
): Delegation['accountId'] {
  if (input.AccountId === organization.managementAccountId) {
    const message =
      'You cannot register master account/yourself as delegated administrator for your organization.'
    throw constraintViolation('CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR', message)
  }
  const member = requireMember(store, organization, input.AccountId)
  if (member.closedAtMs === undefined) return member.id
  const message = 'You cannot register a suspended account as a delegated administrator.'
  throw constraintViolation('CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR', message)
}

const deregisterDelegatedAdministrator = organizationOperation<DelegationInput>({
  name: 'DeregisterDelegatedAdministrator',
  callableBy: 'managementAccount',
  ...aboutDelegation,
  run(input, call) {
    const { store, organization } = call
    const { id } = requireMember(store, organization, input.AccountId)
    const table = delegationsOf(store, organization.id)
    const before = table.get(id)
    const { [input.ServicePrincipal]: atMs, ...services } = before?.services ?? {}
    if (before === undefined || atMs === undefined) {
      throw organizationsError('AccountNotRegisteredException')
    }
    if (Object.keys(services).length === 0) table.delete(id)
    else table.set(id, { ...before, services })
    return {}
  },
})

const listDelegatedAdministrators = organizationOperation<Partial<ServiceInput> & PageInput>({
  name: 'ListDelegatedAdministrators',
  callableBy: 'reader',
  context: serviceContext,
  run(input, call) {
    const { ServicePrincipal: principal } = input
    const all = [...delegationsOf(call.store, call.organization.id).entries()]
      .map(([, delegation]) => delegation)
      .filter((one) => principal === undefined || one.services[principal] !== undefined)
    const page = pageOf(all, input, (one) => one.accountId)
    return { DelegatedAdministrators: page.items.map((one) => render(one, call)), ...page.more }
  },
})

function render(delegation: Delegation, { store, organization }: OrganizationCall): object {
  const member = requireMember(store, organization, delegation.accountId)
  return {
    Id: member.id,
    Arn: accountArn(organization, member.id),
    Email: member.email,
    Name: member.name,
    Status: 'ACTIVE',
    State: 'ACTIVE',
    JoinedMethod: member.joinedMethod,
    JoinedTimestamp: new Date(member.joinedAtMs),
    DelegationEnabledDate: new Date(delegation.enabledAtMs),
  }
}

const listDelegatedServicesForAccount = organizationOperation<
  PageInput & { readonly AccountId: string }
>({
  name: 'ListDelegatedServicesForAccount',
  callableBy: 'reader',
  on: (input) => [input.AccountId],
  run(input, { store, organization }) {
    const { id } = requireMember(store, organization, input.AccountId)
    const delegation = delegationsOf(store, organization.id).get(id)
    if (delegation === undefined) throw organizationsError('AccountNotRegisteredException')
    const page = pageOf(Object.entries(delegation.services), input, ([principal]) => principal)
    const services = page.items.map(([principal, atMs]) => ({
      ServicePrincipal: principal,
      DelegationEnabledDate: new Date(atMs),
    }))
    return { DelegatedServices: services, ...page.more }
  },
})

export const trustedServiceOperations: readonly Operation[] = [
  enableAwsServiceAccess,
  disableAwsServiceAccess,
  listAwsServiceAccessForOrganization,
  registerDelegatedAdministrator,
  deregisterDelegatedAdministrator,
  listDelegatedAdministrators,
  listDelegatedServicesForAccount,
]

import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { Store, Table } from '../../store/store.ts'
import type { Organization } from '../organizations/entities.ts'
import { delegationsOf, findOrganization, trustedServicesOf } from '../organizations/tables.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'

/** What an organization can do to the root users of its members from one place. */
export type RootFeature = 'RootCredentialsManagement' | 'RootSessions'

/** By organization id. */
const featuresOf = (store: Store): Table<readonly RootFeature[]> =>
  store.table('iam.organization-features', '')

/** The features that an organization has switched on. */
export function rootFeaturesOf(store: Store, organizationId: string): readonly RootFeature[] {
  return featuresOf(store).get(organizationId) ?? []
}

const servicePrincipal = 'iam.amazonaws.com'

function rejected(code: string, reason: string): ServiceError {
  return new ServiceError(code, `The request was rejected because ${reason}.`)
}

/** The organization, where the caller's account may look after its root users. */
function requireOrganization(call: IamCall): Organization {
  const organization = findOrganization(call.store, call.accountId)
  if (organization === undefined) {
    throw rejected(
      'OrganizationNotFoundException',
      'no organization is associated with your account',
    )
  }
  if (!isManagement(organization, call) && !isDelegated(organization, call)) {
    throw rejected(
      'AccountNotManagementOrDelegatedAdministratorException',
      'the account making the request is not the management account or delegated administrator account for centralized root access',
    )
  }
  if (trustedServicesOf(call.store, organization.id).get(servicePrincipal) === undefined) {
    throw rejected(
      'ServiceAccessNotEnabledException',
      'trusted access is not enabled for IAM in Organizations',
    )
  }
  return organization
}

function isManagement(organization: Organization, call: IamCall): boolean {
  return organization.managementAccountId === call.accountId
}

function isDelegated(organization: Organization, call: IamCall): boolean {
  const delegation = delegationsOf(call.store, organization.id).get(call.accountId)
  return delegation?.services[servicePrincipal] !== undefined
}

const listOrganizationsFeatures = iamOperation<object, object>({
  name: 'ListOrganizationsFeatures',
  run: (_input, call) => renderFeatures(requireOrganization(call), call),
})

function renderFeatures(organization: Organization, call: IamCall): object {
  const { id } = organization
  return { OrganizationId: id, EnabledFeatures: rootFeaturesOf(call.store, id) }
}

/** One switch: `EnableOrganizationsRootSessions` and the like. */
function switchOf(verb: 'Enable' | 'Disable', feature: RootFeature): Operation {
  return iamOperation<object, object>({
    name: `${verb}Organizations${feature}`,
    run(_input, call) {
      const organization = requireOrganization(call)
      if (!isManagement(organization, call)) {
        throw rejected(
          'CallerIsNotManagementAccountException',
          'the account making the request is not the management account for the organization',
        )
      }
      const others = rootFeaturesOf(call.store, organization.id).filter((one) => one !== feature)
      const features = verb === 'Enable' ? [...others, feature].toSorted() : others
      featuresOf(call.store).set(organization.id, features)
      return renderFeatures(organization, call)
    },
  })
}

export const organizationsFeatureOperations: readonly Operation[] = [
  listOrganizationsFeatures,
  switchOf('Enable', 'RootSessions'),
  switchOf('Disable', 'RootSessions'),
  switchOf('Enable', 'RootCredentialsManagement'),
  switchOf('Disable', 'RootCredentialsManagement'),
]

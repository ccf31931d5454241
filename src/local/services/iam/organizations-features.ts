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

function rejected(code: string, message: string): ServiceError {
  return new ServiceError(code, message)
}

type Overseer = Pick<IamCall, 'store' | 'accountId'>

/** The organization whose root users an account may look after: as its manager, or where IAM was delegated to it. */
export function findOverseenOrganization(overseer: Overseer): Organization | undefined {
  const organization = findOrganization(overseer.store, overseer.accountId)
  if (organization === undefined || !isTrusting(organization, overseer)) return undefined
  const isOverseer = isManagement(organization, overseer) || isDelegated(organization, overseer)
  return isOverseer ? organization : undefined
}

/** The organization, where the caller's account may look after its root users. */
function requireOrganization(call: IamCall): Organization {
  const organization = findOrganization(call.store, call.accountId)
  if (organization === undefined) {
    throw rejected(
      'OrganizationNotFoundException',
      'The request was rejected because no organization is associated with your account.',
    )
  }
  if (!isManagement(organization, call) && !isDelegated(organization, call)) {
    throw rejected(
      'AccountNotManagementOrDelegatedAdministratorException',
      `Input account ${call.accountId} is neither management account nor delegated admin.`,
    )
  }
  if (!isTrusting(organization, call)) {
    throw rejected(
      'ServiceAccessNotEnabledException',
      `Trusted Access for IAM not enabled by organization of input account ${call.accountId}.`,
    )
  }
  return organization
}

function isTrusting({ id }: Organization, { store }: Overseer): boolean {
  return trustedServicesOf(store, id).get(servicePrincipal) !== undefined
}

function isManagement(organization: Organization, { accountId }: Overseer): boolean {
  return organization.managementAccountId === accountId
}

function isDelegated(organization: Organization, { store, accountId }: Overseer): boolean {
  const delegation = delegationsOf(store, organization.id).get(accountId)
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

/** As AWS lists them. */
const inOrder: readonly RootFeature[] = ['RootSessions', 'RootCredentialsManagement']

/** One switch: a delegated administrator may turn it off, but not on: `EnableOrganizationsRootSessions` and the like. */
function switchOf(verb: 'Enable' | 'Disable', feature: RootFeature): Operation {
  return iamOperation<object, object>({
    name: `${verb}Organizations${feature}`,
    run(_input, call) {
      const organization = requireOrganization(call)
      if (verb === 'Enable' && !isManagement(organization, call)) {
        throw rejected(
          'CallerIsNotManagementAccountException',
          `Caller account ${call.accountId} is not management account of the organization and cannot enable IAM features.`,
        )
      }
      const others = rootFeaturesOf(call.store, organization.id).filter((one) => one !== feature)
      const enabled = verb === 'Enable' ? [...others, feature] : others
      const features = inOrder.filter((one) => enabled.includes(one))
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

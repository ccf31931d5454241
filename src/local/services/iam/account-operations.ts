import type { Operation } from '../../operation.ts'
import { rootCredentials } from './accounts.ts'
import type { Account } from './entities.ts'
import { entityAlreadyExists, noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { loginProfilesOf } from './login-profile.ts'
import { mfaDevicesOf } from './mfa-device.ts'
import { openIdConnectProvidersOf } from './open-id-connect-provider.ts'
import { iamQuotas } from './quotas.ts'
import { samlProvidersOf } from './saml-provider.ts'
import { certificatesOf } from './signing-certificate.ts'
import {
  accountsOf,
  groupsOf,
  instanceProfilesOf,
  managedPoliciesOf,
  rolesOf,
  usersOf,
} from './tables.ts'

const getAccountSummary = iamOperation<object, object>({
  name: 'GetAccountSummary',
  run: (_input, call) => ({ SummaryMap: summarize(call) }),
})

/** The counts of one account beside its quotas; clients read the quotas from here. */
function summarize(call: IamCall): Readonly<Record<string, number>> {
  const policies = [...managedPoliciesOf(call.store, call.accountId).entries()]
  const versions = policies.reduce((sum, [, policy]) => sum + policy.versions.length, 0)
  const devices = [...mfaDevicesOf(call.store, call.accountId).entries()]
  return {
    Users: usersOf(call.store, call.accountId).size,
    UsersQuota: iamQuotas.users,
    Groups: groupsOf(call.store, call.accountId).size,
    GroupsQuota: iamQuotas.groups,
    Roles: rolesOf(call.store, call.accountId).size,
    RolesQuota: iamQuotas.roles,
    Policies: policies.length,
    PoliciesQuota: iamQuotas.policies,
    PolicySizeQuota: iamQuotas.policySize,
    PolicyVersionsInUse: versions,
    PolicyVersionsInUseQuota: 10_000,
    VersionsPerPolicyQuota: iamQuotas.versionsPerPolicy,
    InstanceProfiles: instanceProfilesOf(call.store, call.accountId).size,
    InstanceProfilesQuota: iamQuotas.instanceProfiles,
    AssumeRolePolicySizeQuota: iamQuotas.assumeRolePolicySize,
    RolePolicySizeQuota: iamQuotas.rolePolicySize,
    UserPolicySizeQuota: iamQuotas.userPolicySize,
    GroupPolicySizeQuota: iamQuotas.groupPolicySize,
    GroupsPerUserQuota: iamQuotas.groupsPerUser,
    AccessKeysPerUserQuota: iamQuotas.accessKeysPerUser,
    AttachedPoliciesPerUserQuota: iamQuotas.attachedPoliciesPerUser,
    AttachedPoliciesPerGroupQuota: iamQuotas.attachedPoliciesPerGroup,
    AttachedPoliciesPerRoleQuota: iamQuotas.attachedPoliciesPerRole,
    AccountMFAEnabled: 0,
    AccountAccessKeysPresent: rootCredentials(call, call.accountId) === undefined ? 0 : 1,
    AccountSigningCertificatesPresent: certificatesOf(undefined, call).length === 0 ? 0 : 1,
    AccountPasswordPresent: loginProfilesOf(call.store).get(call.accountId) === undefined ? 0 : 1,
    MFADevices: devices.length,
    MFADevicesInUse: devices.filter(([, device]) => device.assigned !== undefined).length,
    Providers:
      openIdConnectProvidersOf(call.store, call.accountId).size +
      samlProvidersOf(call.store, call.accountId).size,
    ServerCertificates: 0,
    ServerCertificatesQuota: 20,
    SigningCertificatesPerUserQuota: iamQuotas.signingCertificatesPerUser,
    GlobalEndpointTokenVersion: 1,
  }
}

function requireAccount(call: IamCall): Account {
  const account = accountsOf(call.store).get(call.accountId)
  if (account === undefined) throw new Error(`bug: account ${call.accountId} is not there`)
  return account
}

const listAccountAliases = iamOperation<object, object>({
  name: 'ListAccountAliases',
  run(_input, call) {
    const { alias } = requireAccount(call)
    return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false }
  },
})

interface AliasInput {
  readonly AccountAlias: string
}

const createAccountAlias = iamOperation<AliasInput, object>({
  name: 'CreateAccountAlias',
  run(input, call) {
    const accounts = accountsOf(call.store)
    const taken = [...accounts.entries()].some(
      ([id, account]) => account.alias === input.AccountAlias && id !== call.accountId,
    )
    if (taken) {
      const alias = `The account alias ${input.AccountAlias}`
      throw entityAlreadyExists(`${alias} already exists.`)
    }
    accounts.set(call.accountId, { ...requireAccount(call), alias: input.AccountAlias })
    return {}
  },
})

const deleteAccountAlias = iamOperation<AliasInput, object>({
  name: 'DeleteAccountAlias',
  run(input, call) {
    const { alias, ...account } = requireAccount(call)
    if (alias !== input.AccountAlias) {
      throw noSuchEntity(`The account alias with name ${input.AccountAlias} cannot be found.`)
    }
    accountsOf(call.store).set(call.accountId, account)
    return {}
  },
})

export const accountOperations: readonly Operation[] = [
  getAccountSummary,
  listAccountAliases,
  createAccountAlias,
  deleteAccountAlias,
]

/**
 * What an account may hold by default.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const iamQuotas = {
  users: 5000,
  groups: 300,
  roles: 1000,
  policies: 1500,
  instanceProfiles: 1000,
  groupsPerUser: 10,
  accessKeysPerUser: 2,
  attachedPoliciesPerUser: 10,
  attachedPoliciesPerGroup: 10,
  attachedPoliciesPerRole: 10,
  versionsPerPolicy: 5,
  signingCertificatesPerUser: 2,
  sshPublicKeysPerUser: 5,
  serviceCredentialsPerService: 2,
  tagsPerEntity: 50,
  openIdConnectProviders: 100,
  clientIdsPerOpenIdConnectProvider: 100,
  thumbprintsPerOpenIdConnectProvider: 5,
  samlProviders: 100,
  mfaDevicesPerUser: 8,
  /** Characters without white space, here and below. */
  policySize: 6144,
  assumeRolePolicySize: 2048,
  userPolicySize: 2048,
  groupPolicySize: 5120,
  rolePolicySize: 10240,
} as const

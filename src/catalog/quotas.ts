/** One limit of AWS's. */
export interface Quota {
  /** What is limited, in words: `characters of a role's trust policy`. */
  readonly limits: string
  readonly unit: 'characters' | 'items' | 'seconds'
  /** What an account has without asking. */
  readonly value: number
  /** What AWS grants at most on request; absent where the value is fixed. */
  readonly maximum?: number
  /** The smallest that is accepted, for values with a range. */
  readonly minimum?: number
  /** The page that says so. */
  readonly source: string
}

const iamQuotas = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html'
const assumeRole = 'https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html'

/**
 * The limits that cross-account access meets. Lengths of IAM policies do not count white space; those of a session
 * policy do.
 */
export const quotas = {
  trustPolicyLength: {
    limits: 'characters of a trust policy, without white space',
    unit: 'characters',
    value: 2048,
    maximum: 8192,
    source: iamQuotas,
  },
  managedPolicyLength: {
    limits: 'characters of a managed policy, without white space',
    unit: 'characters',
    value: 6144,
    source: iamQuotas,
  },
  roleInlinePoliciesLength: {
    limits: 'characters of all inline policies of a role, without white space',
    unit: 'characters',
    value: 10_240,
    source: iamQuotas,
  },
  groupInlinePoliciesLength: {
    limits: 'characters of all inline policies of a group, without white space',
    unit: 'characters',
    value: 5120,
    source: iamQuotas,
  },
  userInlinePoliciesLength: {
    limits: 'characters of all inline policies of a user, without white space',
    unit: 'characters',
    value: 2048,
    source: iamQuotas,
  },
  managedPoliciesPerRole: {
    limits: 'managed policies attached to a role',
    unit: 'items',
    value: 10,
    maximum: 25,
    source: iamQuotas,
  },
  managedPoliciesPerUser: {
    limits: 'managed policies attached to a user',
    unit: 'items',
    value: 10,
    maximum: 20,
    source: iamQuotas,
  },
  managedPoliciesPerGroup: {
    limits: 'managed policies attached to a group',
    unit: 'items',
    value: 10,
    source: iamQuotas,
  },
  managedPolicyVersions: {
    limits: 'versions of a managed policy',
    unit: 'items',
    value: 5,
    source: iamQuotas,
  },
  rolesPerAccount: {
    limits: 'roles in an account',
    unit: 'items',
    value: 1000,
    maximum: 10_000,
    source: iamQuotas,
  },
  roleNameLength: {
    limits: "characters of a role's name",
    unit: 'characters',
    value: 64,
    minimum: 1,
    source: iamQuotas,
  },
  policyNameLength: {
    limits: "characters of a policy's name",
    unit: 'characters',
    value: 128,
    minimum: 1,
    source: iamQuotas,
  },
  tagsPerRole: { limits: 'tags on a role', unit: 'items', value: 50, source: iamQuotas },
  maxSessionDuration: {
    limits: "seconds of a role's MaxSessionDuration",
    unit: 'seconds',
    value: 43_200,
    minimum: 3600,
    source: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html',
  },
  sessionDuration: {
    limits: 'seconds of a role session',
    unit: 'seconds',
    value: 43_200,
    minimum: 900,
    source: assumeRole,
  },
  chainedSessionDuration: {
    limits: 'seconds of a role session that another role session asked for',
    unit: 'seconds',
    value: 3600,
    minimum: 900,
    source: assumeRole,
  },
  sessionNameLength: {
    limits: 'characters of a session name',
    unit: 'characters',
    value: 64,
    minimum: 2,
    source: assumeRole,
  },
  externalIdLength: {
    limits: 'characters of an external id',
    unit: 'characters',
    value: 1224,
    minimum: 2,
    source: assumeRole,
  },
  sourceIdentityLength: {
    limits: 'characters of a source identity',
    unit: 'characters',
    value: 64,
    minimum: 2,
    source: assumeRole,
  },
  sessionPolicyLength: {
    limits: 'characters of a session policy, together with the ARNs of managed ones',
    unit: 'characters',
    value: 2048,
    source: assumeRole,
  },
  sessionPolicyArns: {
    limits: 'managed policies given as session policies',
    unit: 'items',
    value: 10,
    source: assumeRole,
  },
  sessionTags: { limits: 'session tags', unit: 'items', value: 50, source: assumeRole },
  tagKeyLength: {
    limits: "characters of a tag's key",
    unit: 'characters',
    value: 128,
    minimum: 1,
    source: assumeRole,
  },
  tagValueLength: {
    limits: "characters of a tag's value",
    unit: 'characters',
    value: 256,
    minimum: 0,
    source: assumeRole,
  },
} as const satisfies Readonly<Record<string, Quota>>

/** @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
export const organizationQuotas = {
  /** As far as AWS raises it on request. */
  accounts: 10_000,
  units: 2000,
  unitDepth: 5,
  policiesOfType: 1000,
  /** Characters, white space among them. */
  policySize: 5120,
  /** Of one type, on one root, unit or account. */
  attachedPolicies: 5,
  tags: 50,
  invitationDays: 15,
  /** Before an account that was created in the organization can leave it. */
  waitDays: 4,
  /** Accounts that can be closed in thirty days, or a fifth of all, whichever is more. */
  closedInThirtyDays: 250,
} as const

export const dayMs = 86_400_000

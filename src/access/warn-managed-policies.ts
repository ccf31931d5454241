import type { Grant } from './access-file.ts'
import { resolveManagedPolicy } from './permission-managed.ts'
import type { Finding, WarningRule } from './warn-rule.ts'

interface RiskyPolicy {
  readonly code: string
  readonly message: string
  readonly remedy: string
}

/** AWS managed policies that allow more than their names let one think. */
const riskyPolicies: Readonly<Record<string, RiskyPolicy>> = {
  AdministratorAccess: {
    code: 'administrator-access',
    message: 'allows everything in the account, also to change this role and to let others in',
    remedy: 'name the policies of the work that is done; add a `boundary` if it must be this wide',
  },
  IAMFullAccess: {
    code: 'iam-full-access',
    message:
      'allows its holder to give itself any other permission: it is AdministratorAccess in two steps',
    remedy: 'allow the few `iam:` actions that are needed, under a `boundary`',
  },
  PowerUserAccess: {
    code: 'power-user-access',
    message: 'allows everything but IAM and Organizations, all data included',
    remedy: 'name the policies of the services that are used',
  },
  ReadOnlyAccess: {
    code: 'read-only-access',
    message:
      'reads data, not only settings: objects in S3, items in DynamoDB, messages, code and logs',
    remedy: 'use `ViewOnlyAccess` or `SecurityAudit` where settings are enough',
  },
}

export const managedPolicyRules: readonly WarningRule[] = Object.entries(riskyPolicies).map(
  ([policy, { code, message, remedy }]) => ({
    code,
    find: (grant) =>
      placesOf(grant, policy).map((place) => ({
        ...place,
        message: `\`${policy}\` ${message}`,
        remedy,
      })),
  }),
)

function placesOf(grant: Grant, policy: string): readonly Pick<Finding, 'path' | 'position'>[] {
  const [account] = grant.to.accounts
  if (account === undefined) return []
  return grant.allow.flatMap((permission, index) => {
    if (permission.kind !== 'managed') return []
    const found = resolveManagedPolicy(permission.policy, account)
    if (found.kind !== 'aws' || found.name !== policy) return []
    return [{ path: `allow[${index}].policy`, position: permission.position }]
  })
}

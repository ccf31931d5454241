import { quotas } from '../catalog/index.ts'
import type { AccessFile, Account, Grant } from './access-file.ts'
import type { DesiredRole } from './compilation.ts'
import { roleArn } from './compile-arns.ts'
import { ownershipTags } from './compile-tags.ts'
import { inlinePermissions } from './permission-documents.ts'
import { resolveBoundary, resolveManagedPolicy } from './permission-managed.ts'
import { trustPolicy } from './trust-policy.ts'

/** A role in one account, and the grants that use it, in the file's order. */
export interface SharedRole {
  readonly account: Account
  readonly grants: readonly [Grant, ...Grant[]]
}

/** One entry per role and trusting account, in the order in which the file first names them. */
export function sharedRoles(access: AccessFile): readonly SharedRole[] {
  const roles = new Map<string, SharedRole>()
  for (const grant of access.grants) {
    for (const account of grant.to.accounts) {
      // AWS: role names are unique in an account without regard to case or path.
      const key = `${account.id}/${grant.to.role.toLowerCase()}`
      const present = roles.get(key)
      const grants: SharedRole['grants'] =
        present === undefined ? [grant] : [...present.grants, grant]
      roles.set(key, { account, grants })
    }
  }
  return [...roles.values()]
}

/** The role that `shared` wants to exist. Managed policies that do not resolve are left out: they are errors elsewhere. */
export function renderRole(shared: SharedRole, fileName: string): DesiredRole {
  const { account, grants } = shared
  const [first] = grants
  const boundaryArn = boundaryOf(first, account)
  return {
    account,
    arn: roleArn(account, first.to),
    name: first.to.role,
    path: first.to.path,
    description: roleDescription(grants),
    maxSessionDurationSeconds: sessionSeconds(grants),
    trustPolicy: trustPolicy(grants, account),
    managedPolicyArns: managedPolicyArns(first, account),
    inlinePolicies: inlinePermissions(grants),
    ...(boundaryArn === undefined ? {} : { boundaryArn }),
    tags: ownershipTags(grants, fileName),
    grants,
  }
}

/** IAM's limit on a role's description, and the characters that it takes. */
const descriptionLimit = 1000
const undescribable = /[^\t\n\r\u0020-\u007e\u00a1-\u00ff]/g

function roleDescription(grants: SharedRole['grants']): string {
  const described = grants.map((grant) => grant.description ?? `grant ${grant.name}`)
  const text = [...new Set(described)].join('; ')
  return text.replace(undescribable, '?').slice(0, descriptionLimit)
}

/** AWS: a role cannot be held to less than an hour; shorter sessions are asked for when they are made. */
function sessionSeconds(grants: SharedRole['grants']): number {
  const declared = grants.map((grant) => grant.session.maxDurationSeconds)
  return Math.max(quotas.maxSessionDuration.minimum, ...declared)
}

function managedPolicyArns(grant: Grant, account: Account): readonly string[] {
  const arns = grant.allow.flatMap((permission) => {
    if (permission.kind !== 'managed') return []
    const found = resolveManagedPolicy(permission.policy, account)
    return found.kind === 'aws' || found.kind === 'customer' ? [found.arn] : []
  })
  return [...new Set(arns)].sort()
}

function boundaryOf(grant: Grant, account: Account): string | undefined {
  if (grant.to.boundary === undefined) return undefined
  const found = resolveBoundary(grant.to.boundary, account)
  return found.kind === 'aws' || found.kind === 'customer' ? found.arn : undefined
}

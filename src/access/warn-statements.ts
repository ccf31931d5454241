import type { Account, Grant, PermissionStatement } from './access-file.ts'
import type { Finding, WarningRule } from './warn-rule.ts'

/** Looks at every statement of a grant's `allow`; paths and positions become those of the permission. */
export function findInStatements(
  find: (statement: PermissionStatement, accounts: readonly Account[]) => readonly Finding[],
): WarningRule['find'] {
  return (grant: Grant) =>
    grant.allow.flatMap((permission, index) => {
      if (permission.kind !== 'statement') return []
      return find(permission.statement, grant.to.accounts).map((finding) => ({
        ...finding,
        path: `allow[${index}].${finding.path}`,
        position: permission.position,
      }))
    })
}

import type { AccessFile } from './access-file.ts'
import type { Problem } from './problem.ts'
import { actionRules } from './warn-actions.ts'
import { callerRules } from './warn-callers.ts'
import { managedPolicyRules } from './warn-managed-policies.ts'
import { oidcRules } from './warn-oidc.ts'
import { resourceRules } from './warn-resources.ts'
import type { WarningContext, WarningRule } from './warn-rule.ts'
import { sessionRules } from './warn-sessions.ts'

/** Every rule there is; a new one is a new row in one of these tables. */
export const warningRules: readonly WarningRule[] = [
  ...managedPolicyRules,
  ...actionRules,
  ...resourceRules,
  ...callerRules,
  ...oidcRules,
  ...sessionRules,
]

/** What in a sound access file deserves a second look, by grant and in the order of the rules. */
export function warnAboutAccess(access: AccessFile, context: WarningContext): readonly Problem[] {
  return access.grants.flatMap((grant) =>
    warningRules.flatMap(({ code, find }) =>
      find(grant, context).map((finding) => ({
        severity: 'warning' as const,
        code,
        path: `grants.${grant.name}.${finding.path}`,
        position: finding.position ?? grant.position,
        message: finding.message,
        remedy: finding.remedy,
      })),
    ),
  )
}

import type { AccessFile } from './access-file.ts'
import { callerPolicies } from './caller-policy.ts'
import type { Compilation } from './compilation.ts'
import { policyNameProblems } from './compile-names.ts'
import { oidcProviders } from './compile-oidc.ts'
import { distinctMessages, grantProblems, sharedPolicyProblems } from './compile-problems.ts'
import { renderRole, sharedRoles } from './compile-roles.ts'
import { documentProblems } from './compile-validate.ts'
import type { Problem } from './problem.ts'
import { quotaProblems } from './quota-check.ts'

export type CompileOutcome =
  | {
      readonly ok: true
      readonly compilation: Compilation
      /** Warnings and assumptions. */
      readonly problems: readonly Problem[]
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * The documents of both sides that an access file stands for. The same file gives the same bytes: lists keep the
 * file's order, and nothing depends on time. Grants that have expired are compiled like any other: see
 * `withoutExpiredGrants`.
 */
export function compileAccess(access: AccessFile): CompileOutcome {
  const fileName = fileTagOf(access)
  const shared = sharedRoles(access)
  const compilation: Compilation = {
    roles: shared.map((role) => renderRole(role, fileName)),
    callerPolicies: callerPolicies(access.grants, fileName),
    oidcProviders: oidcProviders(access),
  }
  const problems = distinctMessages([
    ...grantProblems(access),
    ...sharedPolicyProblems(access),
    ...policyNameProblems(compilation),
    ...documentProblems(compilation),
    ...quotaProblems(compilation),
  ])
  const isSound = problems.every((problem) => problem.severity !== 'error')
  return isSound ? { ok: true, compilation, problems } : { ok: false, problems }
}

/** The same file with the grants that still let somebody in at `nowMs`: what should exist from then on. */
export function withoutExpiredGrants(access: AccessFile, nowMs: number): AccessFile {
  const grants = access.grants.filter(
    ({ expires }) => expires === undefined || nowMs < Date.parse(expires.endsAt),
  )
  return { ...access, grants }
}

/** The value of `stile:file` on everything that this access file owns. */
export function fileTagOf(access: AccessFile): string {
  return access.name ?? baseName(access.sources[0] ?? 'access.yaml')
}

function baseName(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== '')
  return parts.at(-1) ?? path
}

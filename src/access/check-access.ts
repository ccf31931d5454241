import type { AccessFile } from './access-file.ts'
import { compileAccess } from './compile-access.ts'
import type { Problem } from './problem.ts'
import type { Proof } from './proof.ts'
import { assumptionsOf } from './prove-assumptions.ts'
import { proveExpectations } from './prove-expectations.ts'
import { proveGrants } from './prove-grants.ts'
import { buildProofWorld } from './prove-world.ts'
import { warnAboutAccess } from './warn-access.ts'

export interface CheckReport {
  /** Errors of compiling, else warnings and assumptions. The parser's own problems are not among them. */
  readonly problems: readonly Problem[]
  /** Empty when there are errors: there is nothing to prove then. */
  readonly proofs: readonly Proof[]
}

/**
 * Compiles an access file and proves with the engine that it does what it says at `nowMs`: every grant lets its callers
 * in and nobody else, and every expectation holds. A proof of kind `failed` means that it does not.
 */
export function checkAccess(
  access: AccessFile,
  { nowMs }: { readonly nowMs: number },
): CheckReport {
  const outcome = compileAccess(access)
  if (!outcome.ok) {
    const warnings = warnAboutAccess(access, { nowMs, callerPolicies: [] })
    return { problems: [...outcome.problems, ...warnings], proofs: [] }
  }
  const { compilation } = outcome
  const world = buildProofWorld(access, compilation, nowMs)
  const { callerPolicies } = compilation
  return {
    problems: [
      ...outcome.problems,
      ...warnAboutAccess(access, { nowMs, callerPolicies }),
      ...assumptionsOf(world),
    ],
    proofs: [...proveGrants(world), ...proveExpectations(world)],
  }
}

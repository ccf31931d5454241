import type { Compilation } from '../access/index.ts'
import type { Actual } from './actual.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Plan } from './plan.ts'
import { planAccess } from './plan-access.ts'
import { inOrder, type PlanOptions } from './plan-changes.ts'
import { planRemovals } from './undeclared.ts'
import { indexActual } from './world.ts'

/**
 * Removes everything that this file owns, whatever it declares. What carries no tag of this file stays; a caller's
 * inline policy goes when it has Stile's form and every role in it is this file's.
 */
export function planDestroy(
  compilation: Compilation,
  actual: Actual,
  { undeclared = 'remove' }: Pick<PlanOptions, 'undeclared'> = {},
): Plan {
  const world = indexActual(actual)
  const nothing: Compilation = { roles: [], callerPolicies: [], oidcProviders: [] }
  const removals = planRemovals(nothing, compilation, { world, undeclared })
  const changes = inOrder(removals.changes)
  return {
    version: 1,
    kind: 'destroy',
    fingerprint: fingerprintOf(actual),
    scope: actual.scope,
    access: planAccess(changes, world),
    changes,
    blocked: removals.blocked,
    manual: [],
    unread: actual.unread.map(({ account, because }) => ({ account, because })),
  }
}

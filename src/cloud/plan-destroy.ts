import type { Compilation } from '../access/index.ts'
import type { Actual } from './actual.ts'
import type { Blocked, Change } from './change.ts'
import { renderAccount } from './cloud-error.ts'
import { fingerprintOf } from './fingerprint.ts'
import { isCallerDocument } from './ownership.ts'
import type { Plan } from './plan.ts'
import { planAccess } from './plan-access.ts'
import { inOrder, type PlanOptions } from './plan-changes.ts'
import { inlineKeys } from './plan-orphans.ts'
import { planRemovals } from './undeclared.ts'
import { indexActual, type World } from './world.ts'

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
    blocked: [...removals.blocked, ...leftBehind(compilation, changes, world)],
    manual: [],
    unread: actual.unread.map(({ account, because }) => ({ account, because })),
  }
}

/** Declared inline policies of callers that are there and not as Stile writes them: their permission outlives the file. */
function leftBehind(
  { callerPolicies }: Compilation,
  changes: readonly Change[],
  world: World,
): readonly Blocked[] {
  const removed = new Set(
    changes.flatMap((change) =>
      change.kind === 'deleteInlinePolicy'
        ? [`${change.account.id}/${change.holder.kind}/${change.holder.name}/${change.policyName}`]
        : [],
    ),
  )
  return callerPolicies.flatMap((policy) =>
    inlineKeys(policy).flatMap((key, index): readonly Blocked[] => {
      const { account, name, principals } = policy
      const actual = principals[index] && world.findPrincipal(account.id, principals[index])
      const present = actual?.inlinePolicies.find((one) => one.name === name)
      if (actual === undefined || present === undefined || removed.has(key)) return []
      // In Stile's form and of other grants: another access file's, which has its own way of going.
      if (isCallerDocument(present.document)) return []
      const object = `inline policy ${name} of ${actual.kind}/${actual.name}`
      return [
        {
          account: { id: account.id, name: account.name },
          side: 'caller',
          reason: 'owned-by-somebody-else',
          object,
          message: `${object} in ${renderAccount(account)} stays: it was edited by hand, or is somebody else's`,
          remedy: 'look at what it allows, and delete it yourself if nobody needs it',
        },
      ]
    }),
  )
}

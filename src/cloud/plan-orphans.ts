import type { Compilation } from '../access/index.ts'
import type { ActualAccount } from './actual.ts'
import type { Change } from './change.ts'
import { findOwner, isOwnCallerDocument, type KnownRoles } from './ownership.ts'
import { planInlineRemoval, planManagedRemoval } from './plan-caller.ts'
import { planRoleDeletion } from './plan-role.ts'
import { knownRoles, type World } from './world.ts'

/**
 * Removes what this file owns and no longer declares: the callers' permissions first, then the roles.
 * Inline policies of callers carry no tag; `isOwnCallerDocument` says how they are told from others.
 */
export function planOrphans(live: Compilation, world: World): readonly Change[] {
  const known = knownRoles(live, world)
  return world.accounts.flatMap((account) => [
    ...orphanInline(live, account, known),
    ...orphanManaged(live, account, world),
    ...orphanRoles(live, account, world),
  ])
}

function orphanInline(
  live: Compilation,
  { account, principals }: ActualAccount,
  known: KnownRoles,
): readonly Change[] {
  const wanted = new Set(
    live.callerPolicies
      .filter((policy) => policy.kind === 'inline' && policy.account.id === account.id)
      .flatMap((policy) =>
        policy.principals.map(({ kind, name }) => `${kind}/${name}/${policy.name}`),
      ),
  )
  return principals.flatMap((principal) =>
    principal.inlinePolicies
      .filter(({ name }) => !wanted.has(`${principal.kind}/${principal.name}/${name}`))
      .filter(({ document }) => isOwnCallerDocument(document, known))
      .flatMap((policy) => planInlineRemoval(account, principal, policy)),
  )
}

function orphanManaged(
  live: Compilation,
  { account, policies }: ActualAccount,
  world: World,
): readonly Change[] {
  const wanted = new Set(live.callerPolicies.flatMap(({ arn }) => (arn === undefined ? [] : [arn])))
  return policies
    .filter((policy) => !wanted.has(policy.arn))
    .filter((policy) => findOwner(policy.tags, world.file).kind === 'own')
    .map((policy) => planManagedRemoval(account, policy))
}

function orphanRoles(
  live: Compilation,
  { account, roles }: ActualAccount,
  world: World,
): readonly Change[] {
  const wanted = new Set(
    live.roles
      .filter((role) => role.account.id === account.id)
      .map((role) => role.name.toLowerCase()),
  )
  return roles
    .filter((role) => !wanted.has(role.name.toLowerCase()))
    .filter((role) => findOwner(role.tags, world.file).kind === 'own')
    .map((role) => planRoleDeletion(account, role))
}

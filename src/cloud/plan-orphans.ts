import type { Compilation, DesiredCallerPolicy, NamedDocument } from '../access/index.ts'
import type { ActualAccount } from './actual.ts'
import type { Change } from './change.ts'
import { findOwner, isCallerDocument, isOwnCallerDocument, sharesSid } from './ownership.ts'
import { planInlineRemoval, planManagedRemoval } from './plan-caller.ts'
import { planRoleDeletion } from './plan-role.ts'
import { namesAny } from './role-resources.ts'
import { knownRoles, otherFilesRoles, type World } from './world.ts'

/**
 * Removes what this file owns and `wanted` does not hold: the callers' permissions first, then the roles.
 * Inline policies of callers carry no tag: one is this file's when it is written as Stile writes and either every role
 * in it is this file's, or the file declares a policy of that name and grant there (`declared`: also what has ended).
 */
export function planOrphans(
  wanted: Compilation,
  declared: Compilation,
  world: World,
): readonly Change[] {
  const isOwn = ownInline(declared, world)
  return world.accounts.flatMap((account) => [
    ...orphanInline(wanted, account, isOwn),
    ...orphanManaged(wanted, account, world),
    ...orphanRoles(wanted, account, world),
  ])
}

type IsOwn = (holderKey: string, policy: NamedDocument) => boolean

function ownInline(declared: Compilation, world: World): IsOwn {
  const known = knownRoles(declared, world)
  const documents = new Map(
    declared.callerPolicies.flatMap((policy) =>
      inlineKeys(policy).map((key) => [key, policy.document] as const),
    ),
  )
  const others = otherFilesRoles(world)
  return (holderKey, { name, document }) => {
    if (isOwnCallerDocument(document, known)) return true
    const wanted = documents.get(`${holderKey}/${name}`)
    if (wanted === undefined || !isCallerDocument(document)) return false
    return sharesSid(document, wanted) && !namesAny(document, others)
  }
}

/** `111111111111/role/gitlab-runner/stile-push-images`. */
export function inlineKeys(policy: DesiredCallerPolicy): readonly string[] {
  if (policy.kind !== 'inline') return []
  return policy.principals.map(
    ({ kind, name }) => `${policy.account.id}/${kind}/${name}/${policy.name}`,
  )
}

function orphanInline(
  wanted: Compilation,
  { account, principals }: ActualAccount,
  isOwn: IsOwn,
): readonly Change[] {
  const kept = new Set(wanted.callerPolicies.flatMap(inlineKeys))
  return principals.flatMap((principal) => {
    const holderKey = `${account.id}/${principal.kind}/${principal.name}`
    return principal.inlinePolicies
      .filter((policy) => !kept.has(`${holderKey}/${policy.name}`) && isOwn(holderKey, policy))
      .flatMap((policy) => planInlineRemoval(account, principal, policy))
  })
}

function orphanManaged(
  desired: Compilation,
  { account, policies }: ActualAccount,
  world: World,
): readonly Change[] {
  const wanted = new Set(
    desired.callerPolicies.flatMap(({ arn }) => (arn === undefined ? [] : [arn])),
  )
  return policies
    .filter((policy) => !wanted.has(policy.arn))
    .filter((policy) => findOwner(policy.tags, world.file).kind === 'own')
    .map((policy) => planManagedRemoval(account, policy))
}

function orphanRoles(
  desired: Compilation,
  { account, roles }: ActualAccount,
  world: World,
): readonly Change[] {
  const wanted = new Set(
    desired.roles
      .filter((role) => role.account.id === account.id)
      .map((role) => role.name.toLowerCase()),
  )
  return roles
    .filter((role) => !wanted.has(role.name.toLowerCase()))
    .filter((role) => findOwner(role.tags, world.file).kind === 'own')
    .map((role) => planRoleDeletion(account, role))
}

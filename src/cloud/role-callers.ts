import type { Compilation, DesiredRole } from '../access/index.ts'
import type { Actual, ActualPrincipal, ActualRole } from './actual.ts'
import { fileTag, isCallerDocument } from './ownership.ts'
import { namesAny } from './role-resources.ts'
import { otherFilesRoles, type World } from './world.ts'

/** A role can be both: what one grant leads to, and the caller of another. */

/**
 * The role without what it holds as a caller: that is planned with the callers' policies, of this access file or of
 * another one, and is no part of what the role itself may do.
 */
export function withoutCallerSide(
  role: ActualRole,
  { live, world }: { readonly live: Compilation; readonly world: World },
): ActualRole {
  const accountId = accountOf(role.arn)
  const held = live.callerPolicies.filter(
    ({ account, principals }) =>
      account.id === accountId &&
      principals.some(({ kind, name }) => kind === 'role' && isSame(name, role.name)),
  )
  const names = new Set(held.filter(({ kind }) => kind === 'inline').map(({ name }) => name))
  const arns = new Set(held.map(({ arn }) => arn))
  const others = otherFilesRoles(world)
  return {
    ...role,
    inlinePolicies: role.inlinePolicies.filter(
      ({ name, document }) =>
        !names.has(name) && !(isCallerDocument(document) && namesAny(document, others)),
    ),
    managedPolicyArns: role.managedPolicyArns.filter(
      (arn) => !arns.has(arn) && !isOtherFiles(world, accountId, arn),
    ),
  }
}

/** What was read, with the roles that this plan makes first: they are there when the callers' turn comes. */
export function withRolesToMake(
  actual: Actual,
  live: Compilation,
  heldBack: ReadonlySet<string>,
): Actual {
  return {
    ...actual,
    accounts: actual.accounts.map((one) => {
      const made = live.roles
        .filter(({ account, arn }) => account.id === one.account.id && !heldBack.has(arn))
        .filter(({ name }) => !one.roles.some((role) => isSame(role.name, name)))
        .map(asPrincipal)
      return { ...one, principals: [...one.principals, ...made] }
    }),
  }
}

function asPrincipal({ name, path, arn }: DesiredRole): ActualPrincipal {
  return { kind: 'role', name, path, arn, inlinePolicies: [], managedPolicyArns: [] }
}

/** A caller policy that carries another access file's tag. */
function isOtherFiles(world: World, accountId: string, arn: string): boolean {
  const policy = world.findPolicy(accountId, arn)
  const file = policy?.tags[fileTag]
  return policy !== undefined && file !== undefined && file !== world.file
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? ''
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

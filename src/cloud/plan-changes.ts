import type { Compilation, DesiredCallerPolicy, DesiredRole } from '../access/index.ts'
import type { PolicyDocument } from '../core/index.ts'
import type { Actual } from './actual.ts'
import {
  type BlockingRules,
  blockCallerPolicy,
  blockMissingCallers,
  blockRole,
} from './blocking.ts'
import type { Blocked, Change, Manual } from './change.ts'
import { stages } from './change.ts'
import { renderAccount } from './cloud-error.ts'
import { fingerprintOf } from './fingerprint.ts'
import { liveCompilation } from './live-compilation.ts'
import type { Plan } from './plan.ts'
import { planAccess } from './plan-access.ts'
import { planCallerPolicy } from './plan-caller.ts'
import { planProviders } from './plan-provider.ts'
import { planRole } from './plan-role.ts'
import { withoutCallerSide, withRolesToMake } from './role-callers.ts'
import { namesAny, withoutRoles } from './role-resources.ts'
import { planRemovals, type Undeclared } from './undeclared.ts'
import { indexActual, type World } from './world.ts'

export interface PlanOptions {
  /** Grants that ended before this are planned for removal. Milliseconds since 1970. */
  readonly nowMs: number
  /** Take over objects that exist and that no access file owns. */
  readonly adopt?: boolean
  /** `remove` by default. */
  readonly undeclared?: Undeclared
}

/**
 * What has to change so that both sides are as declared. Pure: the same input gives the same plan.
 * What is in somebody else's hands is `blocked` and left alone, with everything that rests on it.
 */
export function planChanges(compilation: Compilation, actual: Actual, options: PlanOptions): Plan {
  const world = indexActual(actual)
  const live = liveCompilation(compilation, options.nowMs)
  const providers = planProviders(live, world)
  const rules: BlockingRules = {
    world,
    live,
    ownership: options.adopt === true ? 'adopt' : 'strict',
    missingProviders: providers.blocked.map((blocked) => blocked.object),
  }
  const roles = planRoles(live, rules)
  const later = indexActual(withRolesToMake(actual, live, roles.heldBack))
  const callers = planCallers(live, { ...rules, world: later }, roles.heldBack)
  const { undeclared = 'remove' } = options
  const removals = planRemovals(live, compilation, { world, undeclared })
  const changes = inOrder([
    ...removals.changes,
    ...providers.changes,
    ...withoutRepetition(roles.changes, removals.changes),
    ...callers.changes,
  ])
  return {
    version: 1,
    kind: 'apply',
    fingerprint: fingerprintOf(actual),
    scope: actual.scope,
    access: planAccess(changes, later),
    changes,
    blocked: [
      ...providers.blocked,
      ...roles.blocked,
      ...blockMissingCallers(live, later),
      ...callers.blocked,
      ...removals.blocked,
    ],
    manual: live.callerPolicies.flatMap(manualOf),
    unread: actual.unread.map(({ account, because }) => ({ account, because })),
  }
}

/** By stage; within one stage as they were found, which keeps the steps of one role together. */
export function inOrder(changes: readonly Change[]): readonly Change[] {
  return stages.flatMap((stage) => changes.filter((change) => change.stage === stage))
}

/** What a role holds as a caller may be found from both of its sides. */
function withoutRepetition(
  changes: readonly Change[],
  removals: readonly Change[],
): readonly Change[] {
  const keyOf = (change: Change): string | undefined =>
    change.kind === 'deleteInlinePolicy'
      ? `${change.account.id} ${change.holder.kind}/${change.holder.name} ${change.policyName}`
      : undefined
  const removed = new Set(removals.flatMap((change) => keyOf(change) ?? []))
  return changes.filter((change) => !removed.has(keyOf(change) ?? ''))
}

interface PlannedRoles {
  readonly changes: readonly Change[]
  readonly blocked: readonly Blocked[]
  /** Roles that are not this file's or not known: nobody is given the permission to assume them. */
  readonly heldBack: ReadonlySet<string>
}

function planRoles(live: Compilation, rules: BlockingRules): PlannedRoles {
  const changes: Change[] = []
  const blocked: Blocked[] = []
  const heldBack = new Set<string>()
  for (const role of live.roles) {
    const reasons = rules.world.isRead(role.account.id) ? blockRole(role, rules) : [unread(role)]
    if (reasons.length > 0) {
      blocked.push(...reasons)
      heldBack.add(role.arn)
    } else {
      const { world } = rules
      const actual = world.findRole(role.account.id, role.name)
      changes.push(...planRole(role, actual && withoutCallerSide(actual, { live, world })))
    }
  }
  return { changes, blocked, heldBack }
}

function planCallers(
  live: Compilation,
  rules: BlockingRules,
  heldBack: ReadonlySet<string>,
): Pick<PlannedRoles, 'changes' | 'blocked'> {
  const planned = live.callerPolicies
    .filter((policy) => policy.kind !== 'printed' && rules.world.isRead(policy.account.id))
    .map((policy) => {
      const blocked = blockCallerPolicy(policy, rules)
      if (blocked.length > 0) return { changes: [], blocked }
      const narrowed = holdBack(presentCallers(policy, rules.world), rules.world, heldBack)
      return { changes: narrowed.flatMap((one) => planCallerPolicy(one, rules.world)), blocked }
    })
  return {
    changes: planned.flatMap((one) => one.changes),
    blocked: planned.flatMap((one) => one.blocked),
  }
}

function presentCallers(policy: DesiredCallerPolicy, world: World): DesiredCallerPolicy {
  const principals = policy.principals.filter(
    (principal) => world.findPrincipal(policy.account.id, principal)?.path === principal.path,
  )
  return { ...policy, principals }
}

/** The policy without roles that are held back: nobody is newly let in there. Where one is named already it stays. */
function holdBack(
  policy: DesiredCallerPolicy,
  world: World,
  heldBack: ReadonlySet<string>,
): readonly DesiredCallerPolicy[] {
  const present = presentDocuments(policy, world)
  const left = policy.roleArns.filter(
    (arn) => heldBack.has(arn) && !present.some((document) => namesAny(document, new Set([arn]))),
  )
  const document = withoutRoles(policy.document, new Set(left))
  if (document === undefined) return []
  const roleArns = policy.roleArns.filter((arn) => !left.includes(arn))
  return [{ ...policy, document, roleArns }]
}

function presentDocuments(policy: DesiredCallerPolicy, world: World): readonly PolicyDocument[] {
  const { account, arn, name } = policy
  const managed = arn === undefined ? undefined : world.findPolicy(account.id, arn)
  const inline = policy.principals.flatMap((principal) =>
    (world.findPrincipal(account.id, principal)?.inlinePolicies ?? []).filter(
      (one) => one.name === name,
    ),
  )
  return [...inline, ...(managed === undefined ? [] : [managed])].map(({ document }) => document)
}

function unread(role: DesiredRole): Blocked {
  const account = { id: role.account.id, name: role.account.name }
  return {
    account,
    side: 'trusting',
    reason: 'unread-account',
    object: `role/${role.name}`,
    message: `role/${role.name}: ${renderAccount(account)} could not be read`,
    remedy: 'mend the sign-in to that account, then run again',
  }
}

function manualOf(policy: DesiredCallerPolicy): readonly Manual[] {
  if (policy.kind !== 'printed') return []
  const { id, name } = policy.account
  const whom =
    policy.principals.length === 0
      ? 'whoever may assume the role'
      : policy.principals.map((one) => `${one.kind}/${one.name}`).join(', ')
  const words = `give ${whom} in ${renderAccount({ id, name })} this policy yourself`
  return [{ account: { id, name }, words, document: policy.document }]
}

import type { Account, DesiredRole, Grant, GrantPrincipal } from '../access/index.ts'
import {
  authorize,
  type CompiledPolicy,
  compilePolicy,
  emptyLayers,
  explain,
  type PolicyDocument,
  type PolicyLayers,
  type PolicyType,
  type Principal,
  parsePolicy,
} from '../core/index.ts'
import type { ActualPrincipal } from './actual.ts'
import { renderAccount } from './cloud-error.ts'
import { actionsOf, contextOf, metRequirements } from './verify-context.ts'
import type { World } from './world.ts'

/** One way into one role: a grant, its role in one account, and one of its callers. */
export interface WayIn {
  readonly grant: Grant
  readonly role: DesiredRole
  readonly account: Account
  readonly caller: GrantPrincipal
}

export type Decided =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly because: string }

/**
 * What the engine says of the documents as they were read from both sides. It knows the trust policy and the policies
 * that Stile writes for callers, not what else is attached to them, nor SCPs.
 */
export function decideWayIn(way: WayIn, world: World, nowMs: number): Decided {
  const { grant, role, account, caller } = way
  const actualRole = world.findRole(role.account.id, role.name)
  if (actualRole === undefined) {
    return refused(`role/${role.name} does not exist in ${renderAccount(role.account)}`)
  }
  const holder = world.findPrincipal(account.id, caller)
  if (holder === undefined) {
    return refused(`${caller.kind}/${caller.name} does not exist in ${renderAccount(account)}`)
  }
  const trust = compiled(actualRole.trustPolicy, 'trust', `trust policy of role/${role.name}`)
  const identity = identityOf(holder, world, account.id)
  if (trust === undefined || identity === undefined) {
    return refused('one of the documents as read is no valid policy')
  }
  const layers: PolicyLayers = { ...emptyLayers, identity, resource: trust }
  const met = metRequirements(grant, caller.name)
  const context = contextOf(grant, met, nowMs)
  for (const action of actionsOf(met)) {
    const request = {
      principal: principalOf(way, holder),
      action,
      resource: actualRole.arn,
      resourceAccount: role.account.id,
      context,
    }
    if (authorize(request, layers).kind !== 'allow') {
      const { cause } = explain(request, layers)
      return refused(cause?.text ?? `${action} is refused`)
    }
  }
  return { kind: 'allowed' }
}

function refused(because: string): Decided {
  return { kind: 'refused', because }
}

/** A role calls as a session of its own; of a group somebody who is in it. */
function principalOf({ account, caller }: WayIn, holder: ActualPrincipal): Principal {
  const start = `arn:${account.partition}`
  if (caller.kind === 'role') {
    return {
      kind: 'roleSession',
      accountId: account.id,
      arn: `${start}:sts::${account.id}:assumed-role/${caller.name}/stile-verify`,
      roleArn: holder.arn,
      roleArnIsDerived: false,
      sessionName: 'stile-verify',
    }
  }
  const member = `${start}:iam::${account.id}:user/stile-verify`
  return { kind: 'user', accountId: account.id, arn: caller.kind === 'user' ? holder.arn : member }
}

function identityOf(
  holder: ActualPrincipal,
  world: World,
  accountId: string,
): readonly CompiledPolicy[] | undefined {
  const managed = holder.managedPolicyArns.flatMap((arn) => {
    const policy = world.findPolicy(accountId, arn)
    return policy === undefined ? [] : [policy]
  })
  const policies = [...holder.inlinePolicies, ...managed].map((policy) =>
    compiled(policy.document, 'identity', policy.name),
  )
  const sound = policies.filter((policy) => policy !== undefined)
  return sound.length === policies.length ? sound : undefined
}

function compiled(
  document: PolicyDocument,
  type: PolicyType,
  label: string,
): CompiledPolicy | undefined {
  const parsed = parsePolicy(document, type)
  return parsed.ok ? compilePolicy(parsed.policy, label) : undefined
}

import type { PolicyDocument } from '../core/index.ts'
import type { Change } from './change.ts'
import { roleResourcesOf } from './role-resources.ts'
import type { World } from './world.ts'

/** Which roles each caller may assume by the policies that Stile writes: caller's ARN to role ARNs. */
export type CallerReach = ReadonlyMap<string, ReadonlySet<string>>

/** The callers' reach as read, and as it will be when all changes are made. */
export function callerReach(
  changes: readonly Change[],
  world: World,
): { readonly before: CallerReach; readonly after: CallerReach } {
  const before = heldPolicies(world)
  return { before: reachOf(before), after: reachOf(afterChanges(before, changes, world)) }
}

/** Caller's ARN to its policies: by name for inline ones, by ARN for managed ones. */
type Held = ReadonlyMap<string, ReadonlyMap<string, PolicyDocument>>

function heldPolicies(world: World): Held {
  const held = new Map<string, ReadonlyMap<string, PolicyDocument>>()
  for (const { principals, policies } of world.accounts) {
    const managed = new Map(policies.map((policy) => [policy.arn, policy.document]))
    for (const principal of principals) {
      const inline = principal.inlinePolicies.map(({ name, document }) => [name, document] as const)
      const attached = principal.managedPolicyArns.map(
        (arn) => [arn, managed.get(arn) ?? {}] as const,
      )
      held.set(principal.arn, new Map([...inline, ...attached]))
    }
  }
  return held
}

function afterChanges(before: Held, changes: readonly Change[], world: World): Held {
  const documents = new Map(
    world.accounts.flatMap((one) => one.policies.map((policy) => [policy.arn, policy.document])),
  )
  const after = new Map([...before].map(([arn, policies]) => [arn, new Map(policies)]))
  for (const change of changes.filter((one) => one.side === 'caller')) {
    if (change.kind === 'createManagedPolicy' || change.kind === 'newPolicyVersion') {
      documents.set(change.policyArn, change.after)
      for (const policies of after.values()) {
        if (policies.has(change.policyArn)) policies.set(change.policyArn, change.after)
      }
    } else if (change.kind === 'deleteManagedPolicy') {
      for (const policies of after.values()) policies.delete(change.policyArn)
    } else if ('holder' in change) {
      const arn = world.findPrincipal(change.account.id, change.holder)?.arn ?? ''
      const policies = after.get(arn) ?? new Map<string, PolicyDocument>()
      if (change.kind === 'putInlinePolicy') policies.set(change.policyName, change.after)
      if (change.kind === 'deleteInlinePolicy') policies.delete(change.policyName)
      if (change.kind === 'detachPolicy') policies.delete(change.policyArn)
      if (change.kind === 'attachPolicy') {
        policies.set(change.policyArn, documents.get(change.policyArn) ?? {})
      }
      after.set(arn, policies)
    }
  }
  return after
}

function reachOf(held: Held): CallerReach {
  return new Map(
    [...held].map(([arn, policies]) => [arn, new Set([...policies.values()].flatMap(rolesIn))]),
  )
}

/** Role ARNs; a pattern that nothing narrows stands for itself. */
function rolesIn(document: PolicyDocument): readonly string[] {
  const roles = roleResourcesOf(document)
  if (roles !== 'any') return roles
  return [...JSON.stringify(document).matchAll(/arn:[^:"]+:iam::[^:"]*:role\/[^"]+/g)].map(
    ([arn]) => arn,
  )
}

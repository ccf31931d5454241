import type { Compilation, DesiredCallerPolicy } from './compilation.ts'
import type { Problem } from './problem.ts'

/**
 * A role that one grant makes and another names as its caller has the policies of both. Of one name they would
 * overwrite each other by turns.
 */
export function policyNameProblems(compilation: Compilation): readonly Problem[] {
  return compilation.callerPolicies.flatMap((policy) => {
    const role = compilation.roles.find(
      ({ account, name, inlinePolicies, managedPolicyArns }) =>
        account.id === policy.account.id &&
        isCallerOf(policy, name) &&
        (policy.kind === 'inline'
          ? inlinePolicies.some((one) => one.name.toLowerCase() === policy.name.toLowerCase())
          : managedPolicyArns.includes(policy.arn ?? '')),
    )
    const grant = policy.grants.at(-1)
    if (role === undefined || grant === undefined) return []
    return [
      {
        severity: 'error',
        code: 'caller-policy-name-taken',
        path: `grants.${grant.name}.from.policy.name`,
        position: grant.position,
        message: `role \`${role.name}\` in \`${role.account.name}\` is the caller of grant \`${grant.name}\` and what grant \`${role.grants[0]?.name ?? ''}\` leads to: its policy \`${policy.name}\` would be both`,
        remedy: `give the caller's policy another name, such as \`policy: { name: stile-${grant.name}-caller }\``,
      },
    ]
  })
}

function isCallerOf({ principals }: DesiredCallerPolicy, roleName: string): boolean {
  return principals.some(
    ({ kind, name }) => kind === 'role' && name.toLowerCase() === roleName.toLowerCase(),
  )
}

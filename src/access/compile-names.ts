import type { Compilation, DesiredCallerPolicy } from './compilation.ts'
import type { Problem } from './problem.ts'

/**
 * Names of caller policies that IAM cannot keep apart. A role that one grant makes and another names as its caller has
 * the policies of both: of one name they would overwrite each other by turns.
 */
export function policyNameProblems(compilation: Compilation): readonly Problem[] {
  return [...takenNames(compilation), ...similarNames(compilation)]
}

/** AWS: the names of managed policies are one where they differ only in case; the second could not be made. */
function similarNames({ callerPolicies }: Compilation): readonly Problem[] {
  const first = new Map<string, DesiredCallerPolicy>()
  return callerPolicies.flatMap((policy): readonly Problem[] => {
    if (policy.kind !== 'managed') return []
    const key = `${policy.account.id}/${policy.name.toLowerCase()}`
    const other = first.get(key)
    if (other === undefined) first.set(key, policy)
    const grant = policy.grants[0]
    if (other === undefined || grant === undefined) return []
    return [
      {
        severity: 'error',
        code: 'similar-policy-names',
        path: `grants.${grant.name}.from.policy.name`,
        position: grant.position,
        message: `managed policies \`${other.name}\` and \`${policy.name}\` in \`${policy.account.name}\` differ only in case, and IAM takes them for one`,
        remedy: `write \`${other.name}\` in both, or rename one of the two`,
      },
    ]
  })
}

function takenNames(compilation: Compilation): readonly Problem[] {
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

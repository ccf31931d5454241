import type { Account } from './access-file.ts'
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

function takenNames({ roles, callerPolicies }: Compilation): readonly Problem[] {
  const places = new Map(roles.map((role, place) => [roleKey(role.account, role.name), place]))
  return callerPolicies.flatMap((policy) => {
    const role = callersAmong(policy, places)
      .flatMap((place) => roles[place] ?? [])
      .find(({ inlinePolicies, managedPolicyArns }) =>
        policy.kind === 'inline'
          ? inlinePolicies.some((one) => one.name.toLowerCase() === policy.name.toLowerCase())
          : managedPolicyArns.includes(policy.arn ?? ''),
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

/** The places of the roles that a policy is for, in the file's order. */
function callersAmong(
  { account, principals }: DesiredCallerPolicy,
  places: ReadonlyMap<string, number>,
): readonly number[] {
  const keys = principals.filter(({ kind }) => kind === 'role').map(({ name }) => name)
  const found = keys.flatMap((name) => places.get(roleKey(account, name)) ?? [])
  return [...new Set(found)].sort((one, other) => one - other)
}

/** AWS: the names of roles are unique in an account whatever their path and case. */
function roleKey(account: Account, name: string): string {
  return `${account.id}/${name.toLowerCase()}`
}

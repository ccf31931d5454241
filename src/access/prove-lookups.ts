import type { AccountId, CompiledPolicy } from '../core/index.ts'
import { parseAccountId } from '../core/index.ts'
import type { Account, Grant, GrantPrincipal } from './access-file.ts'
import { principalKey } from './caller-policy.ts'
import type { ProofWorld, ProvedCallerPolicy, ProvedRole } from './prove-world.ts'
import { groupBy, ofWorld } from './world-facts.ts'

/** The role that the file declares under an ARN. */
export function roleByArn(world: ProofWorld, arn: string): ProvedRole | undefined {
  return rolesByArn(world).get(arn)?.[0]
}

/** The roles that a grant leads to: one for each of its accounts. */
export function rolesOfGrant(world: ProofWorld, grant: Grant): readonly ProvedRole[] {
  return rolesByGrant(world).get(grant.name) ?? []
}

export function grantByName(world: ProofWorld, name: string): Grant | undefined {
  return grantsByName(world).get(name)?.[0]
}

export function accountById(world: ProofWorld, id: string): Account | undefined {
  return accountsById(world).get(id)?.[0]
}

/** The policies on the caller's side that a principal of an account holds once the file is applied. */
export function policiesOfPrincipal(
  world: ProofWorld,
  accountId: string,
  principal: Pick<GrantPrincipal, 'kind' | 'path' | 'name'>,
): readonly CompiledPolicy[] {
  const key = `${accountId}\n${principalKey(principal)}`
  return (policiesByHolder(world).get(key) ?? []).map(({ compiled }) => compiled)
}

/** What is printed for a whole account, for its administrators to attach. */
export function printedPolicies(world: ProofWorld, grant: Grant): readonly ProvedCallerPolicy[] {
  return printedByGrant(world).get(grant.name) ?? []
}

/** The highest account id that neither the file nor one of its vendors has. */
export const unknownAccount = ofWorld(({ access }): AccountId => {
  const vendors = access.grants.flatMap(({ from }) =>
    from.kind === 'external' ? [from.accountId] : [],
  )
  const known = new Set<string>([...access.accounts.map(({ id }) => id), ...vendors])
  for (let number = 999_999_999_999; ; number -= 1) {
    const id = parseAccountId(String(number))
    if (id !== undefined && !known.has(id)) return id
  }
})

const rolesByArn = ofWorld(({ roles }) => groupBy(roles, ({ desired }) => [desired.arn]))

const rolesByGrant = ofWorld(({ roles }) =>
  groupBy(roles, ({ desired }) => desired.grants.map(({ name }) => name)),
)

const grantsByName = ofWorld(({ access }) => groupBy(access.grants, ({ name }) => [name]))

const accountsById = ofWorld(({ access }) => groupBy(access.accounts, ({ id }) => [id]))

const policiesByHolder = ofWorld(({ callerPolicies }) =>
  groupBy(callerPolicies, ({ desired }) =>
    desired.principals.map((one) => `${desired.account.id}\n${principalKey(one)}`),
  ),
)

const printedByGrant = ofWorld(({ callerPolicies }) =>
  groupBy(callerPolicies, ({ desired }) =>
    desired.principals.length === 0 ? desired.grants.map(({ name }) => name) : [],
  ),
)

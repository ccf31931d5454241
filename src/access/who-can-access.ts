import type { Estate, EstatePrincipal, Principal } from '../core/index.ts'
import type { AccessFile } from './access-file.ts'
import { compileAccess } from './compile-access.ts'
import { hasWildcard } from './compile-arns.ts'
import type { Problem } from './problem.ts'
import { grantCallers, sessionCaller } from './prove-callers.ts'
import { buildProofWorld, type ProofWorld } from './prove-world.ts'
import type { TrialCaller } from './trial-caller.ts'

export type AccessEstate =
  | { readonly kind: 'estate'; readonly estate: Estate }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }

/**
 * Who and what there is once the file is applied, to ask who can and what can. Callers that the file gives no name, such
 * as members of a group, stand in it by words for one of them.
 */
export function accessEstate(access: AccessFile, nowMs: number): AccessEstate {
  const compiled = compileAccess(access)
  if (!compiled.ok) return { kind: 'problems', problems: compiled.problems }
  const world = buildProofWorld(access, compiled.compilation, nowMs)
  const roles = world.roles.flatMap((role) => {
    const [grant] = role.desired.grants
    if (grant === undefined) return []
    const { principal, identity, boundary } = sessionCaller(world, role, grant)
    const { arn, account } = role.desired
    return [{ arn, accountId: account.id, principal, identity, boundary, trust: role.trust }]
  })
  const known = new Set(roles.map(({ arn }) => arn))
  const callers = new Map(callersOf(world).map((caller) => [caller.arn, caller] as const))
  const others = [...callers.values()].filter(({ arn }) => !known.has(arn))
  return {
    kind: 'estate',
    estate: {
      principals: [...roles, ...others],
      resources: [],
      organization: new Map(),
      accounts: new Set(access.accounts.map(({ id }) => id)),
      unread: unreadOf(world),
    },
  }
}

function callersOf(world: ProofWorld): readonly EstatePrincipal[] {
  return world.access.grants.flatMap((grant) => {
    const { from } = grant
    const [trusting] = grant.to.accounts
    if (from.kind !== 'account' || trusting === undefined) return []
    const isNamed =
      from.principals.length > 0 &&
      from.principals.every(
        (each) => (each.kind === 'user' || each.kind === 'role') && !hasWildcard(each),
      )
    return grantCallers(world, grant, trusting).flatMap((caller) =>
      principalOf(caller, isNamed ? 'by ARN' : 'by words'),
    )
  })
}

function principalOf(caller: TrialCaller, name: 'by ARN' | 'by words'): readonly EstatePrincipal[] {
  const { principal, identity, boundary, words } = caller
  if (!('accountId' in principal)) return []
  const arn = name === 'by ARN' ? arnOf(principal) : words
  return [{ arn, accountId: principal.accountId, principal, identity, boundary, trust: null }]
}

function arnOf(principal: Extract<Principal, { arn: string }>): string {
  return principal.kind === 'roleSession' ? principal.roleArn : principal.arn
}

function unreadOf({ roles }: ProofWorld): readonly string[] {
  const policies = roles.flatMap(({ desired, unknownPolicies, unknownBoundary }) =>
    [...unknownPolicies, ...(unknownBoundary === undefined ? [] : [unknownBoundary])].map(
      (arn) => `what the policy ${arn} of ${desired.arn} says`,
    ),
  )
  return [
    'principals and policies that the access file does not name, resource-based policies and SCPs',
    ...new Set(policies),
  ]
}

import type {
  Compilation,
  DesiredCallerPolicy,
  DesiredRole,
  Grant,
  GrantPrincipal,
} from '../access/index.ts'
import type { PolicyDocument } from '../core/index.ts'

/** The compilation without the grants that have ended: what they alone wanted is to be removed. */
export function liveCompilation(compilation: Compilation, nowMs: number): Compilation {
  const isLive = (grant: Grant): boolean =>
    grant.expires === undefined || Date.parse(grant.expires.endsAt) > nowMs
  return {
    ...compilation,
    roles: compilation.roles.flatMap((role) => liveRole(role, isLive, nowMs)),
    callerPolicies: compilation.callerPolicies.flatMap((policy) =>
      livePolicy(policy, compilation.roles, isLive),
    ),
  }
}

type IsLive = (grant: Grant) => boolean

function liveRole(role: DesiredRole, isLive: IsLive, nowMs: number): readonly DesiredRole[] {
  const grants = role.grants.filter(isLive)
  if (grants.length === 0) return []
  if (grants.length === role.grants.length) return [role]
  return [{ ...role, grants, trustPolicy: withoutEnded(role.trustPolicy, nowMs) }]
}

function livePolicy(
  policy: DesiredCallerPolicy,
  roles: readonly DesiredRole[],
  isLive: IsLive,
): readonly DesiredCallerPolicy[] {
  const grants = policy.grants.filter(isLive)
  if (grants.length === 0) return []
  if (grants.length === policy.grants.length) return [policy]
  const reach = (grant: Grant): readonly string[] =>
    roles
      .filter((role) => role.grants.some((one) => one.name === grant.name))
      .map((role) => role.arn)
  const live = new Set(grants.flatMap(reach))
  const given: unknown = policy.document.Statement
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given]
  const Statement = policy.grants.flatMap((grant, index) =>
    isLive(grant) ? [statements[index]] : [],
  )
  const document = { ...policy.document, Statement }
  const roleArns = policy.roleArns.filter((arn) => live.has(arn))
  return [{ ...policy, grants, document, roleArns, principals: livePrincipals(policy, grants) }]
}

function livePrincipals(
  policy: DesiredCallerPolicy,
  grants: readonly Grant[],
): readonly GrantPrincipal[] {
  const keyOf = ({ kind, path, name }: GrantPrincipal): string => `${kind}${path}${name}`
  const live = new Set(
    grants.flatMap(({ from }) => (from.kind === 'account' ? from.principals.map(keyOf) : [])),
  )
  return policy.principals.filter((principal) => live.has(keyOf(principal)))
}

/**
 * Leaves out the statements whose `DateLessThan aws:CurrentTime` has passed, each with its companions: those that let
 * its callers tag the session and name a source identity come right behind it. Sids do not tell them apart, since those
 * of two grants can be the same but for a number.
 */
function withoutEnded(trust: PolicyDocument, nowMs: number): PolicyDocument {
  const given: unknown = trust.Statement
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given]
  let isEnded = false
  const live = statements.filter((statement) => {
    if (!companionActions.has(textAt(statement, 'Action'))) isEnded = endsAtMs(statement) <= nowMs
    return !isEnded
  })
  return { ...trust, Statement: live }
}

const companionActions: ReadonlySet<string> = new Set(['sts:TagSession', 'sts:SetSourceIdentity'])

function endsAtMs(statement: unknown): number {
  const ends = at(at(at(statement, 'Condition'), 'DateLessThan'), 'aws:CurrentTime')
  const parsed = typeof ends === 'string' ? Date.parse(ends) : Number.NaN
  return Number.isNaN(parsed) ? Number.POSITIVE_INFINITY : parsed
}

function textAt(value: unknown, key: string): string {
  const found = at(value, key)
  return typeof found === 'string' ? found : ''
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

import type { Expectation, Grant } from './access-file.ts'
import { abilityOf, ownerOf } from './prove-ability.ts'
import { grantCallers } from './prove-callers.ts'
import { metContext, tryToEnter } from './prove-entry.ts'
import { grantByName, rolesOfGrant } from './prove-lookups.ts'
import type { ExpectationOutcome } from './prove-outcome.ts'
import { findBreach, sessionsAskedFor } from './prove-outcome.ts'
import { reachSessions, reachWhenArmed, sessionOf } from './prove-reach.ts'
import { reasonOf } from './prove-reason.ts'
import type { ProofWorld, ProvedRole } from './prove-world.ts'

/**
 * What the sessions of a grant may do: `can` for every caller in every account, `cannot` for none, whatever other
 * grants add on the way.
 */
export function expectationOfGrant(
  world: ProofWorld,
  asked: Expectation,
  grantName: string,
): ExpectationOutcome {
  const grant = grantByName(world, grantName)
  if (grant === undefined) throw new Error(`bug: expectation about unknown grant ${grantName}`)
  const roles = rolesOfGrant(world, grant)
  return asked.kind === 'can'
    ? everyoneCan(world, asked, { grant, roles })
    : nobodyCan(world, asked, { grant, roles })
}

interface GrantRoles {
  readonly grant: Grant
  readonly roles: readonly ProvedRole[]
}

function everyoneCan(
  world: ProofWorld,
  asked: Expectation,
  { grant, roles }: GrantRoles,
): ExpectationOutcome {
  let last: ExpectationOutcome = { kind: 'failed', detail: 'the grant leads to no such account' }
  for (const role of rolesAskedFor(asked, roles)) {
    const shut = findShutOut(world, grant, role)
    if (shut !== undefined) return shut
    const session = sessionOf(world, { role, grant, route: [grant.name] })
    const { kind, detail, side } = abilityOf(world, session, asked)
    if (kind !== 'can')
      return { kind: 'failed', detail: `${session.caller.words}: ${detail}`, side }
    last = { kind: 'allowed', detail }
  }
  return last
}

/** A resource that says whose it is, is asked about there alone, where the grant leads there. */
function rolesAskedFor(
  { inAccounts, resource }: Expectation,
  roles: readonly ProvedRole[],
): readonly ProvedRole[] {
  const owner = ownerOf(resource)
  const there = roles.filter(({ desired }) => desired.account.id === owner)
  if (inAccounts.length === 0) return there.length > 0 ? there : roles
  const ids = new Set(inAccounts.map(({ id }) => id))
  return roles.filter(({ desired }) => ids.has(desired.account.id))
}

function findShutOut(
  world: ProofWorld,
  grant: Grant,
  role: ProvedRole,
): ExpectationOutcome | undefined {
  for (const caller of grantCallers(world, grant, role.desired.account)) {
    const outcome = tryToEnter({ caller, role, context: metContext(grant, caller, world.nowMs) })
    if (outcome.isIn) continue
    const { detail, side } = reasonOf(world, outcome)
    const words = `${caller.words} does not get in: ${detail}`
    return { kind: 'failed', detail: words, ...(side === undefined ? {} : { side }) }
  }
  return undefined
}

function nobodyCan(
  world: ProofWorld,
  asked: Expectation,
  { grant, roles }: GrantRoles,
): ExpectationOutcome {
  const own = roles.map((role) => sessionOf(world, { role, grant, route: [grant.name] }))
  const callers = roles.flatMap((role) => grantCallers(world, grant, role.desired.account))
  const further = reachSessions(world, [...callers.map((caller) => ({ caller })), ...own])
  const known = new Set(own.map(({ role }) => role.desired.arn))
  const others = further.filter(
    (session) => session.grant.name !== grant.name || !known.has(session.role.desired.arn),
  )
  const tried = sessionsAskedFor(asked, [...own, ...others])
  const breach = findBreach(world, asked, tried)
  if (breach !== undefined) return breach
  const starts = callers.map((caller) => ({ caller }))
  const armed = reachWhenArmed(world, starts)
  const loophole = findBreach(world, asked, sessionsAskedFor(asked, armed))
  if (loophole !== undefined) {
    const detail = `holds while administrators do not let the callers assume another role: ${loophole.detail}`
    return { kind: 'delegated', detail, side: 'principal' }
  }
  const [first] = tried
  const why = first === undefined ? 'no session at all' : abilityOf(world, first, asked).detail
  const rest = tried.length - 1
  const detail = rest > 0 ? `${why}; likewise ${rest} more session(s)` : why
  return { kind: 'refused', detail, side: 'principal' }
}

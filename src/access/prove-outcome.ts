import type { Expectation } from './access-file.ts'
import type { Proof } from './proof.ts'
import type { Ability, Actor } from './prove-ability.ts'
import { abilityOf, isOpenAsk, perhapsAble } from './prove-ability.ts'
import type { ReachedSession } from './prove-reach.ts'
import type { ProofWorld } from './prove-world.ts'

/** How an expectation came out. */
export type ExpectationOutcome = Pick<Proof, 'kind' | 'detail' | 'side'>

/** The outcome where one of these may do what must not be, or may perhaps; undefined where none of them can. */
export function findBreach(
  world: ProofWorld,
  asked: Expectation,
  actors: readonly (Actor | ReachedSession)[],
): ExpectationOutcome | undefined {
  const able = perhapsAble(world, asked, actors)
  for (const actor of isOpenAsk(asked) ? withDistinctHoldings(able) : able) {
    const ability = abilityOf(world, actor, asked)
    if (ability.kind !== 'cannot') return breachOf(actor, ability)
  }
  return undefined
}

/** What a pattern may match follows from the policies alone: of sessions that hold the same, one speaks for all. */
function withDistinctHoldings<A extends Actor>(actors: readonly A[]): readonly A[] {
  const distinct: A[] = []
  for (const actor of actors) {
    if (!distinct.some((known) => holdTheSame(known, actor))) distinct.push(actor)
  }
  return distinct
}

function holdTheSame(one: Actor, other: Actor): boolean {
  const isSame = (mine: Actor['caller']['boundary'], theirs: Actor['caller']['boundary']) =>
    mine?.length === theirs?.length && (mine ?? []).every((each, i) => each === theirs?.[i])
  return (
    isSame(one.caller.identity, other.caller.identity) &&
    isSame(one.caller.boundary, other.caller.boundary) &&
    one.role?.unknownPolicies.length === other.role?.unknownPolicies.length
  )
}

function breachOf(actor: Actor | ReachedSession, ability: Ability): ExpectationOutcome {
  const route =
    'route' in actor && actor.route.length > 0 ? ` (by grant ${actor.route.join(', then ')})` : ''
  return {
    kind: 'failed',
    detail: `${actor.caller.words}${route}: ${ability.detail}`,
    side: ability.side,
  }
}

/** Sessions in the accounts that `in:` names; all of them where it names none. */
export function sessionsAskedFor(
  { inAccounts }: Expectation,
  sessions: readonly ReachedSession[],
): readonly ReachedSession[] {
  if (inAccounts.length === 0) return sessions
  const ids = new Set(inAccounts.map(({ id }) => id))
  return sessions.filter(({ role }) => ids.has(role.desired.account.id))
}

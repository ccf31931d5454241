import type { Expectation } from './access-file.ts'
import type { Proof } from './proof.ts'
import type { Ability, Actor } from './prove-ability.ts'
import { abilityOf } from './prove-ability.ts'
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
  for (const actor of actors) {
    const ability = abilityOf(world, actor, asked)
    if (ability.kind !== 'cannot') return breachOf(actor, ability)
  }
  return undefined
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

import type { Expectation, ExpectationSubject } from './access-file.ts'
import { abilityOf } from './prove-ability.ts'
import { mayAssumeAnything, ownCaller } from './prove-callers.ts'
import type { ExpectationOutcome } from './prove-outcome.ts'
import { findBreach, sessionsAskedFor } from './prove-outcome.ts'
import { reachSessions } from './prove-reach.ts'
import type { ProofWorld } from './prove-world.ts'

type Subject = ExpectationSubject & { readonly kind: 'principal' }

/**
 * What a principal may do by what the file gives it, and by every chain of grants. A `cannot` is tried again as if its
 * administrators had let it assume any role: then the trust policies alone must keep it out.
 */
export function expectationOfPrincipal(
  world: ProofWorld,
  asked: Expectation,
  subject: Subject,
): ExpectationOutcome {
  const caller = ownCaller(world, subject.account, subject.principal)
  const sessions = sessionsAskedFor(asked, reachSessions(world, [{ caller }]))
  const actors = [{ caller }, ...sessions]
  if (asked.kind === 'can') {
    const able = actors
      .map((actor) => ({ actor, ability: abilityOf(world, actor, asked) }))
      .find(({ ability }) => ability.kind === 'can')
    return able === undefined
      ? { kind: 'failed', detail: `${caller.words} may not, ${reachWords(sessions.length)}` }
      : { kind: 'allowed', detail: `as ${able.actor.caller.words}: ${able.ability.detail}` }
  }
  const breach = findBreach(world, asked, actors)
  if (breach !== undefined) return breach
  const armed = reachSessions(world, [{ caller }], { extra: mayAssumeAnything() })
  const loophole = findBreach(world, asked, sessionsAskedFor(asked, armed))
  if (loophole !== undefined) {
    const { name, id } = subject.account
    const detail = `holds while the administrators of ${name} (${id}) do not let it assume the role: ${loophole.detail}`
    return { kind: 'delegated', detail, side: 'principal' }
  }
  const detail = `${caller.words}: ${reachWords(sessions.length)}, and no trust policy that would give it lets it in`
  return { kind: 'refused', detail, side: 'resource' }
}

function reachWords(count: number): string {
  if (count === 0) return 'no declared grant lets it in'
  return count === 1 ? 'one role session tried' : `${count} role sessions tried`
}

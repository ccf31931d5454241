import type { Account, Expectation, ExpectationSubject } from './access-file.ts'
import { abilityOf } from './prove-ability.ts'
import { ownCallers } from './prove-callers.ts'
import type { ExpectationOutcome } from './prove-outcome.ts'
import { findBreach, sessionsAskedFor } from './prove-outcome.ts'
import { reachSessions, reachWhenArmed } from './prove-reach.ts'
import type { ProofWorld } from './prove-world.ts'
import type { TrialCaller } from './trial-caller.ts'

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
  const callers = ownCallers(world, subject.account, subject.principal)
  if (asked.kind === 'cannot') return noneCan(world, asked, { callers, account: subject.account })
  const outcomes = callers.map((caller) => oneCan(world, asked, caller))
  const [first = { kind: 'failed', detail: 'nobody was tried' }] = outcomes
  return outcomes.find(({ kind }) => kind === 'failed') ?? first
}

function oneCan(world: ProofWorld, asked: Expectation, caller: TrialCaller): ExpectationOutcome {
  const sessions = sessionsAskedFor(asked, reachSessions(world, [{ caller }]))
  const able = [{ caller }, ...sessions]
    .map((actor) => ({ actor, ability: abilityOf(world, actor, asked) }))
    .find(({ ability }) => ability.kind === 'can')
  return able === undefined
    ? { kind: 'failed', detail: `${caller.words} may not, ${reachWords(sessions.length)}` }
    : { kind: 'allowed', detail: `as ${able.actor.caller.words}: ${able.ability.detail}` }
}

function noneCan(
  world: ProofWorld,
  asked: Expectation,
  { callers, account }: { readonly callers: readonly TrialCaller[]; readonly account: Account },
): ExpectationOutcome {
  const starts = callers.map((caller) => ({ caller }))
  const sessions = sessionsAskedFor(asked, reachSessions(world, starts))
  const breach = findBreach(world, asked, [...starts, ...sessions])
  if (breach !== undefined) return breach
  const armed = reachWhenArmed(world, starts)
  const loophole = findBreach(world, asked, sessionsAskedFor(asked, armed))
  if (loophole !== undefined) {
    const detail = `holds while the administrators of ${account.name} (${account.id}) do not let it assume the role: ${loophole.detail}`
    return { kind: 'delegated', detail, side: 'principal' }
  }
  const who = callers[0]?.words ?? ''
  const detail = `${who}: ${reachWords(sessions.length)}, and no trust policy that would give it lets it in`
  return { kind: 'refused', detail, side: 'resource' }
}

function reachWords(count: number): string {
  if (count === 0) return 'no declared grant lets it in'
  return count === 1 ? 'one role session tried' : `${count} role sessions tried`
}

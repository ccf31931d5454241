import type { Grant } from './access-file.ts'
import { mayAssumeAnything, sessionCaller } from './prove-callers.ts'
import { openDoors } from './prove-doors.ts'
import type { ProofWorld, ProvedRole } from './prove-world.ts'
import type { TrialCaller } from './trial-caller.ts'
import { keeper, ofWorld } from './world-facts.ts'

/** A role session that somebody can get by declared grants. */
export interface ReachedSession {
  readonly caller: TrialCaller
  readonly role: ProvedRole
  /** The grant by which the role was entered. */
  readonly grant: Grant
  /** Grant names, first step first. */
  readonly route: readonly string[]
}

export interface Start {
  readonly caller: TrialCaller
  /** How the caller came to be what it is; empty for a principal itself. */
  readonly route?: readonly string[]
}

/**
 * Every role session that callers can get, directly and from one role to the next, with all demands met. A role that
 * two grants lead to is reached once by each, since sessions carry the tags of their grant.
 */
export function reachSessions(
  world: ProofWorld,
  starts: readonly Start[],
): readonly ReachedSession[] {
  // Who finds no door open adds nothing; without them, most questions turn out to be the same.
  const steps = startSteps(starts).filter(({ caller }) => openDoors(world, caller).length > 0)
  const key = steps.map(({ caller, route }) => [numberOf(world, caller), ...route].join(' '))
  return reachedBefore(world).keep(key.join('\n'), () => walkFrom(world, steps))
}

/** The same as if the administrators of the first callers had let them assume any role. */
export function reachWhenArmed(
  world: ProofWorld,
  starts: readonly Start[],
): readonly ReachedSession[] {
  const armed = startSteps(starts).map((step) => ({ ...step, caller: arm(world, step.caller) }))
  return reachSessions(world, armed)
}

// Questions about the same callers come one after the other; all answers together could be too many.
const reachedBefore = ofWorld(() => keeper<readonly ReachedSession[]>(16))

function walkFrom(world: ProofWorld, steps: readonly Step[]): readonly ReachedSession[] {
  const reached = new Map<string, ReachedSession>()
  let frontier = steps
  while (frontier.length > 0) {
    const found: ReachedSession[] = []
    for (const step of frontier) {
      for (const door of openDoors(world, step.caller)) {
        const key = `${door.role.desired.arn}\n${door.grant.name}`
        if (reached.has(key)) continue
        const session = sessionOf(world, { ...door, route: [...step.route, door.grant.name] })
        reached.set(key, session)
        found.push(session)
      }
    }
    frontier = found
  }
  return [...reached.values()]
}

interface Step {
  readonly caller: TrialCaller
  readonly route: readonly string[]
}

/** The same caller comes up for every account of a grant; one is enough. */
function startSteps(starts: readonly Start[]): readonly Step[] {
  const steps = new Map<string, Step>()
  for (const { caller, route = [] } of starts) {
    const key = `${identify(caller)}\n${JSON.stringify(route)}`
    if (!steps.has(key)) steps.set(key, { caller, route })
  }
  return [...steps.values()]
}

/** What tells callers apart, whatever they hold. */
function identify({ principal, context, carried }: TrialCaller): string {
  return JSON.stringify([principal, context, carried])
}

/** One object for all that nothing tells apart once they hold this: what else allows them something adds nothing. */
function arm(world: ProofWorld, caller: TrialCaller): TrialCaller {
  const { boundary, identity } = caller
  const armed = { ...caller, identity: [...identity, mayAssumeAnything(world)] }
  const isHeldBack =
    boundary !== null ||
    identity.some(({ policy }) => policy.statements.some(({ effect }) => effect === 'Deny'))
  const key = isHeldBack ? `held back ${numberOf(world, caller)}` : identify(caller)
  return armedBefore(world).keep(key, () => armed)
}

const armedBefore = ofWorld(() => keeper<TrialCaller>())

function numberOf(world: ProofWorld, caller: TrialCaller): number {
  const known = numbers(world)
  const present = known.get(caller)
  if (present !== undefined) return present
  known.set(caller, known.size)
  return known.size - 1
}

const numbers = ofWorld(() => new Map<TrialCaller, number>())

/** The session that a grant gives, however its caller came to it. */
export function sessionOf(
  world: ProofWorld,
  entered: Omit<ReachedSession, 'caller'>,
): ReachedSession {
  return { ...entered, caller: sessionCaller(world, entered.role, entered.grant) }
}

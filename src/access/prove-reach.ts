import type { CompiledPolicy } from '../core/index.ts'
import type { Grant } from './access-file.ts'
import type { TrialCaller } from './prove-callers.ts'
import { sessionCaller } from './prove-callers.ts'
import { metContext, tryToEnter } from './prove-entry.ts'
import type { Door, ProofWorld, ProvedRole } from './prove-world.ts'
import { tokenDoors } from './prove-world.ts'

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

interface Reaching {
  /** What the first callers are taken to hold besides their known policies. */
  readonly extra?: CompiledPolicy
}

/**
 * Every role session that callers can get, directly and from one role to the next, with all demands met. A role that
 * two grants lead to is reached once by each, since sessions carry the tags of their grant.
 */
export function reachSessions(
  world: ProofWorld,
  starts: readonly Start[],
  { extra }: Reaching = {},
): readonly ReachedSession[] {
  const reached = new Map<string, ReachedSession>()
  let frontier: readonly Step[] = startSteps(starts, extra)
  while (frontier.length > 0) {
    const found: ReachedSession[] = []
    for (const step of frontier) {
      for (const door of doorsFor(world, step.caller)) {
        const key = `${door.role.desired.arn}\n${door.grant.name}`
        if (reached.has(key) || !isOpenFor(world, door, step.caller)) continue
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
function startSteps(starts: readonly Start[], extra: CompiledPolicy | undefined): readonly Step[] {
  const steps = new Map<string, Step>()
  for (const { caller, route = [] } of starts) {
    const identity = extra === undefined ? caller.identity : [...caller.identity, extra]
    const key = JSON.stringify([caller.principal, caller.context, caller.carried, route])
    if (!steps.has(key)) steps.set(key, { caller: { ...caller, identity }, route })
  }
  return [...steps.values()]
}

/** The doors whose trust names the caller's account or provider at all: the others are shut to it. */
function doorsFor({ doors }: ProofWorld, { principal }: TrialCaller): readonly Door[] {
  return doors.get('accountId' in principal ? principal.accountId : tokenDoors) ?? []
}

function isOpenFor(world: ProofWorld, { role, grant }: Door, caller: TrialCaller): boolean {
  return tryToEnter({ caller, role, context: metContext(grant, caller, world.nowMs) }).isIn
}

/** The session that a grant gives, however its caller came to it. */
export function sessionOf(
  world: ProofWorld,
  entered: Omit<ReachedSession, 'caller'>,
): ReachedSession {
  return { ...entered, caller: sessionCaller(world, entered.role, entered.grant) }
}

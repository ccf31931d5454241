import type { CompiledPolicy } from '../core/index.ts'
import type { Grant } from './access-file.ts'
import type { TrialCaller } from './prove-callers.ts'
import { sessionCaller } from './prove-callers.ts'
import { metContext, tryToEnter } from './prove-entry.ts'
import type { ProofWorld, ProvedRole } from './prove-world.ts'

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

/** Every role session that callers can get, directly and from one role to the next, with all demands met. */
export function reachSessions(
  world: ProofWorld,
  starts: readonly Start[],
  { extra }: Reaching = {},
): readonly ReachedSession[] {
  const reached = new Map<string, ReachedSession>()
  let frontier: readonly Step[] = starts.map(({ caller, route = [] }) => ({
    caller: extra === undefined ? caller : { ...caller, identity: [...caller.identity, extra] },
    route,
  }))
  while (frontier.length > 0) {
    const found = frontier.flatMap((step) => stepsFrom(world, step, reached))
    for (const session of found) reached.set(session.role.desired.arn, session)
    frontier = found
  }
  return [...reached.values()]
}

interface Step {
  readonly caller: TrialCaller
  readonly route: readonly string[]
}

function stepsFrom(
  world: ProofWorld,
  step: Step,
  reached: ReadonlyMap<string, ReachedSession>,
): readonly ReachedSession[] {
  return world.roles
    .filter(({ desired }) => !reached.has(desired.arn))
    .flatMap((role) => {
      const grant = role.desired.grants.find((candidate) => {
        const context = metContext(candidate, step.caller, world.nowMs)
        return tryToEnter({ caller: step.caller, role, context }).isIn
      })
      if (grant === undefined) return []
      return [sessionOf(world, { role, grant, route: [...step.route, grant.name] })]
    })
}

/** The session that a grant gives, however its caller came to it. */
export function sessionOf(
  world: ProofWorld,
  entered: Omit<ReachedSession, 'caller'>,
): ReachedSession {
  return { ...entered, caller: sessionCaller(world, entered.role) }
}

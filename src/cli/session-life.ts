import {
  type CachedSession,
  chainedLimitSeconds,
  neverMs,
  type SessionPlan,
} from '../session/index.ts'
import { renderSeconds } from './plan-duration.ts'

/** What a call takes at most, and what nobody needs to hear about. */
const unnoticedMs = 2 * 60_000

/**
 * What is odd about how long a new session holds, or undefined. AWS counts from its own clock: a session that lasts
 * longer or shorter by this clock than it was asked for tells that this clock is wrong.
 */
export function oddLife(session: CachedSession, plan: SessionPlan): string | undefined {
  const { expiresAtMs } = session.credentials
  const last = plan.hops.at(-1)
  if (last === undefined || expiresAtMs >= neverMs) return undefined
  const askedSeconds = last.durationSeconds ?? chainedLimitSeconds
  const lifeMs = expiresAtMs - session.issuedAtMs
  const isNear = (seconds: number) => Math.abs(lifeMs - seconds * 1000) < unnoticedMs
  const isChained = plan.hops.length > 1
  if (isNear(askedSeconds) || (isChained && isNear(chainedLimitSeconds))) return undefined
  if (askedSeconds > chainedLimitSeconds && isNear(chainedLimitSeconds)) {
    return `one hour instead of ${renderSeconds(askedSeconds)}: it was entered from a role`
  }
  const expectedSeconds = isChained ? chainedLimitSeconds : askedSeconds
  const offMs = lifeMs - expectedSeconds * 1000
  const side = offMs > 0 ? 'behind' : 'ahead of'
  const off = renderSeconds(Math.abs(offMs) / 1000)
  return `this machine's clock is about ${off} ${side} AWS's: \`stile doctor\` compares them`
}

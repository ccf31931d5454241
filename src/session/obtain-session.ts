import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { assumeRole } from './assume-role.ts'
import { type CachedSession, cacheKey, type SessionCache } from './cache/session-cache.ts'
import { sweepCache } from './cache/sweep-cache.ts'
import { withLock } from './cache/with-lock.ts'
import { getCallerIdentity } from './caller-identity.ts'
import type { Environment } from './child-environment.ts'
import { type Credentials, neverMs } from './credentials.ts'
import { type ExpandedPlan, expandPlan } from './expand-plan.ts'
import { getMfaSession } from './mfa-session.ts'
import { SessionError } from './session-error.ts'
import { defaultSessionName } from './session-name.ts'
import { chainedLimitSeconds, type RoleHop, type SessionPlan } from './session-plan.ts'
import { loadSourceCredentials } from './source-credentials.ts'
import { isOutage, type StsRefusal } from './sts-call.ts'

export interface ObtainTools {
  readonly environment: Environment
  readonly nowMs: () => number
  readonly cache: SessionCache
  /** Asks a person for the six digits of a device. Left out: nobody is there to ask. */
  readonly askMfaCode?: (serialNumber: string) => Promise<string>
  /** Told why a new session cannot be kept; it counts all the same. Left out: that is an error. */
  readonly sayUnkept?: (because: string) => void
  /** Milliseconds that a kept session must still have; 0 by default. */
  readonly minimumLeftMs?: number
}

export type ObtainOutcome =
  | {
      readonly kind: 'session'
      readonly session: CachedSession
      /** `kept`: no call was made for it. */
      readonly from: 'kept' | 'sts'
    }
  /** `remedy`: what to do, where that is known. */
  | { readonly kind: 'missing'; readonly message: string; readonly remedy?: string }
  | { readonly kind: 'needsPerson'; readonly message: string }
  /** `step`: who asked for what, in words. */
  | (StsRefusal & { readonly step: string })

type Plan = Extract<ExpandedPlan, { readonly kind: 'plan' }>

/**
 * The session that a plan leads to: the kept one where it has enough time left, else a new one from STS. Processes
 * that want the same session at the same time make one call between them. Throws a `SessionError` when STS cannot be
 * reached or the cache not written.
 */
export async function obtainSession(plan: SessionPlan, tools: ObtainTools): Promise<ObtainOutcome> {
  const expanded = await expandPlan(plan, tools.environment)
  if (expanded.kind === 'broken') return { kind: 'missing', message: expanded.message }
  if (expanded.hops.length > 0) return obtainInSpite(expanded, tools)
  const source = await baseCredentials(expanded, tools)
  return source.kind === 'base' ? ownSession(expanded, source, tools) : source
}

/** The source's own credentials under the name of a session; they are kept by whoever gave them. */
function ownSession(
  { plan }: Plan,
  { credentials, arn }: Base,
  { nowMs }: ObtainTools,
): ObtainOutcome {
  const expiresAtMs = credentials.expiresAtMs ?? neverMs
  const held = { ...credentials, expiresAtMs }
  const session = { name: plan.name, arn, credentials: held, issuedAtMs: nowMs() }
  return { kind: 'session', session, from: 'kept' }
}

/** While STS is down, a kept session serves to its end, although less of it is left than was asked for. */
async function obtainInSpite(expanded: Plan, tools: ObtainTools): Promise<ObtainOutcome> {
  const count = expanded.hops.length
  const keptToItsEnd = () => keptSession(keyOf(expanded, count), { ...tools, minimumLeftMs: 0 })
  try {
    const outcome = await obtainHop(expanded, count, tools)
    if (outcome.kind !== 'failed' || !isOutage(outcome)) return outcome
    return (await keptToItsEnd()) ?? outcome
  } catch (error) {
    const kept = error instanceof SessionError && isOutage(error) && (await keptToItsEnd())
    if (kept) return kept
    throw error
  }
}

/** The session after the first `count` hops. */
async function obtainHop(
  expanded: Plan,
  count: number,
  tools: ObtainTools,
): Promise<ObtainOutcome> {
  const key = keyOf(expanded, count)
  const kept = await keptSession(key, tools)
  if (kept !== undefined) return kept
  return withLock(lockPath(tools.cache, key), async () => {
    const fresh = await keptSession(key, tools)
    if (fresh !== undefined) return fresh
    return count === 1 ? fromBase(expanded, key, tools) : fromHop(expanded, { key, count }, tools)
  })
}

/** What a kept session stands under: everything that it was asked with. */
export function keyOf(expanded: Plan, count: number): string {
  const { sourceFingerprint, hops, plan } = expanded
  return cacheKey({ sourceFingerprint, hops: hops.slice(0, count), endpoint: plan.endpoint })
}

function lockPath(cache: SessionCache, key: string): string {
  return join(cache.directory, `${key}.lock`)
}

async function keptSession(key: string, tools: ObtainTools): Promise<ObtainOutcome | undefined> {
  const nowMs = tools.nowMs()
  const session = await tools.cache.get(key, nowMs)
  if (session === undefined) return undefined
  const { expiresAtMs } = session.credentials
  const isEnough = expiresAtMs - nowMs >= enoughMs(session, tools.minimumLeftMs ?? 0)
  return isEnough ? { kind: 'session', session, from: 'kept' } : undefined
}

/** Half its life is enough for a session too short for what was asked: asking again would not give more. */
function enoughMs(session: CachedSession, minimumLeftMs: number): number {
  const lifeMs = session.credentials.expiresAtMs - session.issuedAtMs
  return Math.min(minimumLeftMs, lifeMs / 2)
}

async function fromHop(
  expanded: Plan,
  { key, count }: { readonly key: string; readonly count: number },
  tools: ObtainTools,
): Promise<ObtainOutcome> {
  const before = await obtainHop(expanded, count - 1, tools)
  if (before.kind !== 'session') return before
  const { credentials, arn } = before.session
  const start = { kind: 'base' as const, credentials, arn, isRoleSession: true }
  return assume({ expanded, key, hop: hopAt(expanded, count) }, start, tools)
}

async function fromBase(expanded: Plan, key: string, tools: ObtainTools): Promise<ObtainOutcome> {
  const base = await baseCredentials(expanded, tools)
  if (base.kind !== 'base') return base
  const factor = await withSecondFactor(expanded, base, tools)
  if (factor.kind !== 'base') return factor
  return assume({ expanded, key, hop: hopAt(expanded, 1) }, factor, tools)
}

function hopAt(expanded: Plan, count: number): RoleHop {
  const hop = expanded.hops[count - 1]
  if (hop === undefined) throw new Error('bug: a hop beyond the plan')
  return hop
}

/** Who one is at some step. */
interface Base {
  readonly kind: 'base'
  readonly credentials: Credentials
  readonly arn: string
  readonly isRoleSession: boolean
}

type NotBase = Exclude<ObtainOutcome, { readonly kind: 'session' }>

async function baseCredentials(expanded: Plan, tools: ObtainTools): Promise<Base | NotBase> {
  const { endpoint } = expanded.plan
  const { environment, askMfaCode } = tools
  const source = await loadSourceCredentials({
    environment,
    endpoint,
    ...(expanded.baseProfile === undefined ? {} : { profile: expanded.baseProfile }),
    ...(expanded.baseKeys === undefined ? {} : { keys: expanded.baseKeys }),
    ...(askMfaCode === undefined ? {} : { askMfaCode }),
  })
  if (source.kind === 'missing' || source.kind === 'needsPerson') return source
  if (source.kind !== 'credentials') return { ...source, step: 'the source cannot sign in' }
  const caller = await getCallerIdentity(source.credentials, endpoint)
  if (caller.kind !== 'identity') return { ...caller, step: `${source.origin} cannot sign in` }
  const isRoleSession = caller.arn.includes(':assumed-role/')
  return { kind: 'base', credentials: source.credentials, arn: caller.arn, isRoleSession }
}

/** A user's long-term keys become a session with a second factor where a hop asks for one; it is kept for all. */
async function withSecondFactor(
  expanded: Plan,
  base: Base,
  tools: ObtainTools,
): Promise<Base | NotBase> {
  const mfa = expanded.hops.find((hop) => hop.mfa !== undefined)?.mfa
  if (mfa === undefined || base.credentials.sessionToken !== undefined) return base
  // AWS: the console names a user's first virtual device like the user.
  const serialNumber = mfa.serialNumber ?? base.arn.replace(':user/', ':mfa/')
  const { sourceFingerprint, plan } = expanded
  const key = cacheKey({ sourceFingerprint, serialNumber, endpoint: plan.endpoint })
  return withLock(lockPath(tools.cache, key), async () => {
    const kept = await keptSession(key, tools)
    if (kept?.kind === 'session') return { ...base, credentials: kept.session.credentials }
    if (tools.askMfaCode === undefined) {
      const message = `a code of the MFA device \`${serialNumber}\` is needed`
      return { kind: 'needsPerson', message }
    }
    const request = { serialNumber, tokenCode: await tools.askMfaCode(serialNumber) }
    const answer = await getMfaSession(base.credentials, request, plan.endpoint)
    if (answer.kind !== 'credentials') return { ...answer, step: `the code of ${serialNumber}` }
    const { credentials } = answer
    const name = `second factor of ${base.arn}`
    await keep(key, { name, arn: base.arn, credentials, issuedAtMs: tools.nowMs() }, tools)
    return { ...base, credentials }
  })
}

interface Step {
  readonly expanded: Plan
  readonly key: string
  readonly hop: RoleHop
}

async function assume(
  { expanded, key, hop }: Step,
  start: Base,
  tools: ObtainTools,
): Promise<ObtainOutcome> {
  const { plan } = expanded
  const answer = await assumeRole(start.credentials, requestOf(hop, start), plan.endpoint)
  if (answer.kind !== 'credentials') {
    const verb = answer.kind === 'denied' ? 'may not' : 'cannot'
    return { ...answer, step: `${start.arn} ${verb} assume ${hop.roleArn}` }
  }
  const { credentials, sessionArn } = answer
  const session = { name: plan.name, arn: sessionArn, credentials, issuedAtMs: tools.nowMs() }
  await keep(key, session, tools)
  return { kind: 'session', session, from: 'sts' }
}

async function keep(key: string, session: CachedSession, tools: ObtainTools): Promise<void> {
  try {
    await tools.cache.put(key, session)
    await sweepCache(tools.cache, { environment: tools.environment, nowMs: tools.nowMs() })
  } catch (error) {
    if (tools.sayUnkept === undefined || !(error instanceof SessionError)) throw error
    tools.sayUnkept(error.message)
  }
}

function requestOf(hop: RoleHop, start: Base) {
  const { mfa: _, sourceIdentity, durationSeconds, ...rest } = hop
  const own = defaultSessionName({
    callerArn: start.arn,
    loginName: userInfo().username,
    hostName: hostname(),
  })
  const seconds = start.isRoleSession
    ? Math.min(durationSeconds ?? chainedLimitSeconds, chainedLimitSeconds)
    : durationSeconds
  return {
    ...rest,
    sessionName: hop.sessionName ?? own,
    ...(seconds === undefined ? {} : { durationSeconds: seconds }),
    ...(sourceIdentity === undefined
      ? {}
      : { sourceIdentity: sourceIdentity.kind === 'set' ? sourceIdentity.value : own }),
  }
}

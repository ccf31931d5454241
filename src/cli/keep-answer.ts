import { type CachedSession, keepQuickAnswer } from '../session/index.ts'
import { cacheKind } from './cache-choice.ts'
import type { SessionTarget, TargetRequest } from './session-target.ts'

/**
 * Keeps what was answered for `bin/quick-answer.js`, where it may be kept in a file. Where nothing can be written the
 * answer counts all the same.
 */
export async function keepForNextTime(
  { credentials, issuedAtMs, target }: CachedSession & { readonly target: SessionTarget },
  { context, options }: TargetRequest,
  { text, renewBeforeMs }: { readonly text: string; readonly renewBeforeMs: number },
): Promise<void> {
  const { quickAnswer, environment } = context
  if (quickAnswer === undefined || target.plan.hops.length === 0) return
  // Who wants a new session each time must not get this one again.
  if (options.fresh === true || cacheKind(options, environment) === 'keychain') return
  const { expiresAtMs } = credentials
  const lifeMs = expiresAtMs - issuedAtMs
  // A session too short for that is used for half its life.
  const renewAtMs = expiresAtMs - Math.min(renewBeforeMs, lifeMs / 2)
  const answer = { text, renewAtMs, inputs: target.inputs }
  await keepQuickAnswer(quickAnswer, answer).catch(() => undefined)
}

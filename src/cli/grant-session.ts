import type { Account, Grant } from '../access/index.ts'
import {
  type CachedSession,
  type ObtainOutcome,
  type ObtainTools,
  obtainSession,
  type StsEndpoint,
  startingEnvironment,
} from '../session/index.ts'
import { chooseCache } from './cache-choice.ts'
import { CliError } from './cli-error.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { findLongest, isOverMaximum, withDuration } from './longest-duration.ts'
import { askForMfaCode } from './mfa-question.ts'
import { createOutput, type Output } from './output.ts'
import { renderSeconds } from './plan-duration.ts'
import { renewUnnoticedMs } from './renew-before.ts'
import { oddLife } from './session-life.ts'
import { isWrongCode, maximumOf, remedyOf, remedyOfRefusal } from './session-remedy.ts'
import { resolveTarget, type SessionTarget, type TargetRequest } from './session-target.ts'

/** A session, opened for a command. */
export interface OpenSession extends CachedSession {
  readonly target: SessionTarget
  readonly endpoint: StsEndpoint
}

/** Finds what `name` stands for and opens it. What goes wrong is a `CliError` with its exit code. */
export async function openNamed(
  name: string | undefined,
  request: TargetRequest,
): Promise<OpenSession> {
  return openTarget(await resolveTarget(name, request), request)
}

/** The kept session of a target, or a new one from STS. */
export async function openTarget(
  target: SessionTarget,
  request: TargetRequest,
): Promise<OpenSession> {
  const tools = obtainTools(request)
  const outcome = await obtainSession(target.plan, tools)
  if (outcome.kind !== 'session') {
    if (outcome.kind !== 'failed' || !isOverMaximum(outcome)) {
      throw explainRefusal(outcome, target)
    }
    return openShorter(outcome, target, request)
  }
  if (outcome.from === 'sts') {
    const odd = oddLife(outcome.session, target.plan)
    if (odd !== undefined) createOutput(request.context, request.options).say(odd)
  }
  return { ...outcome.session, target, endpoint: target.plan.endpoint }
}

/** For as long as the role lets, where nobody asked for more just now: a profile says a duration once and for all. */
async function openShorter(
  refusal: NoSession,
  target: SessionTarget,
  request: TargetRequest,
): Promise<OpenSession> {
  const known = await maximumOf(target, request)
  const longest = known ?? (await findLongest(target.plan, obtainTools(request)))
  const refused = explainRefusal(refusal, target)
  if (longest === undefined) throw refused
  const much = renderSeconds(longest)
  if (request.options.duration !== undefined) {
    const whose = known === undefined ? 'as AWS answers' : 'says the access file'
    const remedy = `the role gives ${much} at most, ${whose}: lower --duration`
    throw new CliError(refused.message, { exitCode: refused.exitCode, remedy })
  }
  const plan = withDuration(target.plan, longest)
  const outcome = await obtainSession(plan, obtainTools(request))
  if (outcome.kind !== 'session') throw refused
  const { say } = createOutput(request.context, request.options)
  const asked = renderSeconds(target.plan.hops.at(-1)?.durationSeconds ?? longest)
  say(`the role gives ${much} at most, not the ${asked} of the profile`)
  return { ...outcome.session, target: { ...target, plan }, endpoint: plan.endpoint }
}

type NoSession = Exclude<ObtainOutcome, { readonly kind: 'session' }>

function explainRefusal(outcome: NoSession, target: SessionTarget): CliError {
  const plain = noSession(outcome)
  if (outcome.kind !== 'denied' && outcome.kind !== 'failed') return plain
  const remedy = remedyOf(outcome, target)
  if (remedy === undefined) return plain
  return new CliError(plain.message, { exitCode: plain.exitCode, remedy })
}

export function obtainTools({ context, options }: TargetRequest): ObtainTools {
  const cache = chooseCache(options, context.environment)
  const isFresh = options.fresh === true
  return {
    environment: startingEnvironment(context.environment),
    nowMs: context.nowMs,
    cache: isFresh ? { ...cache, get: async () => undefined } : cache,
    minimumLeftMs: renewUnnoticedMs,
    sayUnkept: sayOnce(createOutput(context, options)),
    askMfaCode: async (serialNumber) =>
      options.mfa === undefined
        ? askForMfaCode(serialNumber, { context, options })
        : String(options.mfa),
  }
}

/** A chain has several sessions, and what stops one from being kept stops them all. */
function sayOnce({ say }: Output): (because: string) => void {
  let hasSaid = false
  return (because) => {
    if (!hasSaid) say(`the session is not kept: ${because}`)
    hasSaid = true
  }
}

const refusalCodes: Readonly<Record<'denied' | 'failed', ExitCode>> = {
  denied: exitCodes.denied,
  failed: exitCodes.failed,
}

/** The session, or the `CliError` that says why there is none. */
export function requireSession(outcome: ObtainOutcome): CachedSession {
  if (outcome.kind === 'session') return outcome.session
  throw noSession(outcome)
}

/** Why there is no session, with the exit code of its kind. */
export function noSession(outcome: NoSession): CliError {
  if (outcome.kind === 'needsPerson') {
    return new CliError(outcome.message, { exitCode: exitCodes.needsPerson })
  }
  if (outcome.kind === 'missing') {
    const remedy = outcome.remedy ?? 'name the profile to start from with --profile'
    return new CliError(outcome.message, { exitCode: exitCodes.failed, remedy })
  }
  const remedy = remedyOfRefusal(outcome)
  return new CliError(`${outcome.step}: ${outcome.code}: ${outcome.message}`, {
    exitCode: isWrongCode(outcome) ? exitCodes.needsPerson : refusalCodes[outcome.kind],
    ...(remedy === undefined ? {} : { remedy }),
  })
}

/** Of a target that must be a grant. */
export function requireGrantTarget(target: SessionTarget): {
  readonly grant: Grant
  readonly account: Account
} {
  const { grant, account } = target
  if (grant !== undefined && account !== undefined) return { grant, account }
  throw new CliError(`\`${target.plan.name}\` is no grant of the access file`)
}

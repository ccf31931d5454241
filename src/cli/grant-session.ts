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
import { askForMfaCode } from './mfa-question.ts'
import { createOutput, type Output } from './output.ts'
import { renewUnnoticedMs } from './renew-before.ts'
import { oddLife } from './session-life.ts'
import { isWrongCode, remedyOf, remedyOfRefusal } from './session-remedy.ts'
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
  const outcome = await obtainSession(target.plan, obtainTools(request))
  if (outcome.kind !== 'session') throw await explainRefusal(outcome, target, request)
  if (outcome.from === 'sts') {
    const odd = oddLife(outcome.session, target.plan)
    if (odd !== undefined) createOutput(request.context, request.options).say(odd)
  }
  return { ...outcome.session, target, endpoint: target.plan.endpoint }
}

type NoSession = Exclude<ObtainOutcome, { readonly kind: 'session' }>

async function explainRefusal(
  outcome: NoSession,
  target: SessionTarget,
  request: TargetRequest,
): Promise<CliError> {
  const plain = noSession(outcome)
  if (outcome.kind !== 'denied' && outcome.kind !== 'failed') return plain
  const remedy = await remedyOf(outcome, target, request)
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

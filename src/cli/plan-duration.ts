import { chainedLimitSeconds, countHops, loadProfiles } from '../session/index.ts'
import { CliError } from './cli-error.ts'
import { exitCodes } from './exit-code.ts'
import { createOutput } from './output.ts'
import { canPick } from './picker.ts'
import { loadCandidates } from './picker-candidates.ts'
import {
  resolveTarget,
  type SessionTarget,
  startingContext,
  type TargetRequest,
} from './session-target.ts'

/**
 * Says before anybody types a code that a chain of roles gives one hour, where more is asked for; and offers the direct
 * way to the same role, where the access file, an alias or a profile knows one. Answers the way that is to be taken.
 */
export async function planDuration(
  target: SessionTarget,
  given: TargetRequest,
): Promise<SessionTarget> {
  const request = { ...given, context: startingContext(given.context) }
  const last = target.plan.hops.at(-1)
  const askedSeconds = last?.durationSeconds ?? 0
  if (last === undefined || askedSeconds <= chainedLimitSeconds) return target
  if ((await countHops(target.plan, request.context.environment)) < 2) return target
  const output = createOutput(request.context, request.options)
  const asked = renderSeconds(askedSeconds)
  output.say(`AWS gives one hour for a role that is entered from a role, not ${asked}`)
  const direct = await findDirectWay(target, request)
  if (direct === undefined) return target
  const { name } = direct.plan
  if (canPick(request.context, request.options)) {
    return (await isWanted(name, request)) ? direct : target
  }
  output.say(`\`${name}\` reaches the same role in one step, for ${asked}`)
  return target
}

/** Only one that says where it starts: whether somebody's own credentials may enter is not known. */
async function findDirectWay(
  { plan }: SessionTarget,
  { context, options }: TargetRequest,
): Promise<SessionTarget | undefined> {
  const roleArn = plan.hops.at(-1)?.roleArn
  const { via: _, profile: __, account: ___, ...others } = options
  const request = { context, options: others }
  const { list } = await loadCandidates(request)
  const profiles = await loadProfiles(context.environment)
  for (const { name } of list.filter(({ arn }) => arn === roleArn)) {
    const other = await resolveTarget(name, request)
    const { source } = other.plan
    const isKnown = source.kind === 'profile' && profiles.has(source.profile)
    if (isKnown && (await countHops(other.plan, context.environment)) === 1) return other
  }
  return undefined
}

async function isWanted(name: string, { context }: TargetRequest): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({
    message: `\`${name}\` reaches the same role in one step. Take it?`,
    output: context.stderr,
  })
  if (isCancel(answer)) throw new CliError('interrupted', { exitCode: exitCodes.interrupted })
  return answer
}

/** `4 h`, `1 h 30 min`. */
export function renderSeconds(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  const parts = [hours === 0 ? '' : `${hours} h`, rest === 0 ? '' : `${rest} min`]
  return parts.filter((part) => part !== '').join(' ') || '0 min'
}

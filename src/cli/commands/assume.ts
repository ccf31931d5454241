import {
  assumptionOf,
  type ExportFormat,
  isShellFormat,
  leaveAssumption,
  noteUse,
  renderExports,
  renderLeaving,
  renderProfile,
  SessionError,
} from '../../session/index.ts'
import { formatOfCaller } from '../caller-shell.ts'
import { accountOption } from '../choose-account.ts'
import { chooseWord } from '../choose-word.ts'
import { CliError } from '../cli-error.ts'
import { type Command, commonOptions } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { grantRoleArn } from '../grant.ts'
import { type OpenSession, openTarget, requireGrantTarget } from '../grant-session.ts'
import { createOutput } from '../output.ts'
import { canPick, pickName } from '../picker.ts'
import { planDuration } from '../plan-duration.ts'
import { renderUntil } from '../render-until.ts'
import { keepAlias, requireAliasable } from '../session-alias.ts'
import { sessionOptions } from '../session-options.ts'
import { resolveTarget, type SessionTarget, type TargetRequest } from '../session-target.ts'

const runnerProfile = 'runner-profile'
const formats = {
  bash: 'bash',
  zsh: 'bash',
  fish: 'fish',
  powershell: 'powershell',
  env: 'env',
  dotenv: 'dotenv',
  json: 'json',
  [runnerProfile]: runnerProfile,
} as const satisfies Readonly<Record<string, ExportFormat | typeof runnerProfile>>
const formatNames = Object.keys(formats) as (keyof typeof formats)[]
const nameSummary =
  "a grant, a role's ARN, an alias or a profile; left out, a terminal offers all of them"

export const command: Command = {
  args: [{ usage: '[name]', summary: nameSummary }],
  options: [
    commonOptions.file,
    accountOption,
    {
      flags: '--format <format>',
      summary: `${formatNames.slice(0, -1).join(', ')}; the calling shell’s when left out. ${runnerProfile}: for a machine with an instance profile`,
    },
    { flags: '--show', summary: 'print the secrets although standard output is a terminal' },
    { flags: '--unset', summary: 'leave what this shell assumed: it goes back to what it was' },
    { flags: '--alias <alias>', summary: 'from now on this name stands for the role' },
    ...sessionOptions,
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: [
    'eval "$(stile assume push-images --profile gitlab-runner)"',
    'eval "$(stile assume)"',
    'eval "$(stile assume --unset)"',
  ],
  details:
    'Prints lines for the shell; `stile shell-init` makes `assume NAME` set them by itself. `--format json` is what a credential_process answers.',
  run: async ({ args, options }, context) => {
    const request = { context, options }
    const format = await requireFormat(request)
    if (format === runnerProfile) {
      context.stdout.write(renderRunnerProfile(await resolveTarget(args[0], request)))
      return exitCodes.done
    }
    if (options.unset === true) return leave(format, request)
    refuseTerminal(args[0], request)
    const target = await findTarget(args[0], request)
    const alias = await requireAliasable(target, request)
    const session = await openTarget(await planDuration(target, request), request)
    const settings = settingsOf(session)
    const own = assumptionOf(context.environment, { name: target.plan.name, settings })
    context.stdout.write(renderExports(settings, format, own))
    const until = renderUntil(session.credentials.expiresAtMs, context.nowMs())
    const output = createOutput(context, options)
    output.say(`${session.arn} ${until}`)
    if (alias !== undefined) output.say(await keepAlias(alias, target, request))
    await remember(target, request)
    return exitCodes.done
  },
}

function leave(format: ExportFormat, { context, options }: TargetRequest): ExitCode {
  if (!isShellFormat(format)) {
    throw new CliError('--unset is for shells', { remedy: 'bash, zsh, fish or powershell' })
  }
  const leaving = leaveAssumption(context.environment)
  const output = createOutput(context, options)
  if (leaving === undefined) {
    output.say('nothing was assumed in this shell, or its keys were changed since')
    return exitCodes.done
  }
  context.stdout.write(renderLeaving(leaving, format))
  output.say(`left ${leaving.name}`)
  if (leaving.hadKeys) output.say('the keys that were here before it are not kept: set them again')
  return exitCodes.done
}

async function requireFormat({
  context,
  options,
}: TargetRequest): Promise<ExportFormat | typeof runnerProfile> {
  if (options.format === undefined) return formatOfCaller(context.environment)
  return formats[chooseWord('--format', options.format, formatNames)]
}

/** Without a name a person chooses; where nobody is there it must be the file's only grant. */
async function findTarget(
  name: string | undefined,
  request: TargetRequest,
): Promise<SessionTarget> {
  const isPicked = name === undefined && canPick(request.context, request.options)
  return resolveTarget(isPicked ? await pickName(request) : name, request)
}

function refuseTerminal(name: string | undefined, { context, options }: TargetRequest): void {
  if (context.stdout.isTTY !== true || options.show === true) return
  const words = ['stile assume', ...(name === undefined ? [] : [name])].join(' ')
  throw new CliError('this would print secrets to the terminal', {
    remedy: `use it as eval "$(${words})", or add --show`,
  })
}

function settingsOf({ credentials, endpoint }: OpenSession) {
  return { credentials, ...endpoint }
}

/** For the order in which names are offered. Where it cannot be written nothing is lost. */
async function remember({ plan }: SessionTarget, { context }: TargetRequest): Promise<void> {
  const use = { name: plan.name, nowMs: context.nowMs() }
  await noteUse(context.environment, use).catch((error: unknown) => {
    if (!(error instanceof SessionError)) throw error
  })
}

/** What a machine whose instance profile is the caller puts into its `~/.aws/config`. */
function renderRunnerProfile(target: SessionTarget): string {
  const { grant, account } = requireGrantTarget(target)
  const { externalId } = grant.require
  return renderProfile({
    kind: 'role',
    name: grant.name,
    roleArn: grantRoleArn(grant, account),
    source: { kind: 'credentialSource', name: 'Ec2InstanceMetadata' },
    ...(externalId === undefined ? {} : { externalId }),
  })
}

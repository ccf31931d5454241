import {
  type ChildOutcome,
  neverMs,
  obtainSession,
  runChild,
  serverEnvironment,
  startCredentialServer,
} from '../../session/index.ts'
import { accountOption } from '../choose-account.ts'
import { CliError } from '../cli-error.ts'
import { type Command, type CommandContext, commonOptions, type OptionValues } from '../command.ts'
import { type ChildSession, requireStatus, runAs } from '../exec-kept.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { requireGrant } from '../grant.ts'
import { type OpenSession, obtainTools, openTarget } from '../grant-session.ts'
import { keepForNextTime } from '../keep-answer.ts'
import { requireAccess } from '../load-access.ts'
import { createOutput } from '../output.ts'
import { planDuration } from '../plan-duration.ts'
import { renewBeforeMs, renewUnnoticedMs } from '../renew-before.ts'
import { sessionOptions } from '../session-options.ts'
import { resolveTarget, type SessionTarget, type TargetRequest } from '../session-target.ts'

export const command: Command = {
  args: [{ usage: '<name>', summary: "a grant, a role's ARN, an alias, a profile, or keys:NAME" }],
  options: [
    commonOptions.file,
    accountOption,
    { flags: '--each', summary: 'run it in every account that the grant reaches, in turn' },
    { flags: '--server', summary: 'give them by a local server, so that a long job renews them' },
    ...sessionOptions,
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: [
    'stile exec push-images --profile gitlab-runner -- aws sts get-caller-identity',
    'stile exec push-images',
  ],
  details:
    'The command gets the credentials in its environment, with STILE_GRANT and STILE_ACCOUNT, and without AWS_PROFILE. Its exit status is passed on. Without a command a terminal gets a shell.',
  takesChildCommand: true,
  run: async ({ args, options }, context) => {
    const [name = '', ...command] = args
    const argv = command.length > 0 ? command : [requireShell({ context, options })]
    const request = { context, options, argv }
    let worst: ExitCode = exitCodes.done
    for (const target of await targetsOf(name, request)) {
      worst = Math.max(worst, await execAs(target, request))
    }
    return worst
  },
}

/** Without a command a person gets a shell of their own, until they leave it. */
function requireShell({ context, options }: TargetRequest): string {
  const { stdin, stdout, environment } = context
  const isPerson = stdin.isTTY === true && stdout.isTTY === true && options.input !== false
  if (!isPerson || options.each === true) throw new CliError('name a command to run, after `--`')
  const shell = environment.SHELL || environment.ComSpec || '/bin/sh'
  createOutput(context, options).say(`in ${shell}, until you leave it by \`exit\``)
  return shell
}

interface ChildRequest {
  readonly context: CommandContext
  readonly options: OptionValues
  readonly argv: readonly string[]
}

/** One, or with `--each` one for every account that the grant reaches. */
async function targetsOf(
  name: string,
  { context, options }: ChildRequest,
): Promise<readonly SessionTarget[]> {
  if (options.each !== true) return [await resolveTarget(name, { context, options })]
  const access = await requireAccess(options, context)
  const accounts = requireGrant(access, name).to.accounts
  return Promise.all(
    accounts.map((account) =>
      resolveTarget(name, { context, options: { ...options, account: account.id } }),
    ),
  )
}

async function execAs(target: SessionTarget, request: ChildRequest): Promise<ExitCode> {
  const planned = await planDuration(target, request)
  if (request.options.server === true) return requireStatus(await runWithServer(planned, request))
  const session = await openTarget(planned, request)
  const child = childSession(session)
  await keepAnswer(session, child, request)
  return requireStatus(await runAs(child, request))
}

function childSession({ credentials, endpoint, target }: OpenSession): ChildSession {
  const { expiresAtMs } = credentials
  const end =
    expiresAtMs >= neverMs ? {} : { STILE_EXPIRES_AT: `${Math.floor(expiresAtMs / 1000)}` }
  const settings = { credentials, ...endpoint }
  return { settings, variables: { ...stileVariables(target), ...end } }
}

/** The first session is got before the program starts, so that a refusal is told here and not inside it. */
async function runWithServer(target: SessionTarget, request: ChildRequest): Promise<ChildOutcome> {
  await openTarget(target, request)
  const tools = { ...obtainTools(request), minimumLeftMs: renewBeforeMs }
  const server = await startCredentialServer({ obtain: () => obtainSession(target.plan, tools) })
  try {
    const { endpoint } = target.plan
    const own = await serverEnvironment(request.context.environment, { server, endpoint })
    try {
      return await run(request, { ...own.environment, ...stileVariables(target) })
    } finally {
      await own.remove()
    }
  } finally {
    await server.stop()
  }
}

function run(
  { context, argv }: ChildRequest,
  environment: Readonly<Record<string, string>>,
): Promise<ChildOutcome> {
  const [command = '', ...args] = argv
  const terminal = context.stdin.isTTY === true ? 'shared' : 'none'
  return runChild(command, args, { environment, terminal })
}

function stileVariables({ grant, account, plan }: SessionTarget): Readonly<Record<string, string>> {
  if (grant === undefined || account === undefined) return { STILE_GRANT: plan.name }
  return { STILE_GRANT: grant.name, STILE_ACCOUNT: account.name, STILE_ACCOUNT_ID: account.id }
}

/** For the next time that the same is asked for: `bin/stile.js` then finds it before anything is loaded. */
async function keepAnswer(
  session: OpenSession,
  child: ChildSession,
  request: ChildRequest,
): Promise<void> {
  if (request.options.each === true) return
  await keepForNextTime(session, request, {
    text: JSON.stringify(child),
    renewBeforeMs: renewUnnoticedMs,
  })
}

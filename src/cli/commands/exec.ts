import type { Account } from '../../access/index.ts'
import { childEnvironment, runChild } from '../../session/index.ts'
import { accountOption, chooseAccount } from '../choose-account.ts'
import { CliError } from '../cli-error.ts'
import { type Command, type CommandContext, commonOptions, type OptionValues } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { requireGrant } from '../grant.ts'
import { type GrantTarget, openGrant, sessionOptions } from '../grant-session.ts'
import { requireAccess } from '../load-access.ts'

export const command: Command = {
  args: [{ usage: '<grant>', summary: 'a grant of the access file' }],
  options: [
    commonOptions.file,
    accountOption,
    { flags: '--each', summary: 'run it in every account that the grant reaches, in turn' },
    ...sessionOptions,
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: ['stile exec push-images --profile gitlab-runner -- aws sts get-caller-identity'],
  details:
    'The command gets the credentials in its environment, with STILE_GRANT and STILE_ACCOUNT, and without AWS_PROFILE. Its exit status is passed on.',
  takesChildCommand: true,
  run: async ({ args, options }, context) => {
    const [name = '', file, ...rest] = args
    const access = await requireAccess(options, context)
    const grant = requireGrant(access, name)
    if (file === undefined) throw new CliError('name a command to run, after `--`')
    const accounts = options.each === true ? grant.to.accounts : [chooseAccount(grant, options)]
    let worst: ExitCode = exitCodes.done
    for (const account of accounts) {
      const status = await execIn({ grant, account }, { context, options, argv: [file, ...rest] })
      worst = Math.max(worst, status)
    }
    return worst
  },
}

interface ChildRequest {
  readonly context: CommandContext
  readonly options: OptionValues
  readonly argv: readonly string[]
}

async function execIn(target: GrantTarget, request: ChildRequest): Promise<ExitCode> {
  const { context, argv } = request
  const { credentials, endpoint } = await openGrant(target, request)
  const [command = '', ...args] = argv
  const environment = {
    ...childEnvironment(context.environment, { credentials, ...endpoint }),
    ...stileVariables(target.grant.name, target.account),
  }
  const outcome = await runChild(command, args, {
    environment,
    terminal: context.stdin.isTTY === true ? 'shared' : 'none',
  })
  if (outcome.kind === 'notStarted') {
    throw new CliError(outcome.message, { exitCode: outcome.status })
  }
  return outcome.status
}

function stileVariables(grant: string, account: Account): Readonly<Record<string, string>> {
  return { STILE_GRANT: grant, STILE_ACCOUNT: account.name, STILE_ACCOUNT_ID: account.id }
}

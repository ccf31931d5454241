import { type ExportFormat, renderExports, renderProfile } from '../../session/index.ts'
import { accountOption } from '../choose-account.ts'
import { CliError } from '../cli-error.ts'
import { type Command, commonOptions } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { grantRoleArn } from '../grant.ts'
import { type OpenSession, openTarget, requireGrantTarget } from '../grant-session.ts'
import { createOutput } from '../output.ts'
import { sessionOptions } from '../session-options.ts'
import { resolveTarget, type SessionTarget } from '../session-target.ts'

const formats = ['bash', 'fish', 'powershell', 'env', 'dotenv', 'json'] as const
const runnerProfile = 'runner-profile'
const nameSummary = "a grant, a role's ARN or a profile; the file's only grant may be left out"

export const command: Command = {
  args: [{ usage: '[name]', summary: nameSummary }],
  options: [
    commonOptions.file,
    accountOption,
    {
      flags: '--format <format>',
      summary: `${formats.join(', ')}; or ${runnerProfile}, for a machine with an instance profile`,
    },
    { flags: '--show', summary: 'print the secrets although standard output is a terminal' },
    ...sessionOptions,
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: ['eval "$(stile assume push-images --profile gitlab-runner)"'],
  details: 'Prints lines for the shell. `--format json` is what a credential_process answers.',
  run: async ({ args, options }, context) => {
    const output = createOutput(context, options)
    const target = await resolveTarget(args[0], { context, options })
    if (options.format === runnerProfile) {
      context.stdout.write(renderRunnerProfile(target))
      return exitCodes.done
    }
    const format = requireFormat(options.format)
    if (context.stdout.isTTY === true && options.show !== true) {
      throw new CliError('this would print secrets to the terminal', {
        remedy: `use it as eval "$(stile assume ${target.plan.name})", or add --show`,
      })
    }
    const session = await openTarget(target, { context, options })
    context.stdout.write(renderExports(settingsOf(session), format))
    output.say(`${session.arn} until ${new Date(session.credentials.expiresAtMs).toISOString()}`)
    return exitCodes.done
  },
}

function requireFormat(format: unknown): ExportFormat {
  const chosen = formats.find((each) => each === (format ?? 'bash'))
  if (chosen !== undefined) return chosen
  throw new CliError(`--format \`${format}\` is not known`, {
    remedy: `there are: ${formats.join(', ')}, ${runnerProfile}`,
  })
}

function settingsOf({ credentials, endpoint }: OpenSession) {
  return { credentials, ...endpoint }
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

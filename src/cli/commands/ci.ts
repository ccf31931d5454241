import {
  type CiJob,
  type CredentialSource,
  planCiJob,
  renderEnvironment,
  renderGithub,
  renderGitlab,
} from '../../session/index.ts'
import { accountOption, chooseAccount, chooseGrantName } from '../choose-account.ts'
import { CliError } from '../cli-error.ts'
import { type Command, commonOptions, type OptionValues } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { requireGrant } from '../grant.ts'
import { requireAccess } from '../load-access.ts'
import { createOutput } from '../output.ts'

export const command: Command = {
  args: [
    { usage: '<system>', summary: 'gitlab, github, or env for the shell of any other' },
    { usage: '[grant]', summary: 'a grant of the access file; the only one may be left out' },
  ],
  options: [
    commonOptions.file,
    accountOption,
    { flags: '--plain', summary: 'for GitHub: by curl and jq instead of the action of AWS' },
    {
      flags: '--credential-source <source>',
      summary: 'what the runner itself is: Ec2InstanceMetadata, EcsContainer or Environment',
    },
    commonOptions.region,
  ],
  examples: ['stile ci gitlab push-images -f examples/cross-account-build/access.yaml'],
  details:
    "Prints a job that works as the grant: by the system's own token straight into the trusting account, where the grant is `from.oidc`; else by the role of the runner, with the external id. The job runs where the subjects of the grant let it in.",
  run: async ({ args, options }, context) => {
    const [system = '', name] = args
    const render = systems[system]
    if (render === undefined) {
      throw new CliError(`no build system \`${system}\` is known`, {
        remedy: `there are: ${Object.keys(systems).join(', ')}`,
      })
    }
    const access = await requireAccess(options, context)
    const grant = requireGrant(access, chooseGrantName(name, access.grants))
    const account = chooseAccount(grant, options)
    const source = credentialSourceOf(options)
    const region = typeof options.region === 'string' ? options.region : account.region
    const plan = await planCiJob(grant, {
      account,
      region: region ?? context.environment.AWS_REGION ?? 'us-east-1',
      ...(source === undefined ? {} : { credentialSource: source }),
    })
    if (plan.kind === 'impossible') {
      throw new CliError(`no job can use grant \`${grant.name}\`: ${plan.because}`, {
        remedy: plan.remedy,
      })
    }
    const output = createOutput(context, options)
    for (const warning of plan.warnings) output.say(`warning: ${warning}`)
    context.stdout.write(await render(plan.job, options))
    return exitCodes.done
  },
}

const systems: Readonly<Record<string, (job: CiJob, options: OptionValues) => Promise<string>>> = {
  gitlab: (job) => renderGitlab(job),
  github: (job, { plain }) => renderGithub(job, { signIn: plain === true ? 'plain' : 'action' }),
  env: async (job) => renderEnvironment(job),
}

const sources: readonly CredentialSource[] = ['Ec2InstanceMetadata', 'EcsContainer', 'Environment']

function credentialSourceOf({ credentialSource }: OptionValues): CredentialSource | undefined {
  if (credentialSource === undefined) return undefined
  const found = sources.find((each) => each === credentialSource)
  if (found !== undefined) return found
  throw new CliError(`--credential-source \`${credentialSource}\` is not known`, {
    remedy: `there are: ${sources.join(', ')}`,
  })
}

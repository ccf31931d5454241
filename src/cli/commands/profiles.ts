import { chooseWord } from '../choose-word.ts'
import { CliError } from '../cli-error.ts'
import { type Command, commonOptions } from '../command.ts'
import type { ExitCode } from '../exit-code.ts'
import { checkProfiles } from '../profiles-check.ts'
import { listProfiles } from '../profiles-list.ts'
import { removeProfiles, writeProfiles } from '../profiles-write.ts'
import type { TargetRequest } from '../session-target.ts'

type Action = (request: TargetRequest, names: readonly string[]) => Promise<ExitCode>

const actions = {
  write: writeProfiles,
  remove: removeProfiles,
  list: listProfiles,
  check: checkProfiles,
} as const satisfies Readonly<Record<string, Action>>
const names = Object.keys(actions) as (keyof typeof actions)[]

export const command: Command = {
  args: [
    { usage: '<action>', summary: names.join(', ') },
    { usage: '[profiles...]', summary: 'remove: these alone; else all that Stile has written' },
  ],
  options: [
    commonOptions.file,
    commonOptions.json,
    { flags: '--profile <name>', summary: 'write: the profile that you are; else `verifyAs:`' },
    {
      flags: '--credential-source <source>',
      summary: 'write: who you are on a machine: Ec2InstanceMetadata, EcsContainer, Environment',
    },
    {
      flags: '--credential-process',
      summary: 'write: let tools ask Stile, which keeps sessions and shares one code for all',
    },
    { flags: '--mfa-serial <arn>', summary: 'write: your MFA device, for grants that ask for one' },
    { flags: '--prefix <text>', summary: 'write: what the names of the profiles begin with' },
    { flags: '--dry-run', summary: 'write, remove: show what would be written, change nothing' },
    { flags: '--online', summary: 'check: ask IAM how old the keys are, too' },
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: ['stile profiles write --profile me', 'stile profiles check'],
  details:
    'Grants of the access file as profiles of ~/.aws/config, in a block of Stile’s own: all else in the file stays, and a copy of it is kept. `check` finds everything in ~/.aws on which the SDKs differ.',
  run: async ({ args: [word, ...profiles], options }, context) => {
    const action = chooseWord('action', word, names)
    if (profiles.length > 0 && action !== 'remove') {
      throw new CliError(`\`profiles ${action}\` takes no names of profiles`)
    }
    return actions[action]({ context, options }, profiles)
  },
}

import {
  dropCommand,
  findProfileKeys,
  forgetSessions,
  type KeptOutcome,
  type KeyRing,
  type LongTermKeys,
  openKeyRing,
  profileSetting,
  renderCommand,
  replaceProfileKeys,
  useCommand,
} from '../../session/index.ts'
import { CliError } from '../cli-error.ts'
import { type Command, type CommandContext, commonOptions, type OptionValues } from '../command.ts'
import { requireYes } from '../confirm.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { noSuchKeys } from '../no-such-keys.ts'
import { createOutput, type Output } from '../output.ts'
import { ownWords } from '../own-command.ts'
import { readKeys } from '../read-keys.ts'

export const command: Command = {
  args: [
    { usage: '<action>', summary: 'add, import, list or remove' },
    { usage: '[name]', summary: 'a name for the keys; for import, the profile that holds them' },
  ],
  options: [
    { flags: '--no-profile', summary: 'write no profile of that name into ~/.aws/config' },
    { flags: '-y, --yes', summary: 'do it without asking' },
    commonOptions.json,
  ],
  examples: ['aws iam create-access-key --user-name ana | stile keys add ana'],
  details:
    "Keeps users' access keys in the keychain of the operating system instead of a plain file; where there is none, in a file for you alone. A profile of the same name asks `stile credential-process keys:NAME` for them. They are read from standard input or the terminal.",
  run: async ({ args, options }, context) => {
    const [action = '', name] = args
    const run = actions[action]
    if (run === undefined) {
      throw new CliError(`\`${action}\` is nothing to do with keys`, {
        remedy: `there are: ${Object.keys(actions).join(', ')}`,
      })
    }
    const output = createOutput(context, options)
    return run({ name, options, context, output, ring: openKeyRing(context) })
  },
}

interface Asked {
  readonly name: string | undefined
  readonly options: OptionValues
  readonly context: CommandContext
  readonly output: Output
  readonly ring: KeyRing
}

const actions: Readonly<Record<string, (asked: Asked) => Promise<ExitCode>>> = {
  add: addKeys,
  import: importKeys,
  list: listKeys,
  remove: removeKeys,
}

async function addKeys(asked: Asked): Promise<ExitCode> {
  const { context, options, output } = asked
  const name = requireName(asked)
  await requireNewOrYes(asked, name)
  if (options.profile === false) {
    await keep(asked, name, await readKeys(context, options))
    return exitCodes.done
  }
  await requireFreeProfile(name, context)
  // Made first: a line that cannot be written is told before anything is kept.
  const line = processCommand(name, context)
  await keep(asked, name, await readKeys(context, options))
  await useCommand(name, line, context.environment)
  output.say(`profile \`${name}\` uses them`)
  return exitCodes.done
}

async function importKeys(asked: Asked): Promise<ExitCode> {
  const { context, output } = asked
  const name = requireName(asked)
  const found = await findProfileKeys(name, context.environment)
  if (found.kind === 'unfit') throw new CliError(found.because)
  await requireNewOrYes(asked, name)
  output.say(`moves the keys …${found.keys.accessKeyId.slice(-4)} of profile \`${name}\`:`)
  for (const path of found.paths) output.say(`  out of \`${path}\`, all else there stays`)
  output.say('  no copy of the file is kept, since it would hold the secret')
  output.say('  copies that backups and editors made are not found: if others could read them,')
  output.say('  replace the keys with new ones instead')
  await requireYes('Move them?', asked)
  const command = processCommand(name, context)
  await keep(asked, name, found.keys)
  await replaceProfileKeys(name, command, context.environment)
  output.say(`profile \`${name}\` asks \`${command}\` for them from now on`)
  return exitCodes.done
}

async function listKeys({ ring, options, output }: Asked): Promise<ExitCode> {
  const all = await ring.list()
  if (options.json === true) {
    output.json({ version: 1, keys: all })
    return exitCodes.done
  }
  if (all.length === 0) output.say('no keys are kept; `stile keys add NAME` keeps some')
  const width = Math.max(0, ...all.map(({ name }) => name.length))
  for (const { name, lastFour, kept, addedAtMs } of all) {
    const place = kept === 'keychain' ? 'in the keychain' : 'in a file'
    const since = new Date(addedAtMs).toISOString().slice(0, 10)
    output.print(`${name.padEnd(width)}  …${lastFour}  ${place} since ${since}`)
  }
  return exitCodes.done
}

async function removeKeys(asked: Asked): Promise<ExitCode> {
  const { context, output, ring } = asked
  const name = requireName(asked)
  const kept = (await ring.list()).some((each) => each.name === name)
  if (!kept) throw noSuchKeys(name, await ring.list())
  await requireYes(
    `Remove the keys \`${name}\`? AWS shows a secret once: it cannot be had again.`,
    asked,
  )
  await ring.remove(name)
  await forgetSessions(context.environment, () => true)
  const isOurs = (command: string): boolean => command.endsWith(` keys:${name}`)
  const isDropped = await dropCommand(name, isOurs, context.environment)
  output.say(`removed the keys \`${name}\`${isDropped ? ', and their use by the profile' : ''}`)
  output.say('in AWS they are still there: delete them with `aws iam delete-access-key`')
  return exitCodes.done
}

/** Sessions of other keys of that name would count on, so all are forgotten. */
async function keep(
  { ring, context, output }: Asked,
  name: string,
  keys: LongTermKeys,
): Promise<void> {
  const isFirst = !(await ring.list()).some(({ kept }) => kept === 'file')
  const outcome = await ring.put(name, keys)
  await forgetSessions(context.environment, () => true)
  for (const line of renderKept(outcome, name, isFirst)) output.say(line)
}

function renderKept(outcome: KeptOutcome, name: string, isFirst: boolean): readonly string[] {
  if (outcome.kept === 'keychain') return [`keys \`${name}\` are in the keychain`]
  const told = `keys \`${name}\` are in a file that only you can read, in \`${outcome.directory}\``
  return isFirst ? [`no keychain here: ${outcome.because}`, told] : [told]
}

async function requireNewOrYes(asked: Asked, name: string): Promise<void> {
  const present = (await asked.ring.list()).find((each) => each.name === name)
  if (present === undefined) return
  await requireYes(`Replace the keys \`${name}\` (…${present.lastFour})?`, asked)
}

/** A profile that has credentials of its own would not use these, or use them for something else. */
async function requireFreeProfile(name: string, { environment }: CommandContext): Promise<void> {
  for (const key of ['aws_access_key_id', 'role_arn', 'sso_session', 'sso_start_url']) {
    const value = await profileSetting({ profile: name, environment }, key)
    if (value === undefined) continue
    throw new CliError(`profile \`${name}\` has a \`${key}\` already`, {
      remedy:
        key === 'aws_access_key_id'
          ? `\`stile keys import ${name}\` moves its keys`
          : 'choose another name, or add --no-profile',
    })
  }
}

function processCommand(name: string, { environment }: CommandContext): string {
  return renderCommand([...ownWords(environment), 'credential-process', `keys:${name}`])
}

function requireName({ name }: Asked): string {
  if (name !== undefined) return name
  throw new CliError('name the keys', { remedy: 'as in `stile keys add NAME`' })
}

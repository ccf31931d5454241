import { once } from 'node:events'
import { type LocalAws, StorageError, startLocalAws } from '../../local/index.ts'
import type { Profile } from '../../session/index.ts'
import { CliError } from '../cli-error.ts'
import type { CommandContext } from '../command.ts'
import { createTemporaryHome } from '../demo/temporary-home.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { administratorName } from '../local-accounts.ts'
import { createOutput, type Output } from '../output.ts'
import { shellLines } from '../shell-lines.ts'
import { readStartOptions, type StartOptions } from './local-options.ts'
import type { LocalRequest } from './local-request.ts'
import { removeRunning, saveRunning } from './running-file.ts'

/** `stile local`: an embedded AWS until it is interrupted. */
export async function runLocal({ options, context }: LocalRequest): Promise<ExitCode> {
  const output = createOutput(context, options)
  const settings = await readStartOptions(options, context)
  const local = await startNoted(settings, context)
  const { region } = settings
  const home = await createTemporaryHome({ endpoint: local.url, region, searchPath: undefined })
  try {
    const profiles = profilesOf(settings, local)
    for (const profile of profiles) await home.addProfile(profile)
    const names = profiles.map(({ name }) => name)
    printStart({ local, settings, names, lines: shellLines(home.environment) }, output)
    if (!context.interrupted.aborted) await once(context.interrupted, 'abort')
    return exitCodes.done
  } finally {
    await Promise.all([stopNoted(local, context), home.remove()])
  }
}

/** Starts it, tells what was wrong with its data directory, and notes it where other commands look. */
export async function startNoted(
  { aws, region }: StartOptions,
  context: CommandContext,
): Promise<LocalAws> {
  const local = await start(aws)
  for (const notice of local.notices) context.stderr.write(`${notice}\n`)
  const { url, port, controlToken } = local
  try {
    await saveRunning(context.environment, { url, port, controlToken, region, pid: process.pid })
  } catch (error) {
    context.stderr.write(`other commands will not find it: ${String(error)}\n`)
  }
  return local
}

export async function stopNoted(local: LocalAws, context: CommandContext): Promise<void> {
  await Promise.all([local.stop(), removeRunning(context.environment, local.port)])
}

async function start(options: StartOptions['aws']): Promise<LocalAws> {
  try {
    return await startLocalAws(options)
  } catch (error) {
    const exitCode = exitCodes.failed
    if (error instanceof StorageError) throw new CliError(error.message, { exitCode, cause: error })
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE') {
      throw new CliError(`port ${options.port} is taken`, {
        exitCode,
        remedy: 'choose another with --port, or 0 for a free one',
        cause: error,
      })
    }
    if (code === 'SeedError' && error instanceof Error) {
      throw new CliError(error.message, { cause: error })
    }
    throw error
  }
}

/** A profile for each account, with the keys of its administrator, else of its first user, else of its root user. */
function profilesOf(
  { accounts, region, aws }: StartOptions,
  local: LocalAws,
): readonly Extract<Profile, { kind: 'keys' }>[] {
  return accounts.map(({ id, name, profile }) => {
    const users = aws.seed?.accounts.find((account) => account.id === id)?.users ?? []
    const withKeys = users.filter(({ keys }) => keys?.length !== 0)
    const user = withKeys.find(({ name: each }) => each === administratorName) ?? withKeys[0]
    const keys =
      user === undefined ? local.rootCredentials(id) : local.userCredentials(id, user.name)
    const who = user === undefined ? 'root' : user.name
    const named = user?.name === administratorName ? `${name}-admin` : `${name}-${who}`
    return {
      kind: 'keys',
      name: profile ?? named,
      ...keys,
      region,
      endpointUrl: local.url,
    }
  })
}

interface Started {
  readonly local: LocalAws
  readonly settings: StartOptions
  /** Of the profiles. */
  readonly names: readonly string[]
  readonly lines: readonly string[]
}

function printStart({ local, settings, names, lines }: Started, output: Output): void {
  output.print(`an embedded AWS is ready on ${local.url}, with the accounts`)
  for (const { id, name } of settings.accounts) output.print(`  ${id}  ${name}`)
  output.say('in another terminal:')
  for (const line of lines) output.print(`  ${line}`)
  output.say(`  aws sts get-caller-identity --profile ${names[0]}`)
  output.say(`profiles: ${names.join(', ')}`)
  output.say(`control token: ${local.controlToken}`)
  const { dataDirectory } = settings.aws
  const kept = dataDirectory === undefined ? 'nothing is kept' : `\`${dataDirectory}\` keeps it`
  output.say(`Ctrl-C ends it, and ${kept}`)
}

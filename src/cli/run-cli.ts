import type { CommanderError } from 'commander'
import { CliError } from './cli-error.ts'
import type { CommandContext } from './command.ts'
import { commands } from './commands.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { renderFailure } from './render-failure.ts'
import { readVersion } from './version.ts'

/** Runs one command line to its exit code. Whatever goes wrong becomes a message on standard error. */
export async function runCli(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  try {
    return await dispatch(argv, context)
  } catch (error) {
    if (isCommanderError(error)) return error.exitCode === 0 ? 0 : exitCodes.usage
    const failure = renderFailure(error, { isDebug: argv.includes('--debug') })
    context.stderr.write(`${failure.lines.join('\n')}\n`)
    return failure.exitCode
  }
}

/** By its name: its class would have to be loaded where nothing is parsed. */
function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && error.name === 'CommanderError' && 'exitCode' in error
}

/** Loads what a command line needs and no more: most of the time of a short command is loading. */
async function dispatch(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h') {
    const { renderHelp } = await import('./help.ts')
    context.stdout.write(renderHelp())
    return exitCodes.done
  }
  if (name === '--version' || name === '-V') {
    context.stdout.write(`${readVersion()}\n`)
    return exitCodes.done
  }
  const kept = name === 'exec' ? context.quickAnswer?.answer : undefined
  if (kept !== undefined) {
    const { execKept } = await import('./exec-kept.ts')
    return execKept(kept, rest.slice(rest.indexOf('--') + 1), context)
  }
  if (name === 'help') return dispatch([...rest.slice(0, 1), '--help'], context)
  const row = commands.find((each) => each.name === name)
  if (row === undefined) throw await unknownCommand(name)
  const [{ command }, { parseCommandLine }] = await Promise.all([
    row.load(),
    import('./parse-command-line.ts'),
  ])
  return command.run(parseCommandLine({ row, command, argv: rest }, context), context)
}

async function unknownCommand(name: string): Promise<CliError> {
  const { nearestName } = await import('../core/index.ts')
  const near = nearestName(
    name,
    commands.map((row) => row.name),
  )
  return new CliError(`unknown command \`${name}\``, {
    remedy: near === undefined ? 'see `stile --help`' : `did you mean \`stile ${near}\`?`,
  })
}

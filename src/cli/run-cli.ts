import { CommanderError } from 'commander'
import { nearestName } from '../core/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext } from './command.ts'
import { commands } from './commands.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { renderHelp } from './help.ts'
import { parseCommandLine } from './parse-command-line.ts'
import { renderFailure } from './render-failure.ts'
import { readVersion } from './version.ts'

/** Runs one command line to its exit code. Whatever goes wrong becomes a message on standard error. */
export async function runCli(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  try {
    return await dispatch(argv, context)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage
    const failure = renderFailure(error, { isDebug: argv.includes('--debug') })
    context.stderr.write(`${failure.lines.join('\n')}\n`)
    return failure.exitCode
  }
}

async function dispatch(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h') {
    context.stdout.write(renderHelp())
    return exitCodes.done
  }
  if (name === '--version' || name === '-V') {
    context.stdout.write(`${readVersion()}\n`)
    return exitCodes.done
  }
  if (name === 'help') return dispatch([...rest.slice(0, 1), '--help'], context)
  const row = commands.find((each) => each.name === name)
  if (row === undefined) throw unknownCommand(name)
  const { command } = await row.load()
  return command.run(parseCommandLine({ row, command, argv: rest }, context), context)
}

function unknownCommand(name: string): CliError {
  const near = nearestName(
    name,
    commands.map((row) => row.name),
  )
  return new CliError(`unknown command \`${name}\``, {
    remedy: near === undefined ? 'see `stile --help`' : `did you mean \`stile ${near}\`?`,
  })
}

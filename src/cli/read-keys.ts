import { text } from 'node:stream/consumers'
import { type LongTermKeys, parseKeys } from '../session/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext, OptionValues } from './command.ts'
import { exitCodes } from './exit-code.ts'

/** Long-term keys from the terminal, unseen, or from standard input. Never from arguments: every user sees those. */
export async function readKeys(
  context: CommandContext,
  options: OptionValues,
): Promise<LongTermKeys> {
  const isTerminal = context.stdin.isTTY === true
  if (isTerminal && options.input === false) {
    throw new CliError('keys are needed, and nobody is there to type them', {
      exitCode: exitCodes.needsPerson,
      remedy: 'pass them on standard input, or leave --no-input out',
    })
  }
  const reading = parseKeys(isTerminal ? await askForKeys(context) : await text(context.stdin))
  if (reading.kind === 'keys') return reading.keys
  throw new CliError(`no keys: ${reading.because}`, {
    remedy: 'as in `aws iam create-access-key | stile keys add NAME`',
  })
}

async function askForKeys({ stderr }: CommandContext): Promise<string> {
  const { isCancel, password, text: line } = await import('@clack/prompts')
  const accessKeyId = await line({ message: 'Access key id', output: stderr })
  if (isCancel(accessKeyId)) throw interrupted()
  const secretAccessKey = await password({ message: 'Secret access key', output: stderr })
  if (isCancel(secretAccessKey)) throw interrupted()
  return `${accessKeyId}\n${secretAccessKey}\n`
}

function interrupted(): CliError {
  return new CliError('interrupted', { exitCode: exitCodes.interrupted })
}

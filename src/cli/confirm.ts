import { CliError } from './cli-error.ts'
import type { CommandContext, OptionValues } from './command.ts'
import { exitCodes } from './exit-code.ts'

/** Goes on after `--yes` or a person's yes; else ends the command with nothing changed. */
export async function requireYes(
  question: string,
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<void> {
  if (options.yes === true) return
  if (context.stdin.isTTY !== true || options.input === false) {
    throw new CliError('nobody to ask, nothing was changed', {
      exitCode: exitCodes.needsPerson,
      remedy: 'look at the plan, then add --yes',
    })
  }
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message: question, initialValue: false, output: context.stderr })
  if (isCancel(answer)) throw new CliError('interrupted', { exitCode: exitCodes.interrupted })
  if (!answer) throw new CliError('nothing was changed', { exitCode: exitCodes.denied })
}

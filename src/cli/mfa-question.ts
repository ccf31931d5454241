import { CliError } from './cli-error.ts'
import type { CommandContext, OptionValues } from './command.ts'
import { exitCodes } from './exit-code.ts'

/** Asks the person for the code of an MFA device; without a terminal the command ends with exit 4. */
export async function askForMfaCode(
  serialNumber: string,
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<string> {
  if (context.stdin.isTTY !== true || options.input === false) {
    throw new CliError(`the grant needs a code of the MFA device \`${serialNumber}\``, {
      exitCode: exitCodes.needsPerson,
      remedy: 'give it with --mfa, or run this in a terminal',
    })
  }
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text({
    message: `Code of ${serialNumber}`,
    output: context.stderr,
    validate: (value) => (/^\d{6}$/.test(value ?? '') ? undefined : 'six digits'),
  })
  if (isCancel(answer)) throw new CliError('interrupted', { exitCode: exitCodes.interrupted })
  return answer
}

import { open } from 'node:fs/promises'
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

/** Asks on the terminal itself, where standard input and output belong to the program that wants credentials. */
export async function askOnTerminal(serialNumber: string, options: OptionValues): Promise<string> {
  const device = process.platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty'
  const terminal =
    options.input === false ? undefined : await open(device, 'r+').catch(() => undefined)
  if (terminal === undefined) {
    throw new CliError(
      `a code of the MFA device \`${serialNumber}\` is needed, and nobody is there`,
      {
        exitCode: exitCodes.needsPerson,
        remedy: 'run it once in a terminal, or `stile assume` the same name',
      },
    )
  }
  try {
    await terminal.write(`Code of ${serialNumber}: `)
    const { bytesRead, buffer } = await terminal.read(Buffer.alloc(64), 0, 64)
    const code = buffer.toString('utf8', 0, bytesRead).trim()
    if (/^\d{6}$/.test(code)) return code
    throw new CliError('a code has six digits', { exitCode: exitCodes.needsPerson })
  } finally {
    await terminal.close()
  }
}

import { chooseWord } from '../choose-word.ts'
import { CliError } from '../cli-error.ts'
import { type Command, commonOptions } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { loadKnownNames } from '../known-names.ts'
import { ownWords } from '../own-command.ts'
import { initShells, renderShellInit } from '../shell-init-lines.ts'
import { renderPrompt } from '../shell-prompt-lines.ts'

export const command: Command = {
  args: [{ usage: '[shell]', summary: initShells.join(', ') }],
  options: [
    commonOptions.file,
    { flags: '--prompt', summary: 'show in the prompt what was assumed, and for how many minutes' },
    { flags: '--names', summary: 'print what can be assumed, one a line: what completion offers' },
  ],
  examples: [
    'eval "$(stile shell-init bash)"',
    'eval "$(stile shell-init zsh --prompt)"',
    'stile shell-init fish | source',
  ],
  details:
    'Prints a function `assume` for the shell’s start file: `assume NAME` sets the credentials in the shell itself, and names are completed.',
  run: async ({ args, options }, context) => {
    if (options.names === true) {
      const names = await loadKnownNames({ context, options })
      context.stdout.write(names.map((name) => `${name}\n`).join(''))
      return exitCodes.done
    }
    if (args[0] === undefined) {
      throw new CliError('name your shell', { remedy: `it is one of ${initShells.join(', ')}` })
    }
    const shell = chooseWord('shell', args[0], initShells)
    context.stdout.write(renderShellInit(shell, ownWords(context.environment)))
    if (options.prompt === true) context.stdout.write(renderPrompt(shell))
    return exitCodes.done
  },
}

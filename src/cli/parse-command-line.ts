import { Command as Commander } from 'commander'
import { type Command, type CommandContext, type CommandInput, globalOptions } from './command.ts'
import type { CommandRow } from './commands.ts'

export interface CommandLine {
  readonly row: CommandRow
  readonly command: Command
  /** Without the command's name. */
  readonly argv: readonly string[]
}

/** Reads one command's arguments and options. Throws `CommanderError` after printing help or what is wrong. */
export function parseCommandLine(line: CommandLine, context: CommandContext): CommandInput {
  const parser = buildParser(line, context)
  const { own, child } = splitAtChild(line)
  parser.action(() => {}).parse([...own], { from: 'user' })
  return { args: [...parser.args, ...child], options: parser.opts() }
}

/** What follows the first `--` is a child's command line, options and all. */
function splitAtChild({ command, argv }: CommandLine): {
  readonly own: readonly string[]
  readonly child: readonly string[]
} {
  const at = command.takesChildCommand === true ? argv.indexOf('--') : -1
  return at < 0 ? { own: argv, child: [] } : { own: argv.slice(0, at), child: argv.slice(at + 1) }
}

function buildParser({ row, command }: CommandLine, context: CommandContext): Commander {
  const parser = new Commander(`stile ${row.name}`)
    .description([row.summary, command.details].filter(Boolean).join('\n\n'))
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError(`see \`stile ${row.name} --help\``)
    .helpOption('-h, --help', 'show this help')
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns || 80,
      getErrHelpWidth: () => context.stderr.columns || 80,
    })
  // Where everything may be left out, the generated line is right.
  const takesGrant = command.args.some(({ usage }) => usage.startsWith('<'))
  if (command.takesChildCommand === true && takesGrant) {
    parser.usage('[options] NAME [-- COMMAND...]')
  }
  for (const { usage, summary } of command.args) parser.argument(usage, summary)
  for (const { flags, summary } of [...command.options, ...globalOptions]) {
    parser.option(flags, summary)
  }
  parser.addHelpText('after', ['', 'Example:', ...command.examples.map(indent)].join('\n'))
  return parser
}

function indent(line: string): string {
  return `  ${line}`
}

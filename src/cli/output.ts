import type { CommandContext, OptionValues } from './command.ts'

/** How a command prints: results on standard output, talk on standard error, colour where it helps. */
export interface Output {
  /** Results. */
  readonly print: (line?: string) => void
  /** Progress and advice; silent under `--quiet`. */
  readonly say: (line?: string) => void
  /** One JSON object on standard output. */
  readonly json: (value: unknown) => void
  readonly paint: Paint
}

export type Paint = (style: Style, text: string) => string

export type Style = keyof typeof styles

const styles = {
  good: '\u001b[32m',
  bad: '\u001b[31m',
  warning: '\u001b[33m',
  dim: '\u001b[2m',
  bold: '\u001b[1m',
} as const

export function createOutput(context: CommandContext, options: OptionValues): Output {
  const write = (line = '') => void context.stdout.write(`${line}\n`)
  return {
    print: write,
    say: options.quiet === true ? () => {} : (line = '') => void context.stderr.write(`${line}\n`),
    json: (value) => write(JSON.stringify(value, null, 2)),
    paint: isColorful(context, options) ? paint : (_, text) => text,
  }
}

function paint(style: Style, text: string): string {
  return `${styles[style]}${text}\u001b[0m`
}

/** @see https://no-color.org */
function isColorful(context: CommandContext, options: OptionValues): boolean {
  if (options.color === 'always') return true
  if (options.color === 'never' || context.environment.NO_COLOR) return false
  return context.stdout.isTTY === true && context.environment.TERM !== 'dumb'
}

import { CliError } from './cli-error.ts'
import type { CommandContext, OptionValues } from './command.ts'

/** The time that decisions are made for: `--at`, else now. Milliseconds since 1970. */
export function decisionTimeMs(options: OptionValues, context: CommandContext): number {
  if (options.at === undefined) return context.nowMs()
  const ms = Date.parse(String(options.at))
  if (Number.isNaN(ms)) {
    throw new CliError(`\`${options.at}\` is no time`, {
      remedy: 'write it as 2027-06-30 or 2027-06-30T12:00:00Z',
    })
  }
  return ms
}

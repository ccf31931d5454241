import type { CommandContext, OptionValues } from '../command.ts'

/** One command line of `stile local`. */
export interface LocalRequest {
  /** What follows the action; for `exec` the child's command line. */
  readonly args: readonly string[]
  readonly options: OptionValues
  readonly context: CommandContext
}

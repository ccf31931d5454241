import { type ExitCode, exitCodes } from './exit-code.ts'

/** Ends a command with a message for its user and an exit code from the one table; never with a stack trace. */
export class CliError extends Error {
  readonly exitCode: ExitCode
  /** What to do about it, printed on its own line. */
  readonly remedy: string | undefined

  constructor(message: string, options: CliErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'CliError'
    this.exitCode = options.exitCode ?? exitCodes.usage
    this.remedy = options.remedy
  }
}

export interface CliErrorOptions {
  /** 2 (usage) when left out. */
  readonly exitCode?: ExitCode
  readonly remedy?: string
  readonly cause?: unknown
}

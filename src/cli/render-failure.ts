import { CliError } from './cli-error.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'

export interface Failure {
  readonly lines: readonly string[]
  readonly exitCode: ExitCode
}

/** What a user is told about an error that ended a command; a stack trace only under `--debug`. */
export function renderFailure(error: unknown, options: { readonly isDebug: boolean }): Failure {
  const lines = [`error: ${messageOf(error)}`]
  if (error instanceof CliError && error.remedy !== undefined) lines.push(`  ${error.remedy}`)
  if (options.isDebug && error instanceof Error) lines.push(String(error.stack))
  return { lines, exitCode: exitCodeOf(error) }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode
  if (error instanceof Error && error.name === 'AbortError') return exitCodes.interrupted
  return exitCodes.failed
}

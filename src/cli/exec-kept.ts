import {
  type ChildOutcome,
  childEnvironment,
  runChild,
  type SessionSettings,
} from '../session/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext } from './command.ts'
import type { ExitCode } from './exit-code.ts'

/** What a program gets from `exec`: a session, and the variables of Stile's own. */
export interface ChildSession {
  readonly settings: SessionSettings
  readonly variables: Readonly<Record<string, string>>
}

/** Runs a program with a session in its environment. */
export async function runAs(
  { settings, variables }: ChildSession,
  { context, argv }: { readonly context: CommandContext; readonly argv: readonly string[] },
): Promise<ChildOutcome> {
  const [command = '', ...args] = argv
  const environment = { ...childEnvironment(context.environment, settings), ...variables }
  const terminal = context.stdin.isTTY === true ? 'shared' : 'none'
  return runChild(command, args, { environment, terminal })
}

/** The status to end with. A program that did not start ends the command with a message. */
export function requireStatus(outcome: ChildOutcome): ExitCode {
  if (outcome.kind === 'exited') return outcome.status
  throw new CliError(outcome.message, { exitCode: outcome.status })
}

/** `exec` where the same was asked for before: nothing is read, and nothing is loaded but what runs a program. */
export async function execKept(
  answer: string,
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const session: ChildSession = JSON.parse(answer)
  return requireStatus(await runAs(session, { context, argv }))
}

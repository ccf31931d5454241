import type { Readable, Writable } from 'node:stream'
import type { QuickAnswerPlace } from '../session/index.ts'
import type { Environment } from './environment.ts'
import type { ExitCode } from './exit-code.ts'

/** What a command may touch: the tests and the demo hand it other streams, clocks and environments. */
export interface CommandContext {
  /** Where the answer to this command line is kept for the next time; only in a real process. */
  readonly quickAnswer?: QuickAnswerPlace
  readonly environment: Environment
  readonly cwd: string
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly nowMs: () => number
  /** Aborted by Ctrl-C and by termination; long-running commands end then. */
  readonly interrupted: AbortSignal
}

/** Options by their long name in camel case, as commander gives them. */
export type OptionValues = Readonly<Record<string, unknown>>

export interface CommandInput {
  readonly args: readonly string[]
  readonly options: OptionValues
}

/** One command: what its help says, and what it does. */
export interface Command {
  /** As in `[grant]`, `<file...>`. */
  readonly args: readonly ArgumentRow[]
  readonly options: readonly OptionRow[]
  /** One command line that runs as printed, with what it does. */
  readonly examples: readonly string[]
  /** A sentence or two under the usage line. */
  readonly details?: string
  /** True where everything after `--` belongs to a child process. */
  readonly takesChildCommand?: boolean
  readonly run: (input: CommandInput, context: CommandContext) => Promise<ExitCode>
}

export interface ArgumentRow {
  readonly usage: string
  readonly summary: string
}

export interface OptionRow {
  /** As in `-f, --file <path>`; a list ends in `...`. */
  readonly flags: string
  readonly summary: string
}

export const commonOptions = {
  file: {
    flags: '-f, --file <path>',
    summary: 'access file or directory; else access.yaml, upwards from here',
  },
  json: { flags: '--json', summary: 'print one JSON object on standard output' },
  endpointUrl: { flags: '--endpoint-url <url>', summary: 'talk to this endpoint instead of AWS' },
  at: { flags: '--at <time>', summary: 'decide as of this time (ISO 8601) instead of now' },
  region: {
    flags: '--region <region>',
    summary: 'AWS region; else the environment or the profile',
  },
} as const satisfies Readonly<Record<string, OptionRow>>

/** Options that every command takes. */
export const globalOptions: readonly OptionRow[] = [
  { flags: '--color <when>', summary: 'auto, always or never (NO_COLOR is honoured)' },
  { flags: '--quiet', summary: 'print results and errors only' },
  { flags: '--no-input', summary: 'never ask; fail instead' },
  { flags: '--debug', summary: 'say more when something fails' },
]

import {
  type AccessFile,
  type Compilation,
  checkAccess,
  compileAccess,
  fileTagOf,
  type Problem,
} from '../access/index.ts'
import {
  type Actual,
  type Connections,
  type ConnectOptions,
  closeAll,
  connectAll,
  readActual,
  type Undeclared,
} from '../cloud/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext, OptionRow, OptionValues } from './command.ts'
import { decisionTimeMs } from './decision-time.ts'
import { describeProblems, requireAccess } from './load-access.ts'

/** What `plan`, `apply`, `destroy` and `drift` start from: the file's documents and what is there now. */
export interface Sides {
  readonly access: AccessFile
  readonly compilation: Compilation
  readonly connections: Connections
  readonly actual: Actual
  /** Warnings of the file. */
  readonly problems: readonly Problem[]
  readonly nowMs: number
  /** What may be removed although the file does not declare it. */
  readonly undeclared: Undeclared
}

export const pruneOption: OptionRow = {
  flags: '--prune',
  summary: 'remove what carries a nameless file’s tag and it does not declare',
}

/**
 * Reads the access file, signs in to its accounts, reads both sides, and closes everything after `use`.
 * A file with errors ends the command before any account is called.
 */
export async function withSides<R>(
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
  use: (sides: Sides) => Promise<R>,
): Promise<R> {
  const access = await requireAccess(options, context)
  const nowMs = decisionTimeMs(options, context)
  const { compilation, problems } = requireCompilation(access, nowMs)
  const connections = await connectAll(access.accounts, connectOptionsOf(context, options))
  try {
    const actual = await readActual(compilation, connections, { file: fileTagOf(access) })
    const undeclared = access.name !== undefined || options.prune === true ? 'remove' : 'leave'
    return await use({ access, compilation, connections, actual, problems, nowMs, undeclared })
  } finally {
    closeAll(connections)
  }
}

/** How every account is reached: by the environment, unless flags say otherwise. */
export function connectOptionsOf(context: CommandContext, options: OptionValues): ConnectOptions {
  return {
    environment: context.environment,
    ...(typeof options.endpointUrl === 'string' ? { endpointUrl: options.endpointUrl } : {}),
    ...(typeof options.region === 'string' ? { region: options.region } : {}),
  }
}

/** The documents of a file without errors; else every error, and exit 2. */
export function requireCompilation(
  access: AccessFile,
  nowMs: number,
): { readonly compilation: Compilation; readonly problems: readonly Problem[] } {
  const { problems } = checkAccess(access, { nowMs })
  const compiled = compileAccess(access)
  const errors = problems.filter((problem) => problem.severity === 'error')
  if (!compiled.ok) throw new CliError(describeProblems(compiled.problems))
  if (errors.length > 0) throw new CliError(describeProblems(errors))
  return { compilation: compiled.compilation, problems }
}

import {
  type AccessFile,
  type Compilation,
  checkAccess,
  compileAccess,
  fileTagOf,
  type Problem,
  type Proof,
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
import { exitCodes } from './exit-code.ts'
import { describeProblems, requireAccess } from './load-access.ts'
import { countOf } from './render-check.ts'

/** What `plan`, `apply`, `destroy` and `drift` start from: the file's documents and what is there now. */
export interface Sides extends Checked {
  readonly access: AccessFile
  readonly connections: Connections
  readonly actual: Actual
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
  const checked = requireCompilation(access, nowMs)
  const connections = await connectAll(access.accounts, connectOptionsOf(context, options))
  try {
    const actual = await readActual(checked.compilation, connections, { file: fileTagOf(access) })
    const undeclared = access.name !== undefined || options.prune === true ? 'remove' : 'leave'
    return await use({ ...checked, access, connections, actual, nowMs, undeclared })
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

/** A file without errors, as far as it can be judged without its accounts. */
export interface Checked {
  readonly compilation: Compilation
  /** Warnings and assumptions. */
  readonly problems: readonly Problem[]
  /** Proofs and expectations that do not hold. */
  readonly failed: readonly Proof[]
}

/** The documents of a file without errors; else every error, and exit 2. */
export function requireCompilation(access: AccessFile, nowMs: number): Checked {
  const { problems, proofs } = checkAccess(access, { nowMs })
  const compiled = compileAccess(access)
  const errors = problems.filter((problem) => problem.severity === 'error')
  if (!compiled.ok) throw new CliError(describeProblems(compiled.problems))
  if (errors.length > 0) throw new CliError(describeProblems(errors))
  const failed = proofs.filter((proof) => proof.kind === 'failed')
  return { compilation: compiled.compilation, problems, failed }
}

/** Ends the command with exit 1 where the file does not do what it says: nothing is made of it then. */
export function requireProved(failed: readonly Proof[]): void {
  if (failed.length === 0) return
  const lines = failed.flatMap(({ title, detail }) => [`  ! ${title}`, `      ${detail}`])
  throw new CliError(
    [
      `the access file does not do what it says: ${countOf(failed.length, 'failed proof')}`,
      ...lines,
    ].join('\n'),
    {
      exitCode: exitCodes.denied,
      remedy: '`stile check` tells all; mend the grant or the expectation',
    },
  )
}

import { relative, resolve } from 'node:path'
import {
  type AccessFile,
  findAccessFile,
  loadAccessFile,
  type Problem,
  renderProblem,
} from '../access/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext, OptionValues } from './command.ts'
import { countOf } from './render-check.ts'

/** The access file that `--file` names, or the nearest `access.yaml` upwards. Problems end the command with exit 2. */
export async function requireAccess(
  options: OptionValues,
  context: CommandContext,
): Promise<AccessFile> {
  const path = accessPath(options.file, context)
  const parsed = await loadAccessFile(path)
  if (parsed.ok) return parsed.access
  throw new CliError(describeProblems(parsed.problems))
}

/** Every problem, one after the other, under a count. */
export function describeProblems(problems: readonly Problem[], where = 'the access file'): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length
  const lines = problems.flatMap((problem) => [...renderProblem(problem)])
  return [`${countOf(errors, 'problem')} in ${where}`, ...lines].join('\n')
}

export function accessPath(file: unknown, context: CommandContext): string {
  const path = typeof file === 'string' ? resolve(context.cwd, file) : findAccessFile(context.cwd)
  if (path !== undefined) return asTyped(path, context.cwd)
  throw new CliError('no `access.yaml` here or in any folder above', {
    remedy: 'name one with --file, or write a first one with `stile init`',
  })
}

/** From here where it is below, so that messages are short and can be clicked; else absolute. */
function asTyped(path: string, cwd: string): string {
  const fromHere = relative(process.cwd(), path)
  const isBelow = fromHere !== '' && !fromHere.startsWith('..') && cwd === process.cwd()
  return isBelow ? fromHere : path
}

import { checkAccess, compileAccess, loadAccessFile, type Problem } from '../../access/index.ts'
import type { Command, CommandContext, OptionValues } from '../command.ts'
import { commonOptions } from '../command.ts'
import { decisionTimeMs } from '../decision-time.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { accessPath } from '../load-access.ts'
import { createOutput } from '../output.ts'
import { renderCheck } from '../render-check.ts'

export const command: Command = {
  args: [{ usage: '[path]', summary: 'access file or directory, as --file' }],
  options: [commonOptions.file, commonOptions.json, commonOptions.at],
  examples: ['stile check examples/cross-account-build'],
  details:
    'Prints every problem with its place, proves with the policy engine that each grant works, that each `expect` holds, and that the ways in that must fail do fail.',
  run: async ({ args, options }, context) => {
    const report = await checkFile(accessPath(args[0] ?? options.file, context), {
      context,
      options,
    })
    const output = createOutput(context, options)
    if (options.json === true) output.json({ version: 1, ...report })
    else for (const line of renderCheck(report, output)) output.print(line)
    return exitCodeOf(report)
  },
}

async function checkFile(
  path: string,
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
) {
  const parsed = await loadAccessFile(path)
  if (!parsed.ok) return { ok: false, problems: parsed.problems, proofs: [] }
  const compiled = compileAccess(parsed.access)
  const report = checkAccess(parsed.access, { nowMs: decisionTimeMs(options, context) })
  const isProved = report.proofs.every((proof) => proof.kind !== 'failed')
  return {
    ok: isProved && !hasErrors(report.problems),
    problems: report.problems,
    proofs: report.proofs,
    ...(compiled.ok ? { compilation: compiled.compilation } : {}),
  }
}

function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error')
}

function exitCodeOf(report: {
  readonly ok: boolean
  readonly problems: readonly Problem[]
}): ExitCode {
  if (hasErrors(report.problems)) return exitCodes.usage
  return report.ok ? exitCodes.done : exitCodes.denied
}

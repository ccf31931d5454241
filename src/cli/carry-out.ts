import { resolve } from 'node:path'
import {
  type ApplyEvent,
  type ApplyOutcome,
  type ApplyReport,
  applyPlan,
  type Connections,
  openJournal,
  type Plan,
  renderReport,
} from '../cloud/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext, OptionRow, OptionValues } from './command.ts'
import { planExitCode } from './commands/plan.ts'
import { requireYes } from './confirm.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { forgetChangedRoles } from './forget-changed-roles.ts'
import { createOutput, type Output } from './output.ts'
import { paintLine, paintPlan } from './paint-plan.ts'

export interface Undertaking {
  readonly plan: Plan
  readonly connections: Connections
  readonly question: string
  readonly context: CommandContext
  readonly options: OptionValues
}

export const journalOption: OptionRow = {
  flags: '--journal <path>',
  summary: 'append a line for every step to this file',
}

/** Shows a plan, asks, makes its changes and reports per account. What `apply` and `destroy` have in common. */
export async function carryOut(undertaking: Undertaking): Promise<ExitCode> {
  const { plan, context, options } = undertaking
  const output = createOutput(context, options)
  if (options.json !== true) for (const line of paintPlan(plan, output)) output.print(line)
  const before = planExitCode(plan)
  if (plan.changes.length === 0) {
    if (options.json === true)
      output.json({ version: 1, plan, report: { ok: before === 0, accounts: [] } })
    return before
  }
  await requireYes(undertaking.question, { context, options })
  const report = await makeChanges(undertaking, output)
  await forgetChangedRoles(plan, context.environment)
  if (options.json === true) output.json({ version: 1, plan, report })
  else printReport(report, output)
  return report.ok ? exitCodes.done : exitCodes.failed
}

/** Steps are told as they start, and kept line by line in the file that `--journal` names. */
async function makeChanges(undertaking: Undertaking, output: Output): Promise<ApplyReport> {
  const { plan, connections, context, options } = undertaking
  const path =
    typeof options.journal === 'string' ? resolve(context.cwd, options.journal) : undefined
  const journal = path === undefined ? undefined : await openJournal(path, context)
  try {
    const outcome = await applyPlan(plan, connections, {
      onProgress: (event) => sayProgress(event, output),
      ...(journal === undefined ? {} : { journal }),
    })
    return requireApplied(outcome)
  } finally {
    await journal?.close()
  }
}

function sayProgress(event: ApplyEvent, output: Output): void {
  if (event.kind === 'ended') return
  const { account, words } = event.change
  if (event.kind === 'started') output.say(`… ${account.name}: ${words}`)
  else
    output.say(`  ${account.name}: waiting ${Math.ceil(event.delayMs / 1000)} s (${event.because})`)
}

function requireApplied(outcome: ApplyOutcome): ApplyReport {
  if (outcome.kind === 'applied') return outcome.report
  throw new CliError(
    'somebody changed one of the accounts since it was read; nothing was changed',
    {
      exitCode: exitCodes.failed,
      remedy: 'run it again for a new plan',
    },
  )
}

function printReport(report: ApplyReport, output: Output): void {
  output.print()
  for (const line of renderReport(report)) output.print(paintLine(line, output))
}

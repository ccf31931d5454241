import { type Plan, planChanges, renderDrift } from '../../cloud/index.ts'
import { type Command, commonOptions } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { createOutput } from '../output.ts'
import { paintLine } from '../paint-plan.ts'
import { withSides } from '../sides.ts'

export const command: Command = {
  args: [],
  options: [
    commonOptions.file,
    commonOptions.json,
    commonOptions.at,
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: ['stile drift --file access.yaml'],
  details:
    'Reads both sides and says what was found against what the file declares. Exit 1 when something differs. Changes nothing.',
  run: ({ options }, context) =>
    withSides({ context, options }, async ({ compilation, actual, nowMs, undeclared }) => {
      const output = createOutput(context, options)
      const plan = planChanges(compilation, actual, { nowMs, undeclared })
      if (options.json === true) output.json({ version: 1, findings: renderDrift(plan), plan })
      else for (const line of renderDrift(plan)) output.print(paintLine(line, output))
      return driftExitCode(plan)
    }),
}

function driftExitCode(plan: Plan): ExitCode {
  if (plan.unread.length > 0) return exitCodes.failed
  return plan.changes.length + plan.blocked.length > 0 ? exitCodes.denied : exitCodes.done
}

import { type Plan, planChanges } from '../../cloud/index.ts'
import { type Command, commonOptions } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { createOutput } from '../output.ts'
import { paintPlan } from '../paint-plan.ts'
import { pruneOption, requireProved, withSides } from '../sides.ts'

export const command: Command = {
  args: [],
  options: [
    commonOptions.file,
    commonOptions.json,
    commonOptions.at,
    { flags: '--adopt', summary: 'take over roles and policies that exist and nobody owns' },
    { flags: '--detailed-exitcode', summary: 'exit 2 when there is something to change' },
    pruneOption,
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: ['stile plan --file access.yaml'],
  details:
    'Reads both sides with the profiles that the access file names, and changes nothing. Shows first who would gain and lose what. Exit 1 when `check` finds that the file does not do what it says.',
  run: ({ options }, context) =>
    withSides({ context, options }, async ({ compilation, actual, nowMs, undeclared, failed }) => {
      const output = createOutput(context, options)
      const adopt = options.adopt === true
      const plan = planChanges(compilation, actual, { nowMs, adopt, undeclared })
      if (options.json === true) output.json(plan)
      else for (const line of paintPlan(plan, output)) output.print(line)
      requireProved(failed)
      const code = planExitCode(plan)
      if (code !== exitCodes.done || options.detailedExitcode !== true) return code
      return plan.changes.length === 0 ? exitCodes.done : changesPending
    }),
}

/** As Terraform's `plan -detailed-exitcode`, the one exception to the table. */
const changesPending = 2

/** 3 where something could not be read, or is in somebody else's hands. */
export function planExitCode(plan: Plan): ExitCode {
  return plan.unread.length > 0 || plan.blocked.length > 0 ? exitCodes.failed : exitCodes.done
}

import { planChanges } from '../../cloud/index.ts'
import { carryOut, journalOption } from '../carry-out.ts'
import { type Command, commonOptions } from '../command.ts'
import { pruneOption, requireProved, withSides } from '../sides.ts'

export const command: Command = {
  args: [],
  options: [
    commonOptions.file,
    commonOptions.json,
    commonOptions.at,
    { flags: '-y, --yes', summary: 'do not ask' },
    { flags: '--adopt', summary: 'take over roles and policies that exist and nobody owns' },
    pruneOption,
    journalOption,
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: ['stile apply --file access.yaml'],
  details:
    'Shows the plan, asks, and makes the changes: the trusting role first, the caller’s permission last. A failure in one account stops nothing in the others; the next run goes on from there. Refuses a file of which `check` finds that it does not do what it says.',
  run: ({ options }, context) =>
    withSides({ context, options }, (sides) => {
      requireProved(sides.failed)
      const { nowMs, undeclared } = sides
      const adopt = options.adopt === true
      return carryOut({
        plan: planChanges(sides.compilation, sides.actual, { nowMs, undeclared, adopt }),
        connections: sides.connections,
        question: 'Make these changes?',
        context,
        options,
      })
    }),
}

import { planDestroy } from '../../cloud/index.ts'
import { carryOut, journalOption } from '../carry-out.ts'
import { type Command, commonOptions } from '../command.ts'
import { pruneOption, withSides } from '../sides.ts'

export const command: Command = {
  args: [],
  options: [
    commonOptions.file,
    commonOptions.json,
    { flags: '-y, --yes', summary: 'do not ask' },
    pruneOption,
    journalOption,
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: ['stile destroy --file access.yaml'],
  details:
    'Removes the roles and policies that carry this file’s ownership tag, the callers’ permissions first. What Stile does not own stays.',
  run: ({ options }, context) =>
    withSides({ context, options }, ({ compilation, actual, connections, undeclared }) =>
      carryOut({
        plan: planDestroy(compilation, actual, { undeclared }),
        connections,
        question: 'Remove all of this?',
        context,
        options,
      }),
    ),
}

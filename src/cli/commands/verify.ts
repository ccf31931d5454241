import { renderVerifications, verifyGrants } from '../../cloud/index.ts'
import { type Command, commonOptions } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { createOutput } from '../output.ts'
import { connectOptionsOf, withSides } from '../sides.ts'

export const command: Command = {
  args: [],
  options: [
    commonOptions.file,
    commonOptions.json,
    commonOptions.at,
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: ['stile verify --file access.yaml'],
  details:
    'Where the file names a profile of the caller (`from.verifyAs`) the role is really assumed: proved. Elsewhere the engine decides on the documents as read from both sides: decided. Changes nothing. Exit 1 when a way in does not work.',
  run: ({ options }, context) =>
    withSides({ context, options }, async ({ compilation, actual, nowMs }) => {
      const output = createOutput(context, options)
      const connect = connectOptionsOf(context, options)
      const verifications = await verifyGrants(compilation, actual, { nowMs, connect })
      if (options.json === true) output.json({ version: 1, verifications })
      else for (const line of renderVerifications(verifications)) output.print(line)
      const isRefused = verifications.some(({ kind }) => kind === 'refused')
      return isRefused ? exitCodes.denied : exitCodes.done
    }),
}

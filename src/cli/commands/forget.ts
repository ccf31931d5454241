import { parseArn } from '../../core/index.ts'
import {
  type CachedSession,
  forgetSessions,
  removeAlias,
  roleOfSession,
} from '../../session/index.ts'
import { CliError } from '../cli-error.ts'
import { type Command, commonOptions } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { createOutput } from '../output.ts'

export const command: Command = {
  args: [{ usage: '[name]', summary: 'what was assumed: a name, or a role’s ARN' }],
  options: [
    { flags: '--all', summary: 'every session, those with a second factor too' },
    { flags: '--alias <alias>', summary: 'an alias instead' },
    commonOptions.json,
  ],
  examples: ['stile forget push-images', 'stile forget --all'],
  details:
    'Removes kept sessions, and the answers that were made from them, from this machine. AWS accepts a session that was copied elsewhere until it ends.',
  run: async ({ args, options }, context) => {
    const output = createOutput(context, options)
    const { environment } = context
    if (typeof options.alias === 'string') {
      const isGone = await removeAlias(environment, options.alias)
      const what = isGone ? 'is forgotten' : 'is no alias'
      output.print(`\`${options.alias}\` ${what}`)
      return exitCodes.done
    }
    const gone = await forgetSessions(environment, wanted(args[0], options.all === true))
    if (options.json === true) {
      output.json({ version: 1, forgotten: gone.map(({ name, arn }) => ({ name, arn })) })
      return exitCodes.done
    }
    for (const { name, arn } of gone)
      output.print(`forgot ${name}${arn === name ? '' : ` (${arn})`}`)
    if (gone.length === 0) output.say('nothing of that kind is kept')
    return exitCodes.done
  },
}

type Wish = (session: CachedSession) => boolean

function wanted(name: string | undefined, isAll: boolean): Wish {
  if (isAll && name === undefined) return () => true
  if (isAll || name === undefined) {
    throw new CliError('name what to forget, or say --all', { remedy: '`stile sessions` lists it' })
  }
  const arn = name.startsWith('arn:') ? parseArn(name) : undefined
  const role = arn && `${arn.accountId}:${arn.resource.split('/').at(-1)}`
  return (session) =>
    session.name === name ||
    session.arn === name ||
    (role !== undefined && roleOfSession(session.arn) === role)
}

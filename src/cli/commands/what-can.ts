import { type Ability, type WhatCan, whatCan } from '../../core/index.ts'
import { CliError } from '../cli-error.ts'
import { type Command, commonOptions } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { createOutput, type Output } from '../output.ts'
import {
  findAsker,
  openPolicySource,
  renderUnread,
  requestContext,
  sourceOptions,
} from '../policy-source.ts'

export const command: Command = {
  args: [{ usage: '<principal>', summary: 'an ARN, or ACCOUNT:role/NAME and ACCOUNT:user/NAME' }],
  options: [
    ...sourceOptions,
    { flags: '--ndjson', summary: 'print one JSON object a line, each as soon as it is found' },
    commonOptions.json,
  ],
  examples: ['stile what-can build:role/gitlab-runner -f examples/cross-account-build'],
  details:
    'Lists what the policies of a principal, and of every role that it can take, allow and deny.',
  run: async ({ args, options }, context) => {
    const [subject = ''] = args
    const output = createOutput(context, options)
    const source = await openPolicySource({ options, context })
    const start = findAsker(source, subject)
    if (start === undefined || start.standing === 'unknown') {
      throw new CliError(`\`${subject}\` is nobody that is known here`, {
        remedy: 'name a principal by its ARN or as ACCOUNT:role/NAME',
      })
    }
    const found: WhatCan[] = []
    for (const each of whatCan(source.index, start, requestContext({ options, context }))) {
      found.push(each)
      if (options.ndjson === true) context.stdout.write(`${JSON.stringify(each)}\n`)
      else if (options.json !== true) printWhat(each, output)
    }
    for (const line of renderUnread(source)) output.say(line)
    const { unread } = source.index.estate
    if (options.json === true) output.json({ version: 1, whatCan: found, unread })
    return exitCodes.done
  },
}

function printWhat({ who, route, provisos, within, abilities }: WhatCan, output: Output): void {
  const open = [...new Set(provisos.map(({ text }) => text))]
  const through = route.length < 2 ? '' : `, through ${route.slice(0, -1).join(' → ')}`
  const condition = open.length === 0 ? '' : `, if ${open.join(' and ')}`
  const head = route.length === 0 ? who : `can become ${who}${through}${condition}`
  output.print(output.paint('bold', head))
  for (const ability of abilities) output.print(`  ${renderAbility(ability)}`)
  if (abilities.length === 0) output.print('  nothing by policies that are known here')
  if (within.length > 0) output.print(`  all of it only as far as ${within.join(', ')} allow`)
}

function renderAbility({ effect, actions, resources, policy, provisos }: Ability): string {
  const verb = effect === 'Allow' ? 'may' : 'may not'
  const open = provisos.length === 0 ? '' : `, if ${provisos.join(' and ')}`
  return `${verb} ${shorten(actions)} on ${shorten(resources)}${open} (${policy})`
}

function shorten(names: readonly string[]): string {
  if (names.length <= 4) return names.join(', ')
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} others`
}

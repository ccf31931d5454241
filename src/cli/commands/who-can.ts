import { ownerOf, parseAccountId, type WhoCan, whoCan } from '../../core/index.ts'
import { CliError } from '../cli-error.ts'
import { type Command, commonOptions } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { createOutput } from '../output.ts'
import {
  openPolicySource,
  renderUnread,
  requestContext,
  resourceArn,
  sourceOptions,
} from '../policy-source.ts'

export const command: Command = {
  args: [
    { usage: '<action>', summary: 'such as s3:GetObject' },
    { usage: '<resource>', summary: 'an ARN, `*`, or the name of a role' },
  ],
  options: [
    ...sourceOptions,
    { flags: '--resource-account <id>', summary: 'owner, where the ARN does not tell' },
    { flags: '--ndjson', summary: 'print one JSON object a line, each as soon as it is found' },
    commonOptions.json,
  ],
  examples: ['stile who-can sts:AssumeRole OurThingBuildRole -f examples/cross-account-build'],
  details:
    'Lists every principal that may, directly or through roles; what nobody can know beforehand stands there as `if`.',
  run: async ({ args, options }, context) => {
    const [action = '', asked = ''] = args
    if (!/^[a-z0-9-]+:[a-z0-9_-]+$/i.test(action)) {
      throw new CliError(`\`${action}\` is no action: one without wildcards, as s3:GetObject`)
    }
    const output = createOutput(context, options)
    const source = await openPolicySource({ options, context })
    const resource = resourceArn(source, asked)
    const account = parseAccountId(String(options.resourceAccount ?? ''))
    const question = {
      action,
      resource,
      context: requestContext({ options, context }),
      ...(account === undefined ? {} : { resourceAccount: account }),
    }
    if (resource !== '*' && ownerOf(source.index, question) === undefined) {
      throw new CliError(`whose \`${resource}\` is, its ARN does not tell`, {
        remedy: 'say it with --resource-account',
      })
    }
    const found: WhoCan[] = []
    for (const each of whoCan(source.index, question)) {
      found.push(each)
      if (options.ndjson === true) context.stdout.write(`${JSON.stringify(each)}\n`)
      else if (options.json !== true) output.print(renderWho(each))
    }
    for (const line of renderUnread(source)) output.say(line)
    const { unread } = source.index.estate
    if (options.json === true) output.json({ version: 1, action, resource, whoCan: found, unread })
    if (found.length > 0) return exitCodes.done
    output.say(`nobody that is known here may do ${action} on ${resource}`)
    return exitCodes.denied
  },
}

/** One line: who, through what, and if what. */
export function renderWho({ who, kind, route, provisos, certainty }: WhoCan): string {
  const names: Readonly<Partial<Record<WhoCan['kind'], string>>> = {
    account: `whomever the account ${who} lets`,
    everyone: who === '*' ? 'everybody' : who,
    outsider: `${who} (not read)`,
  }
  const through = route.length === 0 ? '' : `, through ${route.join(' → ')}`
  const all = [...new Set(provisos.map(({ text }) => text))]
  const open = all.length === 0 ? '' : `, if ${all.join(' and ')}`
  const sure = certainty === 'documented' ? '' : ` (${certainty})`
  return `${names[kind] ?? who}${through}${open}${sure}`
}

import { type Assumers, ownerOf, parseAccountId, type WhoCan, whoCan } from '../../core/index.ts'
import { CliError } from '../cli-error.ts'
import { type Command, commonOptions } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { createOutput, type Output } from '../output.ts'
import {
  openPolicySource,
  type PolicySource,
  renderUnread,
  requestContext,
  resourceArn,
  type SourceInput,
  sourceOptions,
} from '../policy-source.ts'
import { describeAssumers, findAssumers, isAboutRoles, renderSet } from '../who-can-roles.ts'

export const command: Command = {
  args: [
    { usage: '<action>', summary: 'such as s3:GetObject' },
    {
      usage: '<resource>',
      summary: 'an ARN, `*`, or the name of a role; for sts:AssumeRole also a pattern of role ARNs',
    },
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
    if (isAboutRoles(action, resource)) {
      return answerRoles(resource, { source, options, context, output })
    }
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

interface Setting extends SourceInput {
  readonly source: PolicySource
  readonly output: Output
}

/** Role by role, sets instead of single principals: there may be millions. */
function answerRoles(pattern: string, { source, options, context, output }: Setting): ExitCode {
  const { index } = source
  const found: object[] = []
  let roles = 0
  for (const assumers of findAssumers(index, pattern, requestContext({ options, context }))) {
    roles += 1
    if (options.ndjson === true) {
      context.stdout.write(`${JSON.stringify(describeAssumers(assumers))}\n`)
    } else if (options.json === true) found.push(describeAssumers(assumers))
    else printAssumers(assumers, output)
  }
  for (const line of renderUnread(source)) output.say(line)
  const { unread } = index.estate
  if (options.json === true) {
    output.json({ version: 1, action: 'sts:AssumeRole', resource: pattern, roles: found, unread })
  }
  if (roles > 0) return exitCodes.done
  output.say(`nobody that is known here may assume a role that \`${pattern}\` takes in`)
  return exitCodes.denied
}

function printAssumers({ role, sets }: Assumers, output: Output): void {
  output.print(output.paint('bold', role.arn))
  for (const set of sets) {
    const who = set.size === 1 ? set.who : renderSet(set)
    const provisos = set.provisos.map((each) => ({ ...each, at: role.arn }))
    output.print(`  ${renderWho({ ...set, who, provisos, route: [] })}`)
  }
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

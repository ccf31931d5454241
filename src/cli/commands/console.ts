import { consoleDestination, federationLink } from '../../session/index.ts'
import { accountOption } from '../choose-account.ts'
import { CliError } from '../cli-error.ts'
import { type Command, commonOptions } from '../command.ts'
import { consoleEntries, consolePartition, linkToTarget } from '../console-role.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { openTarget } from '../grant-session.ts'
import { requireAccess } from '../load-access.ts'
import { openAddress, openSecretAddress } from '../open-browser.ts'
import { createOutput } from '../output.ts'
import { planDuration } from '../plan-duration.ts'
import { sessionOptions } from '../session-options.ts'
import { resolveTarget, type SessionTarget, type TargetRequest } from '../session-target.ts'
import { renderSwitchRoles } from '../switch-roles-export.ts'

export const command: Command = {
  args: [
    {
      usage: '[name]',
      summary: "a grant, a role's ARN or a profile; the only grant may be left out",
    },
  ],
  options: [
    commonOptions.file,
    accountOption,
    { flags: '--open', summary: 'open it in the browser instead of printing it' },
    { flags: '--federation', summary: 'sign in with a session instead of switching roles' },
    { flags: '--service <name>', summary: 'page to open after signing in, such as s3' },
    { flags: '--list', summary: 'print the switch-role links of all grants' },
    {
      flags: '--extend-switch-roles',
      summary: 'print them as configuration of the browser extension AWS Extend Switch Roles',
    },
    { flags: '--sign-in-url <url>', summary: "another sign-in service than AWS's own" },
    ...sessionOptions,
    commonOptions.endpointUrl,
    commonOptions.region,
    commonOptions.json,
  ],
  examples: ['stile console team-work'],
  details:
    'Prints the switch-role link, which holds no secret; it works for users and roles, not for root users. Where that cannot work (an external id, session tags or a session policy is asked for, or the way goes through another role), or with --federation, it signs in with a session: that link is good for 15 minutes and is a secret.',
  run: async ({ args, options }, context) => {
    const request = { context, options }
    if (options.list === true || options.extendSwitchRoles === true) return listLinks(request)
    const target = await resolveTarget(args[0], request)
    const link = await linkToTarget(target, context.environment)
    if (link.kind === 'link' && options.federation !== true) {
      sayDestination(target, request)
      if (options.open === true) await openAddress(link.url, context)
      else context.stdout.write(`${link.url}\n`)
      return exitCodes.done
    }
    const output = createOutput(context, options)
    if (link.kind === 'unavailable') output.say(`${link.because}; signing in instead`)
    const url = await signInLink(target, request)
    if (options.open === true) await openSecretAddress(url, context)
    else context.stdout.write(`${url}\n`)
    return exitCodes.done
  },
}

/** A switch-role link leads to where one was before. */
function sayDestination(target: SessionTarget, { context, options }: TargetRequest): void {
  const arn = target.plan.hops.at(-1)?.roleArn ?? ''
  if (typeof options.service !== 'string') return
  const { say } = createOutput(context, options)
  say(`then open ${destination(arn, options.service, target.plan.endpoint.region)}`)
}

async function listLinks({ context, options }: TargetRequest): Promise<ExitCode> {
  const output = createOutput(context, options)
  const entries = consoleEntries(await requireAccess(options, context))
  if (options.extendSwitchRoles === true) {
    context.stdout.write(renderSwitchRoles(entries))
    return exitCodes.done
  }
  if (options.json === true) {
    const links = entries.map(({ grant, account, link }) => ({
      ...{ grant: grant.name, account: account.name, accountId: account.id },
      ...(link.kind === 'link' ? { url: link.url } : { unavailable: link.because }),
    }))
    output.json({ version: 1, links })
    return exitCodes.done
  }
  for (const { grant, account, link } of entries) {
    output.print(`${output.paint('bold', grant.name)} in ${account.name}`)
    output.print(`  ${link.kind === 'link' ? link.url : output.paint('dim', link.because)}`)
  }
  return exitCodes.done
}

async function signInLink(target: SessionTarget, request: TargetRequest): Promise<string> {
  const { service, signInUrl } = request.options
  const { credentials, endpoint, arn } = await openTarget(
    await planDuration(target, request),
    request,
  )
  // AWS: without a duration the console session lasts as long as the credentials, chained ones included.
  const link = await federationLink(credentials, {
    partition: requirePartition(arn),
    destination: destination(arn, service, endpoint.region),
    ...(typeof signInUrl === 'string' ? { signInUrl } : {}),
  })
  if (link.kind === 'link') return link.url
  throw new CliError(link.because, { exitCode: exitCodes.failed })
}

function destination(arn: string, service: unknown, region: string): string {
  const partition = requirePartition(arn)
  const named = typeof service === 'string' ? { service } : {}
  return consoleDestination({ partition, region, ...named })
}

function requirePartition(arn: string) {
  const partition = consolePartition(arn)
  if (partition !== undefined) return partition
  throw new CliError(`\`${arn}\` is of a partition without a console that Stile knows`)
}

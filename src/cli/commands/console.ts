import { consoleDestination, federationLink, switchRoleLink } from '../../session/index.ts'
import { accountOption } from '../choose-account.ts'
import { CliError } from '../cli-error.ts'
import { type Command, type CommandContext, commonOptions, type OptionValues } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { openTarget, requireGrantTarget } from '../grant-session.ts'
import { sessionOptions } from '../session-options.ts'
import { resolveTarget, type SessionTarget } from '../session-target.ts'

export const command: Command = {
  args: [{ usage: '[grant]', summary: 'a grant of the access file; the only one may be left out' }],
  options: [
    commonOptions.file,
    accountOption,
    { flags: '--federation', summary: 'sign in with a session instead of switching roles' },
    { flags: '--service <name>', summary: 'page to open after signing in, such as s3' },
    { flags: '--sign-in-url <url>', summary: "another sign-in service than AWS's own" },
    ...sessionOptions,
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: ['stile console team-work'],
  details:
    'Prints the switch-role link, which holds no secret. Where that cannot work (an external id is asked for), or with --federation, it signs in with a session: that link is good for 15 minutes and is a secret.',
  run: async ({ args, options }, context) => {
    const target = await resolveTarget(args[0], { context, options })
    const link = switchLink(target)
    if (link.kind === 'link' && options.federation !== true) {
      context.stdout.write(`${link.url}\n`)
      return exitCodes.done
    }
    if (link.kind === 'unavailable') context.stderr.write(`${link.because}; signing in instead\n`)
    context.stdout.write(`${await signInLink(target, { context, options })}\n`)
    return exitCodes.done
  },
}

function switchLink(target: SessionTarget) {
  const { grant, account } = requireGrantTarget(target)
  return switchRoleLink({
    partition: account.partition,
    accountId: account.id,
    roleName: `${grant.to.path}${grant.to.role}`,
    displayName: `${grant.to.role} @ ${account.name}`,
    ...(grant.require.externalId === undefined ? {} : { externalId: grant.require.externalId }),
  })
}

async function signInLink(
  target: SessionTarget,
  request: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<string> {
  const { partition } = requireGrantTarget(target).account
  const { service, signInUrl } = request.options
  const { credentials, endpoint } = await openTarget(target, request)
  const link = await federationLink(credentials, {
    partition,
    destination: consoleDestination({
      partition,
      region: endpoint.region,
      ...(typeof service === 'string' ? { service } : {}),
    }),
    ...(typeof signInUrl === 'string' ? { signInUrl } : {}),
  })
  if (link.kind === 'link') return link.url
  throw new CliError(link.because, { exitCode: exitCodes.failed })
}

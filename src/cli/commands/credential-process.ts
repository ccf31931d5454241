import { obtainSession, openKeyRing, renderExports } from '../../session/index.ts'
import { accountOption } from '../choose-account.ts'
import { type Command, type CommandContext, commonOptions } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { obtainTools, requireSession } from '../grant-session.ts'
import { keepForNextTime } from '../keep-answer.ts'
import { askOnTerminal } from '../mfa-question.ts'
import { noSuchKeys } from '../no-such-keys.ts'
import { renewBeforeMs } from '../renew-before.ts'
import { sessionOptions } from '../session-options.ts'
import { resolveTarget, type TargetRequest } from '../session-target.ts'

export const command: Command = {
  args: [
    { usage: '<name>', summary: "a grant, a role's ARN, a profile, or keys:NAME of `stile keys`" },
  ],
  options: [
    commonOptions.file,
    accountOption,
    ...sessionOptions,
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: ['stile credential-process push-images --file /srv/access.yaml'],
  details:
    'For `credential_process =` lines of `~/.aws/config`. A kept session is answered at once, and renewed when less than 16 minutes are left. It asks on the terminal, never on standard output; without one it fails.',
  run: async ({ args, options }, context) => {
    const request = { context, options }
    const keysName = /^keys:(.*)$/.exec(args[0] ?? '')?.[1]
    if (keysName !== undefined) {
      context.stdout.write(await answerKeys(keysName, context))
      return exitCodes.done
    }
    const target = await resolveTarget(args[0], request)
    const session = requireSession(await obtainSession(target.plan, tools(request)))
    const text = renderExports({ credentials: session.credentials }, 'json')
    context.stdout.write(text)
    await keepForNextTime({ ...session, target }, request, { text, renewBeforeMs })
    return exitCodes.done
  },
}

/** Long-term keys have no end. They are never kept as an answer: that would be a file. */
async function answerKeys(name: string, context: CommandContext): Promise<string> {
  const ring = openKeyRing(context)
  const credentials = await ring.get(name)
  if (credentials === undefined) throw noSuchKeys(name, await ring.list())
  return renderExports({ credentials }, 'json')
}

function tools({ context, options }: TargetRequest) {
  return {
    ...obtainTools({ context, options }),
    minimumLeftMs: renewBeforeMs,
    askMfaCode: async (serialNumber: string) =>
      options.mfa === undefined ? askOnTerminal(serialNumber, options) : String(options.mfa),
  }
}

import {
  type Credentials,
  getCallerIdentity,
  loadProfiles,
  loadSourceCredentials,
  neverMs,
  type PlanSource,
  parseSource,
  type SessionPlan,
  type StsEndpoint,
} from '../../session/index.ts'
import { accountName } from '../account-name.ts'
import { accountOption } from '../choose-account.ts'
import { type Command, commonOptions } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { noSession, obtainTools, openNamed } from '../grant-session.ts'
import { createOutput } from '../output.ts'
import { renderUntil } from '../render-until.ts'
import { sessionOptions } from '../session-options.ts'
import { requireSource } from '../session-source.ts'
import type { TargetRequest } from '../session-target.ts'
import { chooseStsEndpoint } from '../sts-endpoint.ts'

export const command: Command = {
  args: [
    { usage: '[name]', summary: 'a grant, a role’s ARN, an alias or a profile; else yourself' },
  ],
  options: [
    commonOptions.file,
    commonOptions.json,
    accountOption,
    ...sessionOptions,
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: ['stile whoami', 'stile whoami push-images'],
  details:
    'Asks AWS who the credentials of this environment are, or those of a name; says where they were found and until when they hold.',
  run: async ({ args, options }, context) => {
    const request = { context, options }
    const found = args[0] === undefined ? await own(request) : await named(args[0], request)
    const identity = await getCallerIdentity(found.credentials, found.endpoint)
    if (identity.kind !== 'identity') {
      throw noSession({ ...identity, step: `${found.how} cannot sign in` })
    }
    const { arn, accountId, userId } = identity
    const account = await accountName(accountId, request)
    const expiresAtMs = found.credentials.expiresAtMs ?? neverMs
    const output = createOutput(context, options)
    if (options.json === true) {
      const expiresAt = expiresAtMs >= neverMs ? undefined : new Date(expiresAtMs).toISOString()
      output.json({ version: 1, arn, accountId, account, userId, how: found.how, expiresAt })
      return exitCodes.done
    }
    output.print(arn)
    output.print(`account  ${accountId}${account === undefined ? '' : ` (${account})`}`)
    output.print(`from     ${found.how}`)
    output.print(`holds    ${renderHolding(found.credentials, context.nowMs())}`)
    return exitCodes.done
  },
}

interface Found {
  readonly credentials: Credentials
  readonly endpoint: StsEndpoint
  /** In words. */
  readonly how: string
}

async function own({ context, options }: TargetRequest): Promise<Found> {
  const { environment } = context
  const start = typeof options.profile === 'string' ? parseSource(options.profile) : undefined
  const profile = start?.kind === 'profile' ? start.profile : undefined
  await requireSource(start ?? { kind: 'default' }, await loadProfiles(environment), context)
  const endpoint = await chooseStsEndpoint({ options, profile, environment })
  const { askMfaCode } = obtainTools({ context, options })
  const source = await loadSourceCredentials({
    environment,
    endpoint,
    ...(profile === undefined ? {} : { profile }),
    ...(start?.kind === 'keys' ? { keys: start.name } : {}),
    ...(askMfaCode === undefined ? {} : { askMfaCode }),
  })
  if (source.kind === 'credentials') {
    return { credentials: source.credentials, endpoint, how: source.origin }
  }
  if (source.kind === 'missing' || source.kind === 'needsPerson') throw noSession(source)
  throw noSession({ ...source, step: 'your credentials cannot sign in' })
}

async function named(name: string, request: TargetRequest): Promise<Found> {
  const { credentials, endpoint, target } = await openNamed(name, request)
  return { credentials, endpoint, how: wayOf(target.plan) }
}

/** From where, through what. */
function wayOf({ source, hops }: SessionPlan): string {
  const start = startOf(source)
  return [start, ...hops.map(({ roleArn }) => roleArn)].join(' → ')
}

function startOf(source: PlanSource): string {
  if (source.kind === 'keys') return `the kept keys \`${source.name}\``
  return source.kind === 'profile' ? `profile \`${source.profile}\`` : 'your own credentials'
}

function renderHolding({ expiresAtMs, sessionToken }: Credentials, nowMs: number): string {
  if (expiresAtMs !== undefined) return renderUntil(expiresAtMs, nowMs)
  return sessionToken === undefined
    ? renderUntil(neverMs, nowMs)
    : 'for a while; until when is not known'
}

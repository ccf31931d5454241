import { createHash, timingSafeEqual } from 'node:crypto'
import { text } from 'node:stream/consumers'
import {
  forgetRegistryPasswords,
  hostOfServerUrl,
  loadRegistries,
  type RegistryPassword,
} from '../../session/index.ts'
import type { Command, CommandContext, OptionValues } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { chooseEcrEndpoint, openRegistry, recallTarget } from '../registry-login.ts'
import { renderFailure } from '../render-failure.ts'
import { readVersion } from '../version.ts'

export const command: Command = {
  args: [{ usage: '<verb>', summary: 'get, list, erase, store or version' }],
  options: [],
  examples: ['docker-credential-stile list'],
  details:
    "Docker's protocol for credential helpers, by the name `docker-credential-stile`. `stile docker-login` says which grant signs in to which registry. Errors are on standard output too, where Docker looks for them.",
  run: async ({ args, options }, context) => {
    const [verb = ''] = args
    const answer = verbs[verb] ?? unknownVerb
    try {
      return await answer({ verb, options, context })
    } catch (error) {
      const { lines } = renderFailure(error, { isDebug: false })
      return refuse(context, lines.join('\n'))
    }
  },
}

interface Asked {
  readonly verb: string
  readonly options: OptionValues
  readonly context: CommandContext
}

/** @see https://docs.docker.com/reference/cli/docker/login/#credential-helper-protocol */
const verbs: Readonly<Record<string, (asked: Asked) => Promise<ExitCode>>> = {
  get: givePassword,
  list: listRegistries,
  erase: forgetPasswords,
  store: takeNothingNew,
  version: tellVersion,
}

/** INVARIANT: clients compare this text; by any other they would take the helper for broken. */
const notFound = 'credentials not found in native keychain'

async function givePassword({ context, options }: Asked): Promise<ExitCode> {
  const serverUrl = (await text(context.stdin)).trim()
  const answer = await passwordFor(serverUrl, { context, options })
  if (answer === undefined) return refuse(context, notFound)
  const { userName, password } = answer
  const told = { ServerURL: serverUrl, Username: userName, Secret: password }
  context.stdout.write(`${JSON.stringify(told)}\n`)
  return exitCodes.done
}

/** Undefined for a registry that Stile does not sign in to. */
async function passwordFor(
  serverUrl: string,
  { context, options }: Pick<Asked, 'context' | 'options'>,
): Promise<RegistryPassword | undefined> {
  const host = hostOfServerUrl(serverUrl)
  const entry = (await loadRegistries(context.environment)).find((each) => each.host === host)
  if (entry === undefined) return undefined
  const { target, request } = await recallTarget(entry, context)
  const asked = { ...request, options: { ...request.options, input: options.input } }
  return openRegistry(target, asked, await chooseEcrEndpoint(target, asked))
}

async function listRegistries({ context }: Asked): Promise<ExitCode> {
  const all = await loadRegistries(context.environment)
  const users = Object.fromEntries(all.map(({ host }) => [host, 'AWS']))
  context.stdout.write(`${JSON.stringify(users)}\n`)
  return exitCodes.done
}

/** `docker logout`: what is kept goes; the next `get` signs in again. */
async function forgetPasswords({ context }: Asked): Promise<ExitCode> {
  await text(context.stdin)
  await forgetRegistryPasswords(context.environment)
  return exitCodes.done
}

/** Docker gives back what it just got, when somebody signs in to see whether it works: that is no news. */
async function takeNothingNew(asked: Asked): Promise<ExitCode> {
  const given = parseLogin(await text(asked.context.stdin))
  const own = given && (await passwordFor(given.ServerURL, asked))
  if (given !== undefined && own !== undefined && isSame(given.Secret, own.password)) {
    return exitCodes.done
  }
  const why = 'stile keeps no passwords of registries: it signs in by itself'
  return refuse(asked.context, `${why}; see \`stile docker-login --help\``)
}

interface Login {
  readonly ServerURL: string
  readonly Secret: string
}

function parseLogin(json: string): Login | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return isLogin(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isLogin(value: unknown): value is Login {
  if (typeof value !== 'object' || value === null) return false
  const { ServerURL, Secret } = value as Readonly<Record<string, unknown>>
  return typeof ServerURL === 'string' && typeof Secret === 'string'
}

function isSame(given: string, own: string): boolean {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest()
  return timingSafeEqual(digest(given), digest(own))
}

async function tellVersion({ context }: Asked): Promise<ExitCode> {
  context.stdout.write(`docker-credential-stile ${readVersion()}\n`)
  return exitCodes.done
}

async function unknownVerb({ verb, context }: Asked): Promise<ExitCode> {
  const there = Object.keys(verbs).join(', ')
  return refuse(context, `unknown verb \`${verb}\`; there are: ${there}`)
}

function refuse(context: CommandContext, message: string): ExitCode {
  context.stdout.write(`${message}\n`)
  return exitCodes.denied
}

import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  cacheDirectory,
  getCallerIdentity,
  lintSharedConfig,
  loadAliases,
  loadSourceCredentials,
  SessionError,
  type StsEndpoint,
  whyNoKeychain,
  writeFileAtomically,
} from '../session/index.ts'
import type { CommandContext } from './command.ts'
import type { Environment } from './environment.ts'

/** What one look at this machine found. */
export interface Checkup {
  readonly state: 'good' | 'warning' | 'bad'
  readonly message: string
  readonly remedy?: string
}

export interface Patient {
  readonly context: CommandContext
  readonly endpoint: StsEndpoint
}

/** Every look, in the order in which they are told. */
export const checkups: Readonly<Record<string, (patient: Patient) => Promise<readonly Checkup[]>>> =
  {
    node: async () => [checkNode(process.versions.node)],
    endpoint: checkEndpoint,
    credentials: checkCredentials,
    profiles: checkSharedConfig,
    aliases: checkAliases,
    cache: checkCache,
    keychain: checkKeychain,
  }

export function checkNode(version: string): Checkup {
  const major = Number(version.split('.')[0])
  const message = `Node.js ${version}`
  if (major >= 22) return { state: 'good', message }
  return {
    state: 'warning',
    message: `${message}: the AWS SDK wants 22 from January 2027`,
    remedy: 'install Node.js 22 or later',
  }
}

/** AWS: STS, IAM and S3 take requests that are 15 minutes off, several other services 5. */
const badSkewMs = 5 * 60_000
const noticedSkewMs = 60_000

/** One request that needs no credentials tells whether AWS is there and what time it is there. */
async function checkEndpoint({ context, endpoint }: Patient): Promise<readonly Checkup[]> {
  const url = endpoint.endpointUrl ?? `https://sts.${endpoint.region}.${suffixOf(endpoint.region)}`
  const startedAtMs = context.nowMs()
  let date: string | null
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5000) })
    date = answer.headers.get('date')
  } catch (error) {
    return [
      {
        state: 'bad',
        message: `${url} does not answer: ${reasonOf(error)}`,
        remedy: 'check the network, the proxy, and AWS_ENDPOINT_URL',
      },
    ]
  }
  const reached: Checkup = { state: 'good', message: `${url} answers` }
  const serverMs = Date.parse(date ?? '')
  if (Number.isNaN(serverMs)) return [reached]
  // The header has whole seconds, and the way there and back took some time.
  return [reached, checkSkew((startedAtMs + context.nowMs()) / 2 - serverMs - 500)]
}

function suffixOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
}

/** Positive: this clock is ahead. */
export function checkSkew(skewMs: number): Checkup {
  const off = Math.abs(skewMs)
  if (off < noticedSkewMs) return { state: 'good', message: 'the clock is right' }
  const side = skewMs > 0 ? 'ahead of' : 'behind'
  return {
    state: off < badSkewMs ? 'warning' : 'bad',
    message: `this clock is ${Math.round(off / 60_000)} min ${side} AWS’s`,
    remedy: 'set it by NTP: AWS refuses requests that are more than 5 or 15 minutes off',
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return 'code' in cause ? String(cause.code) : cause.message
}

async function checkCredentials({ context, endpoint }: Patient): Promise<readonly Checkup[]> {
  const { environment } = context
  try {
    const source = await loadSourceCredentials({ environment, endpoint })
    if (source.kind !== 'credentials') {
      const remedy = 'fine where you always name a profile; else set one up, or sign in'
      return [{ state: 'warning', message: source.message, remedy }]
    }
    const caller = await getCallerIdentity(source.credentials, endpoint)
    if (caller.kind === 'identity') {
      return [{ state: 'good', message: `you are ${caller.arn}, by ${source.origin}` }]
    }
    const message = `${source.origin} cannot sign in: ${caller.code}: ${caller.message}`
    return [{ state: 'bad', message, remedy: 'renew these credentials' }]
  } catch (error) {
    if (!(error instanceof SessionError)) throw error
    return [{ state: 'bad', message: error.message, remedy: 'see the endpoint above' }]
  }
}

async function checkSharedConfig({ context }: Patient): Promise<readonly Checkup[]> {
  const findings = await lintSharedConfig(context.environment)
  const grave = findings.filter(({ severity }) => severity !== 'note')
  if (grave.length === 0) return [{ state: 'good', message: 'nothing wrong in ~/.aws' }]
  const isBad = grave.some(({ severity }) => severity === 'error')
  return [
    {
      state: isBad ? 'bad' : 'warning',
      message: `${grave.length} in ~/.aws on which SDKs differ, or that stops them`,
      remedy: 'stile profiles check',
    },
  ]
}

async function checkAliases({ context }: Patient): Promise<readonly Checkup[]> {
  try {
    const { size } = await loadAliases(context.environment)
    return size === 0 ? [] : [{ state: 'good', message: `${size} aliases` }]
  } catch (error) {
    if (!(error instanceof SessionError)) throw error
    return [{ state: 'bad', message: error.message }]
  }
}

async function checkCache({ context }: Patient): Promise<readonly Checkup[]> {
  const directory = cacheDirectory(context.environment)
  const probe = join(directory, `doctor-${process.pid}`)
  try {
    await writeFileAtomically(probe, '')
    await rm(probe, { force: true })
  } catch (error) {
    if (!(error instanceof SessionError)) throw error
    const remedy = 'sessions are not kept: set STILE_CACHE_DIR to a directory that can be written'
    return [{ state: 'warning', message: error.message, remedy }]
  }
  return [await checkModes(directory, context.environment)]
}

async function checkModes(directory: string, environment: Environment): Promise<Checkup> {
  const { mode } = await stat(directory)
  const isOpen = environment.OS !== 'Windows_NT' && (mode & 0o022) !== 0
  if (!isOpen) return { state: 'good', message: `sessions are kept in ${directory}` }
  return {
    state: 'bad',
    message: `others can write in ${directory}`,
    remedy: `chmod 700 ${directory}`,
  }
}

async function checkKeychain(): Promise<readonly Checkup[]> {
  const because = await whyNoKeychain()
  if (because === undefined) return [{ state: 'good', message: 'the keychain can be used' }]
  const remedy = '`stile keys` keeps keys in files that are yours alone; that works too'
  return [{ state: 'warning', message: because, remedy }]
}

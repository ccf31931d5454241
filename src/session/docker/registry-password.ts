import { join } from 'node:path'
import { cacheKey } from '../cache/session-cache.ts'
import { withLock } from '../cache/with-lock.ts'
import { type ExpandedPlan, expandPlan } from '../expand-plan.ts'
import type { SecretStore } from '../keychain/secret-store.ts'
import { keyOf, type ObtainOutcome, type ObtainTools, obtainSession } from '../obtain-session.ts'
import type { SessionPlan } from '../session-plan.ts'
import type { StsEndpoint } from '../sts-call.ts'
import { callEcr } from './ecr-call.ts'
import { openRegistryShelf, registryDirectory } from './registry-shelf.ts'

/** What signs in to a registry: of the principal that asked for it, for twelve hours, whatever its session's end. */
export interface RegistryPassword {
  readonly userName: string
  readonly password: string
  /** Whose it is. */
  readonly arn: string
  readonly expiresAtMs: number
}

export type RegistryPasswordOutcome =
  | { readonly kind: 'password'; readonly password: RegistryPassword }
  | Exclude<ObtainOutcome, { readonly kind: 'session' }>

/** A password with less than this left is asked for anew: a push takes a while. */
const minimumLeftMs = 60 * 60_000

/**
 * The password of the registries of an endpoint's region, for the principal a plan leads to: the kept one, else a new one.
 * It is kept where sessions are: in the keychain, or in a file.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
 */
export async function obtainRegistryPassword(
  plan: SessionPlan,
  endpoint: StsEndpoint,
  tools: ObtainTools,
): Promise<RegistryPasswordOutcome> {
  const expanded = await expandPlan(plan, tools.environment)
  if (expanded.kind === 'broken') return { kind: 'missing', message: expanded.message }
  const { environment, cache } = tools
  const store = openRegistryShelf(cache.kind, environment)
  const shelf = { store, key: passwordKey(expanded, endpoint) }
  const kept = await keptPassword(shelf, tools)
  if (kept !== undefined) return { kind: 'password', password: kept }
  return withLock(join(registryDirectory(environment), `${shelf.key}.lock`), async () => {
    const fresh = await keptPassword(shelf, tools)
    if (fresh !== undefined) return { kind: 'password', password: fresh }
    const outcome = await askForPassword(plan, endpoint, tools)
    if (outcome.kind === 'password') {
      await shelf.store.put(shelf.key, JSON.stringify(outcome.password))
    }
    return outcome
  })
}

function passwordKey(
  expanded: Extract<ExpandedPlan, { readonly kind: 'plan' }>,
  endpoint: StsEndpoint,
): string {
  return cacheKey({ session: keyOf(expanded, expanded.hops.length), registry: endpoint })
}

async function askForPassword(
  plan: SessionPlan,
  endpoint: StsEndpoint,
  tools: ObtainTools,
): Promise<RegistryPasswordOutcome> {
  const outcome = await obtainSession(plan, tools)
  if (outcome.kind !== 'session') return outcome
  const { arn, credentials } = outcome.session
  const { GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr')
  const answer = await callEcr(credentials, endpoint, (client) =>
    client.send(new GetAuthorizationTokenCommand({})),
  )
  const step = `${arn} may not sign in to the registry in ${endpoint.region}`
  if (answer.kind !== 'output') return { ...answer, step }
  const [data] = answer.output.authorizationData ?? []
  const decoded = Buffer.from(data?.authorizationToken ?? '', 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon < 1 || data?.expiresAt === undefined) {
    return { kind: 'failed', code: 'NoToken', message: 'ECR answered without a token', step }
  }
  const [userName, password] = [decoded.slice(0, colon), decoded.slice(colon + 1)]
  const expiresAtMs = data.expiresAt.getTime()
  return { kind: 'password', password: { userName, password, arn, expiresAtMs } }
}

interface Shelf {
  readonly store: SecretStore
  readonly key: string
}

/** A file that cannot be read, or that others could have written, counts as none; a keychain that is not there fails. */
async function keptPassword(
  { store, key }: Shelf,
  { nowMs }: ObtainTools,
): Promise<RegistryPassword | undefined> {
  const reading = store.get(key)
  const text = await (store.kind === 'file' ? reading.catch(() => undefined) : reading)
  const value = text === undefined ? undefined : parsePassword(text)
  return value !== undefined && value.expiresAtMs - nowMs() > minimumLeftMs ? value : undefined
}

function parsePassword(text: string): RegistryPassword | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isPassword(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isPassword(value: unknown): value is RegistryPassword {
  if (typeof value !== 'object' || value === null) return false
  const texts = ['userName', 'password', 'arn'] as const
  const fields = value as Readonly<Record<string, unknown>>
  return (
    texts.every((key) => typeof fields[key] === 'string') && typeof fields.expiresAtMs === 'number'
  )
}

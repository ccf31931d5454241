import { parseAccountId } from '../core/index.ts'
import type { Control } from './control/control.ts'
import { createControlClock } from './control/control-clock.ts'
import { createControlRoute } from './control/control-routes.ts'
import { type FaultSettings, noFaults } from './control/fault-settings.ts'
import { createFaults } from './control/faults.ts'
import { createSpreadingStore } from './control/spreading-store.ts'
import { dispatch } from './dispatch.ts'
import type { Event, EventHistory } from './event-history.ts'
import { createEventHistory } from './event-history.ts'
import type { ExtraRoute } from './http/extra-route.ts'
import { startHttpServer } from './http/server.ts'
import type { DispatchTools } from './incoming.ts'
import { createOidcRoute } from './oidc/oidc-routes.ts'
import type { LocalTools } from './operation.ts'
import { createPolicyCompiler } from './policy-compiler.ts'
import { createRandomSource } from './random-source.ts'
import { createRegistryRoute } from './registry/index.ts'
import { readSealingKey } from './sealing-key.ts'
import { applySeed, type Seed, type SeedAccount, seedAccount, withMadeKeys } from './seed.ts'
import { userCredentials } from './seed-users.ts'
import { layerDownloadRoute } from './services/ecr/layer-route.ts'
import type { RootCredentials } from './services/iam/accounts.ts'
import { rootCredentials } from './services/iam/accounts.ts'
import { accountsOf } from './services/iam/tables.ts'
import { createLazyOperations } from './services/lazy-operations.ts'
import { createPostObjectRoute } from './services/s3/post/post-route.ts'
import { createSessionTokens, type SessionTokens } from './session-token.ts'
import { createSigningKeys } from './signature/signing-key.ts'
import { emptyState } from './store/empty-state.ts'
import { openStorage, type Storage, type StorageOptions } from './store/open-storage.ts'

export interface LocalAwsOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** The real time by default. */
  readonly clock?: { readonly nowMs: () => number }
  readonly seed?: Seed
  /** What calls of `/_stile/` that tell, change or sign something have to bring; new and random by default. */
  readonly controlToken?: string
  /** None by default. */
  readonly faults?: FaultSettings
  /**
   * Where everything is kept but the event history, for one process at a time; by default nothing outlives this one. A directory
   * that was used before goes on as it was: of the seed, only accounts that it does not have are added.
   */
  readonly dataDirectory?: string
  /** What an acknowledged change outlives there: the process by default; `machine` waits for the disk with each one. */
  readonly dataOutlives?: 'process' | 'machine'
}

export interface LocalAws {
  /** `http://127.0.0.1:4566`: the endpoint of every service. */
  readonly url: string
  readonly port: number
  /** For calls of `/_stile/`, as `Authorization: Bearer`. */
  readonly controlToken: string
  /** What was found in the data directory that somebody should know, a line each: bytes that were cut off, or are missing. */
  readonly notices: readonly string[]
  /** Throws when the id is not twelve digits or the account is there already. */
  readonly addAccount: (account: SeedAccount) => RootCredentials
  /** Throws when there is no such account, or its root keys were deleted. */
  readonly rootCredentials: (accountId: string) => RootCredentials
  /** The first active access key of a user. Throws when there is no such account, user or key. */
  readonly userCredentials: (accountId: string, userName: string) => RootCredentials
  /** The latest 1,000 calls, oldest first, each with what was decided and why. */
  readonly events: () => readonly Event[]
  /** Back to the seed, with the keys that it had. Sessions and tokens of before are worthless. */
  readonly reset: () => void
  /** Sets the clock ahead of the real time, or back; signatures are still compared with the real time. */
  readonly setClockOffset: (offsetMs: number) => void
  /** From now on calls meet this trouble; `noFaults` ends it. */
  readonly setFaults: (settings: FaultSettings) => void
  /** Ends every connection and forgets everything that is in no data directory. */
  readonly stop: () => Promise<void>
  /** The same, for `await using`. */
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/**
 * Starts an AWS on a loopback port: STS, IAM, Organizations, S3, ECR and the event history of CloudTrail, with every
 * signature verified and every call authorized. New accounts have a root key and nothing else. Throws when the port is taken or
 * the seed is no good, and a StorageError when the data directory is.
 */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const world = await createWorld(options)
  const stopping = new AbortController()
  try {
    const { calls, history } = world
    const controlToken = options.controlToken ?? calls.randomBytes(24).toString('base64url')
    const control = createControl(world, stopping.signal)
    const stop = async (): Promise<void> => {
      stopping.abort()
      await server.stop()
      await world.stop()
    }
    const server = await startHttpServer({
      port: options.port ?? 0,
      tools: calls,
      signingClock: calls.signingClock,
      dispatch: (incoming) => dispatch(calls, incoming),
      extraRoutes: extraRoutes(calls, control, controlToken),
    })
    return {
      url: `http://127.0.0.1:${server.port}`,
      port: server.port,
      controlToken,
      notices: world.notices,
      addAccount: (account) => seedAccount(calls, account),
      rootCredentials: (accountId) => requireRootCredentials(calls, accountId),
      userCredentials: (accountId, userName) => requireUserCredentials(calls, accountId, userName),
      events: history.events,
      reset: world.reset,
      setFaults: world.setFaults,
      setClockOffset: world.clock.setOffsetMs,
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await world.stop()
    throw error
  }
}

interface World
  extends Pick<Control, 'history' | 'clock' | 'reset' | 'setFaults'>,
    Pick<Storage, 'notices' | 'stop'> {
  readonly calls: DispatchTools & Required<Pick<DispatchTools, 'signingClock'>>
}

/** Everything behind the port. */
async function createWorld(options: LocalAwsOptions): Promise<World> {
  const randomBytes = createRandomSource()
  const signingClock = options.clock ?? { nowMs: () => Date.now() }
  const clock = createControlClock(signingClock)
  const storage = openStorage({ randomBytes, ...storagePlace(options) })
  const { blobs, notices, stop } = storage
  const store = createSpreadingStore(storage.store, clock)
  const tools: LocalTools = { clock, randomBytes, store, blobs }
  try {
    const history = createEventHistory()
    const sessionTokens = seedOnce(tools, storage, options.seed)
    const seed = options.seed === undefined ? undefined : withMadeKeys(tools, options.seed)
    const faults = createFaults()
    const setFaults = (settings: FaultSettings): void => {
      faults.set(settings)
      store.setDelayMs(settings.propagationMs)
    }
    setFaults(options.faults ?? noFaults)
    return {
      clock,
      history,
      calls: { ...createDispatchTools(tools, sessionTokens, history), signingClock, faults },
      setFaults,
      reset() {
        tools.store.transact(() => {
          emptyState(tools)
          if (seed !== undefined) applySeed(tools, seed)
          readSealingKey(tools)
        })
        sessionTokens.renew()
        history.clear()
        store.settle()
      },
      notices,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function storagePlace({
  dataDirectory,
  dataOutlives = 'process',
}: LocalAwsOptions): Pick<StorageOptions, 'directory' | 'outlives'> {
  return dataDirectory === undefined ? {} : { directory: dataDirectory, outlives: dataOutlives }
}

/** In one transaction, so that a directory never has half a seed. */
function seedOnce(
  tools: LocalTools,
  { isNew }: Storage,
  seed: Seed | undefined,
): ReplaceableTokens {
  return tools.store.transact(() => {
    if (seed !== undefined) applySeed(tools, isNew ? seed : restOf(tools, seed))
    return createReplaceableTokens(tools)
  })
}

/** What a state that was kept takes from a seed: identity providers' keys of today, and accounts that it does not have. */
function restOf({ store }: LocalTools, { accounts, issuers = [] }: Seed): Seed {
  const known = accountsOf(store)
  return { accounts: accounts.filter(({ id }) => known.get(id) === undefined), issuers }
}

type ReplaceableTokens = SessionTokens & { readonly renew: () => void }

/** Tokens are sealed with a key of the state: `renew` makes those of before worthless. */
function createReplaceableTokens(tools: LocalTools): ReplaceableTokens {
  const make = (): SessionTokens => createSessionTokens(readSealingKey(tools), tools.randomBytes)
  let current = make()
  return {
    seal: (session) => current.seal(session),
    open: (token) => current.open(token),
    renew() {
      current = make()
    },
  }
}

/** What is no API call and carries its own authorization. */
function extraRoutes(
  calls: DispatchTools,
  control: Control,
  controlToken: string,
): readonly ExtraRoute[] {
  return [
    createRegistryRoute(calls),
    createOidcRoute(controlToken),
    createControlRoute(control, controlToken),
    layerDownloadRoute,
    createPostObjectRoute(calls),
  ]
}

function createControl({ calls, ...world }: World, stopping: AbortSignal): Control {
  return {
    ...world,
    tools: calls,
    stopping,
    credentials: (accountId, userName) =>
      userName === undefined
        ? requireRootCredentials(calls, accountId)
        : requireUserCredentials(calls, accountId, userName),
  }
}

function createDispatchTools(
  tools: LocalTools,
  sessionTokens: SessionTokens,
  history: EventHistory,
): DispatchTools {
  const operations = createLazyOperations(sessionTokens, history)
  return {
    ...tools,
    sessionTokens,
    signingKeys: createSigningKeys(),
    compiler: createPolicyCompiler(),
    operations: operations.find,
    loadOperations: operations.load,
    history,
  }
}

function requireUserCredentials(
  tools: LocalTools,
  accountId: string,
  userName: string,
): RootCredentials {
  const id = parseAccountId(accountId)
  const found = id === undefined ? undefined : userCredentials(tools, id, userName)
  if (found !== undefined) return found
  throw new Error(`account \`${accountId}\` has no user \`${userName}\` with an access key`)
}

function requireRootCredentials(tools: LocalTools, accountId: string): RootCredentials {
  const found = rootCredentials(tools, accountId)
  if (found === undefined) throw new Error(`account \`${accountId}\` has no root key here`)
  return found
}

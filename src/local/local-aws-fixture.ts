import { noFaults } from './control/fault-settings.ts'
import { type LocalAws, type LocalAwsOptions, startLocalAws } from './local-aws.ts'

/** What every client of the AWS SDK for JavaScript takes. */
export interface ClientSettings {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** An embedded AWS for the tests of one file: `start`, `reset` and `stop` are made for a test framework's hooks. */
export interface LocalAwsFixture {
  /** Gives the fixture itself: `await using aws = await fixture.start()` is for one test alone. */
  readonly start: () => Promise<LocalAwsFixture>
  /** Back to the seed, without faults, in the real time. Clients that were made before go on. */
  readonly reset: () => Promise<void>
  readonly stop: () => Promise<void>
  /** The same, for `await using`. */
  readonly [Symbol.asyncDispose]: () => Promise<void>
  /** Throws before `start`. */
  readonly aws: () => LocalAws
  /** Of an account, by name or id: as this user; without one as the account's first user, else as its root user. */
  readonly settings: (account: string, userName?: string) => ClientSettings
}

export interface LocalAwsFixtureOptions extends LocalAwsOptions {
  /** Of the clients; `us-east-1` by default. */
  readonly region?: string
}

/**
 * Makes an embedded AWS to be started by any test framework:
 * `beforeAll(fixture.start); afterEach(fixture.reset); afterAll(fixture.stop)`.
 */
export function localAwsFixture(options: LocalAwsFixtureOptions = {}): LocalAwsFixture {
  const { region = 'us-east-1', ...rest } = options
  let starting: Promise<LocalAws> | undefined
  let started: LocalAws | undefined
  const aws = (): LocalAws => {
    if (started !== undefined) return started
    throw new Error(
      'the fixture is not started: call `start` first, as in `beforeAll(fixture.start)`',
    )
  }
  const stop = async (): Promise<void> => {
    const running = starting
    starting = undefined
    started = undefined
    await (await running)?.stop()
  }
  const fixture: LocalAwsFixture = {
    aws,
    async start() {
      if (starting !== undefined) throw new Error('the fixture is started already')
      const own = startLocalAws(rest)
      starting = own
      try {
        const running = await own
        // Unless it was stopped meanwhile.
        if (starting === own) started = running
      } catch (error) {
        starting = undefined
        throw error
      }
      return fixture
    },
    async reset() {
      aws().setFaults(rest.faults ?? noFaults)
      aws().setClockOffset(0)
      aws().reset()
    },
    stop,
    [Symbol.asyncDispose]: stop,
    settings(account, userName) {
      const { url: endpoint } = aws()
      return {
        endpoint,
        region,
        credentials: credentialsOf(aws(), rest.seed, { account, userName }),
      }
    },
  }
  return fixture
}

function credentialsOf(
  aws: LocalAws,
  seed: LocalAwsOptions['seed'],
  { account, userName }: { readonly account: string; readonly userName: string | undefined },
): ClientSettings['credentials'] {
  const found = seed?.accounts.find(({ id, name }) => id === account || name === account)
  const id = found?.id ?? account
  const user = userName ?? found?.users?.find(({ keys }) => keys?.length !== 0)?.name
  // A copy: the SDK writes into what it is given.
  return { ...(user === undefined ? aws.rootCredentials(id) : aws.userCredentials(id, user)) }
}

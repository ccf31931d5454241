import type { Credentials, Profile } from '../../session/index.ts'
import type { Environment } from '../environment.ts'

/**
 * What a folder under `examples/` exports beside its `access.yaml`: a world before the grants, and work to do with them.
 * Everything named in it is its own: the demo knows no account, role or principal.
 */
export interface Scenario {
  /** One line for the heading. */
  readonly title: string
  /** Accounts that the access file does not declare, by name: strangers. */
  readonly strangers?: Readonly<Record<string, string>>
  /** Creates what must be there before: principals, buckets, repositories. */
  readonly arrange: (world: World) => Promise<void>
  /** Does the real work with the applied grants, and tries the wrong ways in. */
  readonly work: (world: World) => Promise<void>
  /** The command to try next, printed last. */
  readonly next: string
}

/** Settings that every AWS SDK client takes. */
export interface ClientSettings {
  readonly endpoint: string
  readonly region: string
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  /** Milliseconds between the machine's clock and the embedded AWS's, which scenarios may move. */
  readonly systemClockOffset: number
  /** Buckets are addressed by path: no name server resolves bucket names on a loopback address. */
  readonly forcePathStyle: true
}

/** What a scenario works with: accounts of the embedded AWS, grants of its access file, and a list of steps. */
export interface World {
  readonly endpoint: string
  readonly region: string
  /** Absolute path of the scenario's folder. */
  readonly folder: string
  /** A temporary home directory; `~/.aws` in it holds the profiles. */
  readonly home: string
  /** `HOME`, the AWS files in it and the endpoint, and nothing of the real environment but `PATH`. */
  readonly environment: Environment
  accountId(name: string): string
  /** Signed in as an administrator of the account. */
  admin(account: string): ClientSettings
  signedIn(credentials: Credentials): ClientSettings
  /** Adds a profile to the temporary home's `~/.aws/config`, with the region and endpoint of this world. */
  addProfile(profile: Profile): Promise<void>
  /** Assumes the grant's role; what differs from the grant (`externalId: undefined`) is given. Throws AWS's error. */
  assume(grant: string, source: Credentials, changes?: AssumeChanges): Promise<Credentials>
  /** Something that must work; the returned text says what was done. */
  step(name: string, action: () => Promise<string>): Promise<void>
  /** Something that AWS must refuse; the reason on each side is added. */
  refused(name: string, attempt: () => Promise<unknown>): Promise<void>
  /** Lines worth copying, under a heading. */
  show(heading: string, lines: readonly string[]): void
  /** The embedded AWS's clock. */
  nowMs(): number
  /** Runs `action` with that clock so many seconds ahead. */
  later<R>(seconds: number, action: () => Promise<R>): Promise<R>
  /** Runs a command line of Stile in the scenario's folder and environment. */
  stile(...argv: readonly string[]): Promise<CommandOutcome>
  /** Runs another program in the scenario's folder, with more environment variables. */
  run(argv: readonly string[], environment?: Environment): Promise<CommandOutcome>
}

export interface AssumeChanges {
  /** For grants with several accounts: the account's name; the first by default. */
  readonly account?: string
  readonly externalId?: string | undefined
  readonly durationSeconds?: number
}

export interface CommandOutcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

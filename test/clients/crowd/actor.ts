import { isDeepStrictEqual } from 'node:util'
import type { Random } from '../../conformance/reference/random.ts'
import type { Keys } from '../../support/aws-under-test.ts'
import type { Clients } from './clients.ts'
import type { Account } from './furnish-account.ts'
import type { CrowdOrganization, Share } from './organization.ts'

/** One of the crowd: it knows what every answer has to be, since nobody else touches what it asks about. */
export interface Actor {
  readonly name: string
  readonly clients: Clients
  readonly random: Random
  readonly organization: CrowdOrganization
  readonly share: Share
  /** A name that nothing else has. */
  readonly newName: () => string
  /** Counts a call and gives its answer, which must be no error. */
  readonly ok: <T>(what: string, call: Promise<T>) => Promise<T>
  /** Counts a call, which must be refused by this code. */
  readonly refused: (what: string, call: Promise<unknown>, code: string) => Promise<void>
  readonly same: (what: string, got: unknown, expected: unknown) => void
  /** A steady account of another client's share. */
  readonly stranger: () => Account
}

/** What an actor does in one go; throws `Undeserved` at the first answer that is wrong. */
export type Step = (actor: Actor) => Promise<void>

/** An answer that is not what it had to be. */
export class Undeserved extends Error {}

export interface ActorSettings extends Pick<Actor, 'clients' | 'random' | 'organization'> {
  readonly index: number
  readonly onCall: () => void
}

export function createActor(settings: ActorSettings): Actor {
  const { clients, random, organization, index, onCall } = settings
  const share = organization.shares[index]
  if (share === undefined) throw new Error(`there is no share ${index}`)
  const others = organization.shares.filter((one) => one !== share)
  if (others.length === 0) throw new Error('a crowd takes two clients at least')
  let named = 0
  const outcome = (call: Promise<unknown>): Promise<{ answer: unknown } | { error: unknown }> => {
    onCall()
    return call.then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    )
  }
  return {
    name: `client-${index}`,
    clients,
    random,
    organization,
    share,
    newName() {
      named += 1
      return `c${index}-n${named}`
    },
    ok(what, call) {
      onCall()
      return call.catch((error: unknown) => {
        throw new Undeserved(`${what}: ${shown(error)}`, { cause: error })
      })
    },
    async refused(what, call, code) {
      const got = await outcome(call)
      if (!('error' in got)) throw new Undeserved(`${what}: answered instead of ${code}`)
      if (nameOf(got.error) !== code)
        throw new Undeserved(`${what}: ${shown(got.error)} instead of ${code}`)
    },
    same(what, got, expected) {
      if (isDeepStrictEqual(got, expected)) return
      throw new Undeserved(`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(expected)}`)
    },
    stranger: () => random.pick(random.pick(others).steady),
  }
}

/** The code of an error; its status where it has no body, as 304 has none. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  if (error.name === 'Unknown') return String($metadata?.httpStatusCode)
  return error.name.replace(/Exception$/, '')
}

function shown(error: unknown): string {
  return error instanceof Error ? `${error.name} (${error.message})` : String(error)
}

/** The keys of an answer that gives out credentials. */
export function keysOf(answer: {
  readonly Credentials?:
    | {
        readonly AccessKeyId: string | undefined
        readonly SecretAccessKey: string | undefined
        readonly SessionToken: string | undefined
      }
    | undefined
}): Keys {
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials ?? {}
  return {
    accessKeyId: AccessKeyId ?? '',
    secretAccessKey: SecretAccessKey ?? '',
    sessionToken: SessionToken ?? '',
  }
}

import {
  credentialVariables,
  type Environment,
  type SessionSettings,
  sessionVariables,
  sourceVariables,
} from './child-environment.ts'
import { neverMs } from './credentials.ts'

/** Stile's own variables in a shell that assumed something. None of them holds a secret. */
export const assumptionVariables = ['STILE_GRANT', 'STILE_EXPIRES_AT', 'STILE_BEFORE'] as const

const places = ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL'] as const

/** What a shell goes back to. Keys are not among it: they would stand in one variable more. */
const restored = [...sourceVariables, ...places]

type Variables = Readonly<Record<string, string>>

/** The content of `STILE_BEFORE`. */
interface Before {
  /** The access key id that was assumed: with another one in the environment this says nothing any more. */
  readonly key: string
  readonly had: Variables
  /** Where to talk to, as it was set; what somebody has changed since is theirs. */
  readonly set: Variables
  /** Keys stood there that are gone. */
  readonly hadKeys: boolean
}

/** What a shell is told beside the session. */
export interface Assumption {
  /** The session's name, its end in seconds for a prompt, and what was there before. */
  readonly set: Variables
  /** What an earlier assumption set and this one does not. */
  readonly removed: readonly string[]
}

export function assumptionOf(
  environment: Environment,
  { name, settings }: { readonly name: string; readonly settings: SessionSettings },
): Assumption {
  const { credentials } = settings
  const { expiresAtMs } = credentials
  const earlier = readBefore(environment)
  const start = earlier === undefined ? environment : withoutAssumption(environment, earlier)
  const before: Before = {
    key: credentials.accessKeyId,
    had: pick(start, restored),
    set: pick(sessionVariables(settings), places),
    hadKeys: earlier?.hadKeys ?? environment.AWS_ACCESS_KEY_ID !== undefined,
  }
  const set = {
    STILE_GRANT: name,
    ...(expiresAtMs === undefined || expiresAtMs >= neverMs
      ? {}
      : { STILE_EXPIRES_AT: String(Math.floor(expiresAtMs / 1000)) }),
    STILE_BEFORE: JSON.stringify(before),
  }
  return { set, removed: places.filter((place) => start[place] !== environment[place]) }
}

/**
 * The environment from which somebody starts: what their shell held before it assumed something, so that the next
 * assumption is no chain. As it is where nothing was assumed, or the keys of before are gone.
 */
export function startingEnvironment(environment: Environment): Environment {
  const before = readBefore(environment)
  if (before === undefined || before.hadKeys) return environment
  return withoutAssumption(environment, before)
}

/** How a shell leaves what it assumed; undefined where it assumed nothing. */
export interface Leaving {
  readonly name: string
  readonly removed: readonly string[]
  readonly restored: Variables
  readonly hadKeys: boolean
}

export function leaveAssumption(environment: Environment): Leaving | undefined {
  const before = readBefore(environment)
  if (before === undefined) return undefined
  const after = withoutAssumption(environment, before)
  const own = [...credentialVariables, ...places, ...assumptionVariables]
  return {
    name: environment.STILE_GRANT ?? '',
    removed: own.filter((name) => after[name] === undefined),
    restored: pick(after, restored),
    hadKeys: before.hadKeys,
  }
}

function withoutAssumption(environment: Environment, { had, set }: Before): Environment {
  const gone = new Set<string>([...credentialVariables, ...assumptionVariables])
  const kept = Object.entries(environment).filter(([name, value]) => {
    const isSet = set[name] !== undefined && set[name] === value
    return !gone.has(name) && !isSet
  })
  return { ...had, ...Object.fromEntries(kept) }
}

function readBefore(environment: Environment): Before | undefined {
  try {
    const { key, had, set, hadKeys }: Readonly<Record<string, unknown>> = JSON.parse(
      environment.STILE_BEFORE ?? '',
    )
    if (typeof key !== 'string' || key !== environment.AWS_ACCESS_KEY_ID) return undefined
    return {
      key,
      had: pick(textsOf(had), restored),
      set: pick(textsOf(set), places),
      hadKeys: hadKeys === true,
    }
  } catch {
    return undefined
  }
}

function textsOf(value: unknown): Environment {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}

function pick(environment: Environment, names: readonly string[]): Variables {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

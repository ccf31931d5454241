import { createHash } from 'node:crypto'
import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import type { Environment } from '../child-environment.ts'
import type { Credentials } from '../credentials.ts'
import type { SecretStore } from '../keychain/secret-store.ts'
import { SessionError } from '../session-error.ts'
import { writeFileAtomically } from '../write-file.ts'
import { cacheDirectory } from './cache-paths.ts'

/** A session that was got from STS, as it is kept. */
export interface CachedSession {
  /** What the person calls it. */
  readonly name: string
  /** `arn:aws:sts::ID:assumed-role/NAME/SESSION`, or the user's ARN for a session with a second factor. */
  readonly arn: string
  readonly credentials: Credentials & { readonly expiresAtMs: number }
  readonly issuedAtMs: number
}

/** Sessions between runs, each under the hash of all that it was asked with. */
export interface SessionCache {
  readonly kind: SecretStore['kind']
  /** Of the locks, and of the files where there are any. */
  readonly directory: string
  /** Undefined where there is none, it cannot be read as one, or it has expired. */
  readonly get: (key: string, nowMs: number) => Promise<CachedSession | undefined>
  readonly put: (key: string, session: CachedSession) => Promise<void>
  readonly list: () => Promise<readonly (readonly [string, CachedSession])[]>
  readonly remove: (key: string) => Promise<void>
}

/** Files of mode 0600 in a directory of mode 0700: what the AWS CLI does with its sessions too. */
export function openSessionCache(environment: Environment): SessionCache {
  const directory = join(cacheDirectory(environment), 'sessions')
  const pathOf = (key: string): string => join(directory, `${key}.json`)
  const load = async (key: string): Promise<CachedSession | undefined> =>
    parseSession(await readIfThere(pathOf(key)))
  return {
    kind: 'file',
    directory,
    async get(key, nowMs) {
      const found = await load(key)
      return found !== undefined && found.credentials.expiresAtMs > nowMs ? found : undefined
    },
    put: (key, session) => writeFileAtomically(pathOf(key), `${JSON.stringify(session)}\n`),
    async list() {
      const names = await readdir(directory).catch(() => [])
      const keys = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5))
      const all = await Promise.all(keys.map(async (key) => [key, await load(key)] as const))
      return all.filter(
        (entry): entry is readonly [string, CachedSession] => entry[1] !== undefined,
      )
    },
    remove: (key) => rm(pathOf(key), { force: true }),
  }
}

/** The name of a session's file: SHA-256 of everything that makes it the session it is, in a fixed order. */
export function cacheKey(facts: Readonly<Record<string, unknown>>): string {
  return createHash('sha256')
    .update(JSON.stringify(sortedKeys(facts)))
    .digest('hex')
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sortedKeys(item)]),
  )
}

/** A file that others could have written is not believed. */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const file = await open(path)
    try {
      const { mode, uid } = await file.stat()
      const isOwn =
        process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0)
      return isOwn ? await file.readFile('utf8') : undefined
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new SessionError(`cannot read \`${path}\`: ${code}`, {
      code: 'unreadable-file',
      cause: error,
    })
  }
}

/** A file that something else has damaged counts as none: the session is got again. */
export function parseSession(text: string | undefined): CachedSession | undefined {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isSession(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isSession(value: unknown): value is CachedSession {
  if (!isRecord(value) || !isRecord(value.credentials)) return false
  const { name, arn, issuedAtMs, credentials } = value
  const texts = [name, arn, credentials.accessKeyId, credentials.secretAccessKey]
  const numbers = [issuedAtMs, credentials.expiresAtMs]
  return (
    texts.every((text) => typeof text === 'string') &&
    numbers.every((number) => typeof number === 'number')
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

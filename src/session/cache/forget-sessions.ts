import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../child-environment.ts'
import { forgetRegistryPasswords } from '../docker/registry-shelf.ts'
import { openEveryCache } from '../keychain/keychain-sessions.ts'
import { SessionError } from '../session-error.ts'
import { cacheDirectory } from './cache-paths.ts'
import type { CachedSession } from './session-cache.ts'

/**
 * Removes the kept sessions that are wanted gone, and every quick answer and registry password, since those are made
 * from them. AWS goes on accepting a session that somebody has copied until it ends.
 */
export async function forgetSessions(
  environment: Environment,
  isForgotten: (session: CachedSession) => boolean,
): Promise<readonly CachedSession[]> {
  const cache = openEveryCache(environment)
  const gone = (await cache.list()).filter(([, session]) => isForgotten(session))
  try {
    for (const [key] of gone) await cache.remove(key)
    await rm(join(cacheDirectory(environment), 'answers'), { recursive: true, force: true })
    await forgetRegistryPasswords(environment)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const message = `cannot remove what is kept: ${reason}`
    throw new SessionError(message, { code: 'unwritable-file', cause: error })
  }
  return gone.map(([, session]) => session)
}

/** The role of a session's ARN, without its path, which such an ARN does not hold; undefined for a user's. */
export function roleOfSession(arn: string): string | undefined {
  const [, account, role] = /^arn:[^:]+:sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? []
  return account === undefined ? undefined : `${account}:${role}`
}

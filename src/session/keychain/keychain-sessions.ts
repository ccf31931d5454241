import { join } from 'node:path'
import { openSessionCache, parseSession, type SessionCache } from '../cache/session-cache.ts'
import type { Environment } from '../child-environment.ts'
import { openListedKeychain } from './listed-keychain.ts'

/**
 * Sessions in the operating system's keychain, for who wants no credential in a file. The list of their keys stands beside
 * the locks. Throws a `SessionError` where there is no keychain.
 */
export function openKeychainSessions(environment: Environment): SessionCache {
  const { directory } = openSessionCache(environment)
  const keychain = openListedKeychain('stile-sessions', join(directory, 'keychain.list'))
  return {
    kind: 'keychain',
    directory,
    async get(key, nowMs) {
      const found = parseSession(await keychain.get(key))
      return found !== undefined && found.credentials.expiresAtMs > nowMs ? found : undefined
    },
    put: (key, session) => keychain.put(key, JSON.stringify(session)),
    async list() {
      const keys = await keychain.list()
      const all = await Promise.all(
        keys.map(async (key) => [key, parseSession(await keychain.get(key))] as const),
      )
      return all.flatMap(([key, session]) =>
        session === undefined ? [] : [[key, session] as const],
      )
    },
    async remove(key) {
      await keychain.remove(key)
    },
  }
}

/** Every session that is kept, wherever: to list and to forget them. */
export function openEveryCache(environment: Environment): Pick<SessionCache, 'list' | 'remove'> {
  const caches = [openSessionCache(environment), openKeychainSessions(environment)]
  return {
    async list() {
      return (await Promise.all(caches.map((cache) => cache.list()))).flat()
    },
    async remove(key) {
      for (const cache of caches) await cache.remove(key)
    },
  }
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSessionCache, parseSession, type SessionCache } from '../cache/session-cache.ts'
import { withLock } from '../cache/with-lock.ts'
import type { Environment } from '../child-environment.ts'
import { writeFileAtomically } from '../write-file.ts'
import { openKeychain } from './keychain-store.ts'

/**
 * Sessions in the operating system's keychain, for who wants no credential in a file. Beside the locks stands the list of
 * their keys, which are hashes: not every keychain can be listed without being asked for each. Throws a `SessionError` where there is no keychain.
 */
export function openKeychainSessions(environment: Environment): SessionCache {
  const { directory } = openSessionCache(environment)
  const keychain = openKeychain('stile-sessions')
  const index = join(directory, 'keychain.list')
  const loadKeys = async (): Promise<readonly string[]> => {
    const text = await readFile(index, 'utf8').catch(() => '')
    return text.split('\n').filter((key) => /^[0-9a-f]{64}$/.test(key))
  }
  const changeKeys = (edit: (keys: readonly string[]) => readonly string[]): Promise<void> =>
    withLock(`${index}.lock`, async () => {
      const keys = new Set(edit(await loadKeys()))
      await writeFileAtomically(index, [...keys].map((key) => `${key}\n`).join(''))
    })
  return {
    directory,
    async get(key, nowMs) {
      const found = parseSession(await keychain.get(key))
      return found !== undefined && found.credentials.expiresAtMs > nowMs ? found : undefined
    },
    async put(key, session) {
      // First the list: what is in the keychain must be found when it is to be forgotten.
      await changeKeys((keys) => [...keys, key])
      await keychain.put(key, JSON.stringify(session))
    },
    async list() {
      const keys = await loadKeys()
      const all = await Promise.all(
        keys.map(async (key) => [key, parseSession(await keychain.get(key))] as const),
      )
      return all.flatMap(([key, session]) =>
        session === undefined ? [] : [[key, session] as const],
      )
    },
    async remove(key) {
      if (!(await loadKeys()).includes(key)) return
      await keychain.remove(key)
      await changeKeys((keys) => keys.filter((each) => each !== key))
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

import { readFile } from 'node:fs/promises'
import { withLock } from '../cache/with-lock.ts'
import { writeFileAtomically } from '../write-file.ts'
import { openKeychain } from './keychain-store.ts'
import type { SecretStore } from './secret-store.ts'

/** Secrets of one service in the keychain that can be found again to be forgotten; their names are hashes. */
export interface ListedKeychain extends SecretStore {
  readonly list: () => Promise<readonly string[]>
}

/**
 * The keychain with a list of names in a file beside it: not every keychain can be listed without being asked for each.
 * To remove what is not on the list needs no keychain; all else throws a `SessionError` where there is none.
 */
export function openListedKeychain(service: string, listPath: string): ListedKeychain {
  const keychain = openKeychain(service)
  const list = async (): Promise<readonly string[]> => {
    const text = await readFile(listPath, 'utf8').catch(() => '')
    return text.split('\n').filter((name) => /^[0-9a-f]{64}$/.test(name))
  }
  const changeList = (edit: (names: readonly string[]) => readonly string[]): Promise<void> =>
    withLock(`${listPath}.lock`, async () => {
      const names = new Set(edit(await list()))
      await writeFileAtomically(listPath, [...names].map((name) => `${name}\n`).join(''))
    })
  return {
    kind: 'keychain',
    list,
    get: keychain.get,
    async put(name, secret) {
      // First the list: what is in the keychain must be found when it is to be forgotten.
      await changeList((names) => [...names, name])
      await keychain.put(name, secret)
    },
    async remove(name) {
      if (!(await list()).includes(name)) return false
      const wasThere = await keychain.remove(name)
      await changeList((names) => names.filter((each) => each !== name))
      return wasThere
    },
  }
}

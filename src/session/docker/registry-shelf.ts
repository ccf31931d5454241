import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from '../cache/cache-paths.ts'
import type { Environment } from '../child-environment.ts'
import { openSecretFiles } from '../keychain/file-store.ts'
import { openListedKeychain } from '../keychain/listed-keychain.ts'
import type { SecretStore } from '../keychain/secret-store.ts'

/** Where passwords of registries and the locks of who asks for them are. */
export function registryDirectory(environment: Environment): string {
  return join(cacheDirectory(environment), 'registries')
}

/** Passwords of registries by the hash of all that they were asked with: kept where sessions are kept. */
export function openRegistryShelf(
  kind: SecretStore['kind'],
  environment: Environment,
): SecretStore {
  const files = openSecretFiles(registryDirectory(environment))
  if (kind === 'file') return files
  const keychain = listedKeychain(environment)
  return {
    ...keychain,
    async put(name, secret) {
      await keychain.put(name, secret)
      // Who chose the keychain wants it in no file, nor one of before.
      await files.remove(name)
    },
  }
}

/** Forgets every kept password, wherever; nothing ends them at AWS before their time. */
export async function forgetRegistryPasswords(environment: Environment): Promise<void> {
  const keychain = listedKeychain(environment)
  for (const name of await keychain.list()) await keychain.remove(name)
  await rm(registryDirectory(environment), { recursive: true, force: true })
}

function listedKeychain(environment: Environment) {
  return openListedKeychain(
    'stile-registries',
    join(registryDirectory(environment), 'keychain.list'),
  )
}

import type { AsyncEntry } from '@napi-rs/keyring'
import { SessionError } from '../session-error.ts'
import type { SecretStore } from './secret-store.ts'

/**
 * The operating system's keychain: macOS Keychain, Windows Credential Manager, or the Secret Service of a Linux desktop.
 * Every function throws a `SessionError` with the code `no-keychain` where there is none, or it stays locked.
 */
export function openKeychain(service: string): SecretStore {
  return {
    kind: 'keychain',
    get: (name) => ask(service, name, async (entry) => (await entry.getPassword()) ?? undefined),
    put: (name, secret) =>
      ask(service, name, async (entry) => {
        await entry.setPassword(secret)
        // A keychain that takes a secret and does not give it back would lose it.
        if ((await entry.getPassword()) !== secret) throw new Error('it does not keep what it took')
      }),
    remove: (name) => ask(service, name, (entry) => entry.deletePassword()),
  }
}

/** Why secrets cannot be kept in the keychain, or undefined where they can. */
export async function whyNoKeychain(): Promise<string | undefined> {
  const keychain = openKeychain('stile-probe')
  try {
    await keychain.put('probe', 'nothing secret')
    await keychain.remove('probe')
    return undefined
  } catch (error) {
    if (error instanceof SessionError) return error.message
    throw error
  }
}

/** Linux: the binding would fall back to the kernel's keyring, which forgets at the next start. */
const options = { linux: { store: 'secret-service' } } as const

async function ask<Answer>(
  service: string,
  name: string,
  question: (entry: AsyncEntry) => Promise<Answer>,
): Promise<Answer> {
  try {
    // Loaded here: it is native code that most commands have no use for.
    const keyring = await import('@napi-rs/keyring')
    return await question(new keyring.AsyncEntry(service, name, options))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SessionError(`the keychain cannot be used: ${reason}`, {
      code: 'no-keychain',
      cause: error,
    })
  }
}

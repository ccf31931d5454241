import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { configDirectory } from '../cache/cache-paths.ts'
import { withLock } from '../cache/with-lock.ts'
import type { Environment } from '../child-environment.ts'
import { SessionError } from '../session-error.ts'
import { writeFileAtomically } from '../write-file.ts'
import { openSecretFiles } from './file-store.ts'
import { openKeychain } from './keychain-store.ts'
import type { SecretStore } from './secret-store.ts'

/** A user's access key: good until somebody deletes it. */
export interface LongTermKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** What is known of kept keys without opening them. */
export interface KeptKeys {
  readonly name: string
  readonly kept: SecretStore['kind']
  /** Of the access key id, to tell keys apart. */
  readonly lastFour: string
  readonly addedAtMs: number
}

/** Where long-term keys are kept, and the list of their names: `keys.json` beside them holds no secret. */
export interface KeyRing {
  readonly list: () => Promise<readonly KeptKeys[]>
  /** Undefined where no keys of that name are kept. */
  readonly get: (name: string) => Promise<LongTermKeys | undefined>
  /** Replaces keys of the same name. In the keychain where there is one, else in a file, with the reason. */
  readonly put: (name: string, keys: LongTermKeys) => Promise<KeptOutcome>
  /** False where there were none. */
  readonly remove: (name: string) => Promise<boolean>
}

export type KeptOutcome =
  | { readonly kept: 'keychain' }
  | { readonly kept: 'file'; readonly directory: string; readonly because: string }

export interface KeyRingTools {
  readonly environment: Environment
  readonly nowMs: () => number
}

/** To find and read keys, and change none. */
export function openKeyReader(environment: Environment): Pick<KeyRing, 'list' | 'get'> {
  const { index, stores, find } = placesOf(environment)
  return {
    list: index.load,
    async get(name) {
      const entry = await find(name)
      const text = entry && (await stores[entry.kept].get(name))
      return text === undefined ? undefined : parseKeys(name, text)
    },
  }
}

function placesOf(environment: Environment) {
  const directory = join(configDirectory(environment), 'keys')
  const index = indexAt(join(directory, 'keys.json'))
  const stores: Readonly<Record<SecretStore['kind'], SecretStore>> = {
    keychain: openKeychain('stile-keys'),
    file: openSecretFiles(directory),
  }
  const find = async (name: string): Promise<KeptKeys | undefined> =>
    (await index.load()).find((each) => each.name === name)
  return { directory, index, stores, find }
}

/** `STILE_KEYCHAIN=off` keeps to files also where there is a keychain. */
export function openKeyRing({ environment, nowMs }: KeyRingTools): KeyRing {
  const { directory, index, stores, find } = placesOf(environment)
  return {
    ...openKeyReader(environment),
    async put(name, keys) {
      requireName(name)
      const before = await find(name)
      const outcome = await putSomewhere(stores, { name, keys, directory, environment })
      // The old copy goes when the new one is safe.
      if (before !== undefined && before.kept !== outcome.kept)
        await stores[before.kept].remove(name)
      const lastFour = keys.accessKeyId.slice(-4)
      const entry = { name, kept: outcome.kept, lastFour, addedAtMs: nowMs() }
      await index.change((all) => [...all.filter((each) => each.name !== name), entry])
      return outcome
    },
    async remove(name) {
      const entry = await find(name)
      if (entry === undefined) return false
      await stores[entry.kept].remove(name)
      await index.change((all) => all.filter((each) => each.name !== name))
      return true
    },
  }
}

interface Put {
  readonly name: string
  readonly keys: LongTermKeys
  readonly directory: string
  readonly environment: Environment
}

async function putSomewhere(
  stores: Readonly<Record<SecretStore['kind'], SecretStore>>,
  { name, keys, directory, environment }: Put,
): Promise<KeptOutcome> {
  const { accessKeyId, secretAccessKey } = keys
  const text = JSON.stringify({ accessKeyId, secretAccessKey })
  const because = await whyNotIn(stores.keychain, environment, (store) => store.put(name, text))
  if (because === undefined) return { kept: 'keychain' }
  await stores.file.put(name, text)
  return { kept: 'file', directory, because }
}

async function whyNotIn(
  keychain: SecretStore,
  environment: Environment,
  work: (store: SecretStore) => Promise<void>,
): Promise<string | undefined> {
  if (environment.STILE_KEYCHAIN === 'off') return '`STILE_KEYCHAIN` is `off`'
  try {
    await work(keychain)
    return undefined
  } catch (error) {
    if (error instanceof SessionError && error.code === 'no-keychain') return error.message
    throw error
  }
}

function requireName(name: string): void {
  if (/^[\w@+][\w.@+-]{0,63}$/.test(name)) return
  throw new SessionError(`\`${name}\` cannot name keys; use letters, digits and \`_-.@+\``, {
    code: 'bad-name',
  })
}

function parseKeys(name: string, text: string): LongTermKeys {
  const value: unknown = parseJson(text)
  if (isRecord(value)) {
    const { accessKeyId, secretAccessKey } = value
    if (typeof accessKeyId === 'string' && typeof secretAccessKey === 'string') {
      return { accessKeyId, secretAccessKey }
    }
  }
  throw new SessionError(`what is kept as \`${name}\` holds no keys; add them again`, {
    code: 'damaged-keys',
  })
}

interface Index {
  readonly load: () => Promise<readonly KeptKeys[]>
  readonly change: (edit: (all: readonly KeptKeys[]) => readonly KeptKeys[]) => Promise<void>
}

function indexAt(path: string): Index {
  const load = async (): Promise<readonly KeptKeys[]> => {
    const value = parseJson(await readFile(path, 'utf8').catch(() => '[]'))
    return Array.isArray(value) ? value.filter(isKeptKeys) : []
  }
  return {
    load,
    change: (edit) =>
      withLock(`${path}.lock`, async () => {
        const all = [...edit(await load())].sort((a, b) => (a.name < b.name ? -1 : 1))
        await writeFileAtomically(path, `${JSON.stringify(all, null, 2)}\n`)
      }),
  }
}

function isKeptKeys(value: unknown): value is KeptKeys {
  if (!isRecord(value)) return false
  const { name, kept, lastFour, addedAtMs } = value
  const isPlace = kept === 'keychain' || kept === 'file'
  return (
    [name, lastFour].every((each) => typeof each === 'string') &&
    isPlace &&
    Number.isFinite(addedAtMs)
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

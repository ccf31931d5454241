import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DiskBlobStore } from './disk-blob-store.ts'
import { type DurableStore, openDurableStore } from './durable/durable-store.ts'
import { isLockFile, lockDirectory } from './durable/process-lock.ts'
import { StorageError, systemCode } from './durable/storage-error.ts'
import { findBlobIds } from './empty-state.ts'
import { createMemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'

export interface StorageOptions {
  readonly randomBytes: (size: number) => Buffer
  /** Where everything is kept; by default nothing outlives the process. */
  readonly directory?: string
  /** What an acknowledged change outlives: the process by default, or power loss too, for the price of a disk's write. */
  readonly outlives?: 'process' | 'machine'
}

export interface Storage {
  readonly store: Store
  readonly blobs: DiskBlobStore
  /** True where nothing was ever kept. */
  readonly isNew: boolean
  /** What was found that the operator should know, a line each. */
  readonly notices: readonly string[]
  /** Closes what is open. */
  readonly stop: () => Promise<void>
}

/**
 * Opens tables and blobs: temporary ones, or those of a directory, for this process alone.
 * Throws a StorageError when somebody else has the directory, or something in it is not what was kept.
 */
export function openStorage(options: StorageOptions): Storage {
  const { randomBytes, directory } = options
  if (directory !== undefined) return openLasting({ ...options, directory })
  const store = createMemoryStore()
  const blobs = new DiskBlobStore({ randomBytes, transactions: store })
  return { store, blobs, isNew: true, notices: [], stop: () => blobs.stop() }
}

function openLasting(options: StorageOptions & { readonly directory: string }): Storage {
  const { directory } = options
  requireOurs(directory)
  const lock = lockDirectory(directory)
  try {
    writeFormat(directory)
    const storage = openLocked(options)
    const stop = async (): Promise<void> => {
      await storage.stop()
      lock.release()
    }
    return { ...storage, stop }
  } catch (error) {
    lock.release()
    throw error
  }
}

function openLocked(options: StorageOptions & { readonly directory: string }): Storage {
  const { directory, randomBytes, outlives = 'process' } = options
  const opened: { blobs?: DiskBlobStore } = {}
  const durable = openDurableStore({
    directory,
    outlives,
    beforeSync: () => opened.blobs?.sync(),
  })
  const { store } = durable
  const blobs = new DiskBlobStore({
    randomBytes,
    directory: join(directory, 'blobs'),
    outlives,
    transactions: store,
  })
  opened.blobs = blobs
  const missing = blobs.sweep(findBlobIds(store.rows()))
  return {
    store,
    blobs,
    isNew: durable.isNew,
    notices: noticesOf(durable, missing),
    async stop() {
      await durable.stop()
      await blobs.stop()
    },
  }
}

function noticesOf({ torn }: DurableStore, missing: readonly string[]): readonly string[] {
  const notices: string[] = []
  if (torn !== undefined) {
    const { path, bytes } = torn
    notices.push(
      `\`${path}\`: cut off ${bytes} bytes of a change that was being written when the process ended; it was never acknowledged`,
    )
  }
  const [first] = missing
  if (first !== undefined) {
    notices.push(
      `the bytes of ${missing.length} objects or layers are missing, such as \`${first}\``,
    )
  }
  return notices
}

const formatName = 'format'
const format = 'stile data 1\n'

/** Makes the directory, and refuses one that holds anything else: what is in there would be mistaken for garbage. */
function requireOurs(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const found = readFormat(directory)
  if (found === format) return
  if (found !== undefined)
    throw new StorageError('foreign', `\`${directory}\` was written by another version of Stile`)
  const isOurs = (name: string): boolean => isLockFile(name) || name.endsWith('.partial')
  const other = readdirSync(directory).find((name) => !isOurs(name))
  if (other === undefined) return
  const message = `\`${directory}\` holds no data of Stile, but \`${other}\`: name an empty directory or a new one`
  throw new StorageError('foreign', message)
}

function readFormat(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, formatName), 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function writeFormat(directory: string): void {
  if (readFormat(directory) !== undefined) return
  // An empty directory may be there already, for others to read.
  chmodSync(directory, 0o700)
  const partial = join(directory, `${formatName}.partial`)
  writeFileSync(partial, format, { mode: 0o600 })
  renameSync(partial, join(directory, formatName))
}

import { createMemoryStore } from '../memory-store.ts'
import type { Store } from '../store.ts'
import { findStateFiles, logPath, readWrites, snapshotPath } from './state-files.ts'
import { type LogPosition, StateLog, type StateLogOptions } from './state-log.ts'
import { StorageError } from './storage-error.ts'

export interface DurableStore {
  readonly store: Store
  /** True where nothing was ever kept. */
  readonly isNew: boolean
  /** Where a write was broken off: the file and the bytes that were cut off. */
  readonly torn?: TornEnd
  /** Resolves when no snapshot is being written. */
  readonly settled: () => Promise<void>
  readonly stop: () => Promise<void>
}

export interface TornEnd {
  readonly path: string
  readonly bytes: number
}

/**
 * A store whose transactions outlive the process: all of it in memory, and a log of it in the directory.
 * Throws a StorageError when anything is damaged or missing that was kept.
 */
export function openDurableStore(options: StateLogOptions): DurableStore {
  const log: { current?: StateLog } = {}
  const store = createMemoryStore({ append: (writes) => log.current?.append(writes) })
  const loaded = load(options.directory, store.restore)
  const opened = new StateLog(options, loaded.position, store.rows)
  log.current = opened
  return {
    store,
    isNew: loaded.isNew,
    ...(loaded.torn === undefined ? {} : { torn: loaded.torn }),
    settled: () => opened.settled(),
    stop: () => opened.stop(),
  }
}

interface Loaded {
  readonly position: LogPosition
  readonly isNew: boolean
  readonly torn?: TornEnd
}

function load(directory: string, take: Parameters<typeof readWrites>[1]): Loaded {
  const { snapshot, logs } = findStateFiles(directory)
  const snapshotSize = snapshot === 0 ? 0 : requireWhole(snapshotPath(directory, snapshot), take)
  const last = logs.at(-1)
  if (last === undefined) {
    return { position: { number: 1, size: 0, olderSize: 0, snapshotSize: 0 }, isNew: true }
  }
  let olderSize = 0
  for (const number of logs.slice(0, -1)) {
    olderSize += requireWhole(logPath(directory, number), take)
  }
  const path = logPath(directory, last)
  const { size, torn } = readWrites(path, take)
  return {
    position: { number: last, size, olderSize, snapshotSize },
    isNew: snapshot === 0 && olderSize + size === 0,
    ...(torn === 0 ? {} : { torn: { path, bytes: torn } }),
  }
}

/** Only the newest log may end in the middle of a record. */
function requireWhole(path: string, take: Parameters<typeof readWrites>[1]): number {
  const { size, torn } = readWrites(path, take)
  if (torn === 0) return size
  const message = `\`${path}\` ends in the middle of a record, and it is not the newest file: bring it back from a copy; nothing was changed`
  throw new StorageError('damaged', message)
}

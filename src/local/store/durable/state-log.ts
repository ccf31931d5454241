import { renameSync, rmSync } from 'node:fs'
import type { Row, TransactionLog, Write } from '../store.ts'
import { AppendFile, type FileCalls, systemFiles } from './append-file.ts'
import { encodeWrites, logPath, removeOlder, snapshotPath } from './state-files.ts'
import { syncDirectory } from './sync-directory.ts'
import { writeSnapshot } from './write-snapshot.ts'

export interface StateLogOptions {
  readonly directory: string
  /** `machine` waits for the disk with each transaction; by default what the operating system took is kept. */
  readonly outlives?: 'process' | 'machine'
  /** With `machine`: makes everything else durable that the transaction speaks of. */
  readonly beforeSync?: () => void
  readonly calls?: FileCalls
  /** Bytes of log from which it is worth a snapshot; never below the last snapshot's size. */
  readonly compactFrom?: number
}

/** Where the log goes on. */
export interface LogPosition {
  readonly number: number
  /** Bytes of this log that count. */
  readonly size: number
  /** Bytes of the logs before it that no snapshot has yet. */
  readonly olderSize: number
  readonly snapshotSize: number
}

const defaultCompactFrom = 1024 * 1024

/** The log that a store's transactions go to, and the snapshots that keep it short. */
export class StateLog implements TransactionLog {
  readonly #options: StateLogOptions
  readonly #calls: FileCalls
  readonly #rows: () => Iterable<Row>
  readonly #stopping = new AbortController()
  #file: AppendFile
  #number: number
  #olderSize: number
  #snapshotSize: number
  /** Bytes of log at which a snapshot that failed is tried again. */
  #notBefore = 0
  #compaction: Promise<void> | undefined

  constructor(options: StateLogOptions, position: LogPosition, rows: () => Iterable<Row>) {
    this.#options = options
    this.#calls = options.calls ?? systemFiles
    this.#rows = rows
    this.#number = position.number
    this.#olderSize = position.olderSize
    this.#snapshotSize = position.snapshotSize
    const path = logPath(options.directory, position.number)
    this.#file = new AppendFile(path, position.size, this.#calls)
    this.#compactWhenLong()
  }

  append(writes: readonly Write[]): void {
    const record = encodeWrites(writes)
    if (this.#options.outlives === 'machine') {
      this.#options.beforeSync?.()
      this.#file.appendForGood(record)
    } else {
      this.#file.append(record)
    }
    this.#compactWhenLong()
  }

  /** Resolves when no snapshot is being written. */
  async settled(): Promise<void> {
    await this.#compaction
  }

  /** Nothing may be appended any more. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#compaction
    this.#file.close()
  }

  get #logSize(): number {
    return this.#olderSize + this.#file.size
  }

  #compactWhenLong(): void {
    const { compactFrom = defaultCompactFrom } = this.#options
    const limit = Math.max(compactFrom, this.#snapshotSize, this.#notBefore)
    if (this.#compaction !== undefined || this.#logSize < limit) return
    this.#compaction = this.#compact()
      .catch(() => {
        // The logs have everything still. On a full disk the next try waits until they have grown as much again.
        this.#notBefore = this.#logSize + compactFrom
      })
      .finally(() => {
        this.#compaction = undefined
      })
  }

  async #compact(): Promise<void> {
    const { directory } = this.#options
    const number = this.#number + 1
    this.#beginLog(number)
    const partial = `${snapshotPath(directory, number)}.partial`
    try {
      const size = await writeSnapshot(partial, this.#rows(), this.#stopping.signal)
      // What changed meanwhile is in this log alone: it has to outlive what the snapshot outlives.
      this.#file.sync()
      renameSync(partial, snapshotPath(directory, number))
      syncDirectory(directory)
      this.#snapshotSize = size
      this.#olderSize = 0
      this.#notBefore = 0
    } finally {
      rmSync(partial, { force: true })
    }
    removeOlder(directory, number)
  }

  /** Everything from here on goes to a new log. */
  #beginLog(number: number): void {
    const { directory } = this.#options
    const file = new AppendFile(logPath(directory, number), 0, this.#calls)
    const before = this.#file
    this.#olderSize += before.size
    this.#file = file
    this.#number = number
    if (this.#options.outlives === 'machine') syncDirectory(directory)
    before.close()
  }
}

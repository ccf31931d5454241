import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Write } from '../store.ts'
import { encodeTextRecord, readRecord } from './record.ts'
import { StorageError } from './storage-error.ts'

/**
 * A data directory's state: `snapshot-N` has the rows as they were when `log-N` was begun, or later, and each log goes on
 * where the one before ends. So the state is the newest snapshot and, in order, the logs from its number on.
 */
export interface StateFiles {
  /** 0 where there is none: then logs begin at 1. */
  readonly snapshot: number
  /** Ascending, without gaps; at least one, unless the directory is new. */
  readonly logs: readonly number[]
}

export function logPath(directory: string, number: number): string {
  return join(directory, `log-${number}`)
}

export function snapshotPath(directory: string, number: number): string {
  return join(directory, `snapshot-${number}`)
}

const stateName = /^(log|snapshot)-(\d+)$/

/** Finds the files that make up the state, and removes those that a newer snapshot made needless. */
export function findStateFiles(directory: string): StateFiles {
  const found: Record<'log' | 'snapshot', number[]> = { log: [], snapshot: [] }
  for (const name of readdirSync(directory)) {
    const [, kind, number] = stateName.exec(name) ?? []
    if (kind === 'log' || kind === 'snapshot') found[kind].push(Number(number))
    else if (name.endsWith('.partial')) rmSync(join(directory, name), { force: true })
  }
  const snapshot = Math.max(0, ...found.snapshot)
  const logs = found.log.filter((number) => number >= snapshot).sort((a, b) => a - b)
  const first = Math.max(snapshot, 1)
  const missing = logs.findIndex((number, at) => number !== first + at)
  if (missing >= 0 || (snapshot > 0 && logs.length === 0)) {
    const path = logPath(directory, first + Math.max(missing, 0))
    throw new StorageError('damaged', `\`${path}\` is missing: bring it back from a copy`)
  }
  removeOlder(directory, snapshot)
  return { snapshot, logs }
}

/** Removes what a snapshot took over. */
export function removeOlder(directory: string, snapshot: number): void {
  for (const name of readdirSync(directory)) {
    const [, , number] = stateName.exec(name) ?? []
    if (number !== undefined && Number(number) < snapshot) rmSync(join(directory, name))
  }
}

export function encodeWrites(writes: readonly Write[]): Buffer {
  return encodeTextRecord(JSON.stringify(writes))
}

export interface ReadFile {
  /** Bytes that count: all, unless the last record is torn. */
  readonly size: number
  /** Bytes behind them. */
  readonly torn: number
}

/** Hands over the writes of every record, in order. Throws when the file is damaged anywhere but at its torn end. */
export function readWrites(path: string, take: (writes: readonly Write[]) => void): ReadFile {
  const content = readFileSync(path)
  for (let offset = 0; ; ) {
    const reading = readRecord(content, offset)
    if (reading.kind === 'end') return { size: offset, torn: 0 }
    if (reading.kind === 'torn') return { size: offset, torn: content.length - offset }
    if (reading.kind === 'damaged') throw damaged(path, offset, content.length - offset)
    take(JSON.parse(reading.payload.toString('utf8')) as readonly Write[])
    offset = reading.next
  }
}

function damaged(path: string, offset: number, rest: number): StorageError {
  return new StorageError(
    'damaged',
    `\`${path}\` is damaged at byte ${offset}, ${rest} bytes before its end: bring it back from a copy; nothing was changed`,
  )
}

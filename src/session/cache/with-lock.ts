import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { makeDirectory } from '../make-directory.ts'

/** Milliseconds between two looks at a lock that somebody else holds. */
const lookEveryMs = 20
/** A holder asks STS, or a person for a code. Nobody needs longer. */
const oldAfterMs = 5 * 60_000
/** From making a lock to writing its first byte. */
const emptyAfterMs = 5000

/**
 * Runs `work` while no other process holds the lock at `path`. A lock whose process is gone, or that is five minutes
 * old, is taken over: two who do so at the same instant may both go on, which costs a call and breaks nothing.
 * Where no lock can be written, as in a read-only home, everybody goes on for the same reason.
 */
export async function withLock<R>(path: string, work: () => Promise<R>): Promise<R> {
  const mine = `${process.pid} ${randomUUID()}`
  const hasLock = await acquire(path, mine)
  try {
    return await work()
  } finally {
    if (hasLock && (await readLock(path)) === mine) await rm(path, { force: true })
  }
}

/** False where none can be written. */
async function acquire(path: string, mine: string): Promise<boolean> {
  for (;;) {
    try {
      await makeDirectory(dirname(path))
      await writeNew(path, mine)
      return true
    } catch (error) {
      if (!isTaken(error)) return false
    }
    const holder = await readLock(path)
    if (holder !== undefined && (await isAbandoned(path, holder))) await takeAway(path, holder)
    else await delay(lookEveryMs)
  }
}

/** On a full disk a file can be made and not written: left there, everybody would wait for it. */
async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

async function readLock(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}

async function isAbandoned(path: string, holder: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined)
  if (facts === undefined) return false
  const ageMs = Date.now() - facts.mtimeMs
  if (ageMs > oldAfterMs) return true
  // Between its creation and its first byte a lock is empty; whoever made it may have been ended there.
  if (holder === '') return ageMs > emptyAfterMs
  const pid = Number.parseInt(holder, 10)
  return Number.isInteger(pid) && !isRunning(pid)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

/** Removes the lock that was found abandoned; gives back one that somebody took in between. */
async function takeAway(path: string, holder: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  if ((await readLock(aside)) === holder) await rm(aside, { force: true })
  else await rename(aside, path).catch(() => rm(aside, { force: true }))
}

import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StorageError, systemCode } from './storage-error.ts'

export interface ProcessLock {
  readonly release: () => void
}

interface Holder {
  readonly pid: number
  /** When the process began, as the system counts; empty where that cannot be told. */
  readonly startedAt: string
}

const lockName = /^lock-(\d+)$/

/**
 * Makes this process the only one that works in a directory. Every holder has a number of its own, one above the holder
 * before, and the file with that number can be made once: two that find the same dead holder cannot both follow it.
 * A released lock stays as an empty file, so that numbers never start over. Throws a StorageError when somebody lives.
 */
export function lockDirectory(directory: string): ProcessLock {
  const number = Math.max(0, ...lockNumbers(directory)) + 1
  requireFree(directory, 0)
  const path = join(directory, `lock-${number}`)
  const partial = join(directory, `lock-${process.pid}-${process.hrtime.bigint()}.partial`)
  writeFileSync(partial, JSON.stringify(holderOf(process.pid)), { flag: 'wx', mode: 0o600 })
  try {
    // With its content or not at all: nobody ever reads half a lock.
    linkSync(partial, path)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    throw inUse(directory, path)
  } finally {
    rmSync(partial, { force: true })
  }
  try {
    requireFree(directory, number)
  } catch (error) {
    writeFileSync(path, '')
    throw error
  }
  for (const other of lockNumbers(directory)) {
    if (other < number) rmSync(join(directory, `lock-${other}`), { force: true })
  }
  return { release: () => writeFileSync(path, '') }
}

export function isLockFile(name: string): boolean {
  return lockName.test(name) || (name.startsWith('lock-') && name.endsWith('.partial'))
}

function lockNumbers(directory: string): readonly number[] {
  return readdirSync(directory).flatMap((name) => {
    const [, number] = lockName.exec(name) ?? []
    return number === undefined ? [] : [Number(number)]
  })
}

function requireFree(directory: string, own: number): void {
  for (const number of lockNumbers(directory)) {
    const path = join(directory, `lock-${number}`)
    if (number !== own && isAlive(readHolder(path))) throw inUse(directory, path)
  }
}

function inUse(directory: string, path: string): StorageError {
  const holder = readHolder(path)
  const who = holder === undefined ? 'another process' : `process ${holder.pid}`
  return new StorageError(
    'inUse',
    `\`${directory}\` is in use by ${who}; end it, or remove \`${path}\` if that is no Stile`,
  )
}

function readHolder(path: string): Holder | undefined {
  try {
    const text = readFileSync(path, 'utf8')
    return text === '' ? undefined : (JSON.parse(text) as Holder)
  } catch (error) {
    // Gone since it was listed.
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function isAlive(holder: Holder | undefined): boolean {
  if (holder === undefined) return false
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false
  }
  const { startedAt } = holderOf(holder.pid)
  // Numbers of processes come again, after a restart of the machine or a container above all.
  return startedAt === '' || holder.startedAt === '' || startedAt === holder.startedAt
}

function holderOf(pid: number): Holder {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold anything; the 20th field behind it is the start.
    const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
    return { pid, startedAt }
  } catch {
    return { pid, startedAt: '' }
  }
}

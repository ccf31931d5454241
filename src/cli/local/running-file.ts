import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory, writeFileAtomically } from '../../session/index.ts'
import type { Environment } from '../environment.ts'

/** What other commands have to know of a running embedded AWS. */
export interface RunningLocal {
  readonly url: string
  readonly port: number
  readonly controlToken: string
  readonly region: string
  readonly pid: number
}

/**
 * Where running servers are noted, each in a file for its owner alone: the directory that goes with the session, else the
 * user's cache.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
function runningDirectory(environment: Environment): string {
  const runtime = environment.XDG_RUNTIME_DIR
  return runtime ? join(runtime, 'stile') : cacheDirectory(environment)
}

function runningPath(environment: Environment, port: number): string {
  return join(runningDirectory(environment), `local-${port}.json`)
}

export async function saveRunning(environment: Environment, running: RunningLocal): Promise<void> {
  await writeFileAtomically(runningPath(environment, running.port), `${JSON.stringify(running)}\n`)
}

export async function removeRunning(environment: Environment, port: number): Promise<void> {
  await rm(runningPath(environment, port), { force: true })
}

/** All that are noted, also those that ended without a word. */
export async function loadRunning(environment: Environment): Promise<readonly RunningLocal[]> {
  const directory = runningDirectory(environment)
  const names = await readdir(directory).catch(() => [])
  const noted = names.filter((name) => /^local-\d+\.json$/.test(name))
  const read = await Promise.all(noted.map((name) => loadOne(join(directory, name))))
  return read.flatMap((one) => one ?? [])
}

async function loadOne(path: string): Promise<RunningLocal | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isRunning(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isRunning(value: unknown): value is RunningLocal {
  if (typeof value !== 'object' || value === null) return false
  const { url, port, controlToken, region } = value as Partial<RunningLocal>
  const isLoopback = typeof url === 'string' && /^http:\/\/127\.0\.0\.1:\d+$/.test(url)
  return (
    isLoopback &&
    typeof port === 'number' &&
    typeof controlToken === 'string' &&
    typeof region === 'string'
  )
}

import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../child-environment.ts'
import { cacheDirectory } from './cache-paths.ts'
import type { SessionCache } from './session-cache.ts'

/** What a process that was killed left half written: nobody writes for an hour. */
const leftoverAfterMs = 3_600_000

/**
 * Removes what is over: sessions, the answers that were made from them, and files that were never finished. What cannot
 * be removed stays until the next time; nothing believes it.
 */
export async function sweepCache(
  cache: Pick<SessionCache, 'list' | 'remove'>,
  { environment, nowMs }: { readonly environment: Environment; readonly nowMs: number },
): Promise<void> {
  try {
    for (const [key, { credentials }] of await cache.list()) {
      if (credentials.expiresAtMs <= nowMs) await cache.remove(key)
    }
    const answers = join(cacheDirectory(environment), 'answers')
    for (const path of await filesIn(answers, '.json')) {
      if ((await renewAtMs(path)) <= nowMs) await rm(path, { force: true })
    }
    for (const directory of [answers, join(cacheDirectory(environment), 'sessions')]) {
      for (const path of await filesIn(directory, '.tmp')) await removeLeftover(path)
    }
  } catch {
    return
  }
}

async function filesIn(directory: string, suffix: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => [])
  return names.filter((name) => name.endsWith(suffix)).map((name) => join(directory, name))
}

/** What cannot be read as an answer is none, and over. */
async function renewAtMs(path: string): Promise<number> {
  try {
    const { renewAtMs: at }: { readonly renewAtMs?: unknown } = JSON.parse(
      await readFile(path, 'utf8'),
    )
    return typeof at === 'number' ? at : 0
  } catch {
    return 0
  }
}

/** By the clock of the file system, which is the one that dated it. */
async function removeLeftover(path: string): Promise<void> {
  const { mtimeMs } = await stat(path)
  if (Date.now() - mtimeMs > leftoverAfterMs) await rm(path, { force: true })
}

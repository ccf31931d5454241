import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../child-environment.ts'
import { cacheDirectory } from './cache-paths.ts'

/** Forgets every kept session, answer and registry password: who one is has changed. */
export async function forgetSessions(environment: Environment): Promise<void> {
  for (const kind of ['sessions', 'answers', 'registries']) {
    await rm(join(cacheDirectory(environment), kind), { recursive: true, force: true })
  }
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../child-environment.ts'
import { writeFileAtomically } from '../write-file.ts'
import { cacheDirectory } from './cache-paths.ts'

/** How often a name was used, and when last. */
export interface RecentUse {
  readonly name: string
  readonly count: number
  readonly lastUsedAtMs: number
}

/** More names than a person remembers. */
const keptNames = 200

/** What was used here before, most used first; of two alike the later one. Holds names alone, no secret. */
export async function loadRecentUse(environment: Environment): Promise<readonly RecentUse[]> {
  return parseRecentUse(await readFile(recentUsePath(environment), 'utf8').catch(() => ''))
}

/** Counts one use more. Throws a `SessionError` where that cannot be written. */
export async function noteUse(
  environment: Environment,
  use: { readonly name: string; readonly nowMs: number },
): Promise<void> {
  const all = await loadRecentUse(environment)
  const count = (all.find(({ name }) => name === use.name)?.count ?? 0) + 1
  const others = all.filter(({ name }) => name !== use.name)
  const mine = { name: use.name, count, lastUsedAtMs: use.nowMs }
  // Whatever is new stays, also where it was used once alone.
  const kept = [mine, ...others.toSorted((a, b) => b.lastUsedAtMs - a.lastUsedAtMs)]
  const content = { version: 1, uses: kept.slice(0, keptNames) }
  await writeFileAtomically(recentUsePath(environment), `${JSON.stringify(content)}\n`)
}

export function recentUsePath(environment: Environment): string {
  return join(cacheDirectory(environment), 'recent.json')
}

/** What something else has damaged counts as nothing. */
function parseRecentUse(text: string): readonly RecentUse[] {
  try {
    const { uses }: { readonly uses?: unknown } = JSON.parse(text)
    if (!Array.isArray(uses)) return []
    return uses
      .filter(isRecentUse)
      .toSorted((a, b) => b.count - a.count || b.lastUsedAtMs - a.lastUsedAtMs)
  } catch {
    return []
  }
}

function isRecentUse(value: unknown): value is RecentUse {
  if (typeof value !== 'object' || value === null) return false
  const { name, count, lastUsedAtMs } = value as Readonly<Record<string, unknown>>
  return typeof name === 'string' && typeof count === 'number' && typeof lastUsedAtMs === 'number'
}

import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  aliasesPath,
  cacheDirectory,
  recentUsePath,
  sharedConfigPaths,
  writeFileAtomically,
} from '../session/index.ts'
import type { TargetRequest } from './session-target.ts'
import { accessPlaces } from './target-inputs.ts'

/** Names as they were found before, and the state in which every file was that had a say in them. */
interface KeptNames {
  readonly names: readonly string[]
  readonly inputs: readonly (readonly [path: string, stamp: string])[]
}

/**
 * What can be assumed here, most used first. A person waits for it at every press of Tab, so it is kept: the access
 * file's reader is loaded only when some file has changed since.
 */
export async function loadKnownNames(request: TargetRequest): Promise<readonly string[]> {
  const path = keptPath(request)
  const kept = await readKept(path)
  if (kept !== undefined && (await isCurrent(kept))) return kept.names
  const inputsBefore = inputsOf(request)
  // Taken first: what changes while it is read is read again the next time.
  const stamps = new Map(await Promise.all(inputsBefore.map(stamped)))
  const { loadCandidates } = await import('./picker-candidates.ts')
  const { list, sources, problem } = await loadCandidates(request)
  // Bash puts a completed name into the command line as it is.
  const names = list.map(({ name }) => name).filter((name) => /^[\w@:+=,./-]+$/.test(name))
  if (problem !== undefined) return names
  const more = await Promise.all(sources.map((source) => stamped(resolve(source))))
  const inputs = [...new Map([...more, ...stamps])]
  const text = `${JSON.stringify({ names, inputs } satisfies KeptNames)}\n`
  await writeFileAtomically(path, text).catch(() => undefined)
  return names
}

/** Every file that offers names, also one that is not there yet. */
function inputsOf({ context, options }: TargetRequest): readonly string[] {
  const { environment, cwd } = context
  const own = [aliasesPath(environment), recentUsePath(environment)]
  return [...accessPlaces(cwd, options), ...Object.values(sharedConfigPaths(environment)), ...own]
}

function keptPath(request: TargetRequest): string {
  const key = createHash('sha256')
    .update(JSON.stringify(inputsOf(request)))
    .digest('hex')
  return join(cacheDirectory(request.context.environment), 'names', `${key}.json`)
}

async function stamped(path: string): Promise<readonly [string, string]> {
  const facts = await stat(path).catch(() => undefined)
  return [path, facts === undefined ? 'absent' : `${facts.ino} ${facts.size} ${facts.mtimeMs}`]
}

async function isCurrent({ inputs }: KeptNames): Promise<boolean> {
  const now = await Promise.all(inputs.map(([path]) => stamped(path)))
  return inputs.every(([, stamp], index) => now[index]?.[1] === stamp)
}

/** Names are no secret, and whoever may write there may change more than these. */
async function readKept(path: string): Promise<KeptNames | undefined> {
  try {
    const value: Partial<KeptNames> = JSON.parse(await readFile(path, 'utf8'))
    const { names, inputs } = value
    return Array.isArray(names) && Array.isArray(inputs) ? { names, inputs } : undefined
  } catch {
    return undefined
  }
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { configDirectory } from '../cache/cache-paths.ts'
import { withLock } from '../cache/with-lock.ts'
import type { Environment } from '../child-environment.ts'
import { writeFileAtomically } from '../write-file.ts'

/** Who signs in to a registry: what `docker-login` was told, since Docker calls its helper from anywhere. */
export interface RegistryEntry {
  readonly host: string
  /** A grant, a role's ARN, an alias or a profile. */
  readonly name: string
  /** The access file that the grant is in. */
  readonly file?: string
  readonly region: string
  /** Only where calls do not go to AWS. */
  readonly endpointUrl?: string
  /** Other flags of a session by their names, such as `account` and `profile`. */
  readonly flags: Readonly<Record<string, string | boolean | readonly string[]>>
}

/** Every registry that Stile signs in to. It holds no secret. */
export async function loadRegistries(environment: Environment): Promise<readonly RegistryEntry[]> {
  const text = await readFile(mapPath(environment), 'utf8').catch(() => '')
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value.filter(isEntry) : []
  } catch {
    return []
  }
}

/** Changes the list as a whole; two who do so at the same time come one after the other. */
export async function changeRegistries(
  environment: Environment,
  edit: (all: readonly RegistryEntry[]) => readonly RegistryEntry[],
): Promise<void> {
  const path = mapPath(environment)
  await withLock(`${path}.lock`, async () => {
    const all = [...edit(await loadRegistries(environment))]
    all.sort((a, b) => (a.host < b.host ? -1 : 1))
    await writeFileAtomically(path, `${JSON.stringify(all, null, 2)}\n`)
  })
}

function mapPath(environment: Environment): string {
  return join(configDirectory(environment), 'registries.json')
}

function isEntry(value: unknown): value is RegistryEntry {
  if (typeof value !== 'object' || value === null) return false
  const entry = value as Readonly<Record<string, unknown>>
  const isText = (key: string): boolean => typeof entry[key] === 'string'
  const isMaybeText = (key: string): boolean => entry[key] === undefined || isText(key)
  return (
    ['host', 'name', 'region'].every(isText) &&
    ['file', 'endpointUrl'].every(isMaybeText) &&
    typeof entry.flags === 'object' &&
    entry.flags !== null
  )
}

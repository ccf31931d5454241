import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { configDirectory } from './cache/cache-paths.ts'
import type { Environment } from './child-environment.ts'
import { SessionError } from './session-error.ts'
import { writeFileAtomically } from './write-file.ts'

/** A name that a person gave to a role, with what it takes to enter it. No secret: an external id is none. */
export interface Alias {
  readonly roleArn: string
  /** Where to start from. */
  readonly profile?: string
  readonly externalId?: string
}

export function aliasesPath(environment: Environment): string {
  return join(configDirectory(environment), 'aliases.json')
}

/** Every alias by its name. Throws a `SessionError` for a file that is there and cannot be read as one. */
export async function loadAliases(environment: Environment): Promise<ReadonlyMap<string, Alias>> {
  const path = aliasesPath(environment)
  const text = await readIfThere(path)
  if (text === undefined) return new Map()
  const aliases = parseAliases(text)
  if (aliases !== undefined) return aliases
  const remedy = 'mend it or remove it'
  throw new SessionError(`\`${path}\` holds no aliases; ${remedy}`, { code: 'damaged-file' })
}

/** Adds the alias, or replaces the one of that name. */
export async function saveAlias(
  environment: Environment,
  name: string,
  alias: Alias,
): Promise<void> {
  const aliases = new Map([...(await loadAliases(environment)), [name, alias] as const])
  await writeAliases(environment, aliases)
}

/** False where there is none of that name. */
export async function removeAlias(environment: Environment, name: string): Promise<boolean> {
  const aliases = new Map(await loadAliases(environment))
  if (!aliases.delete(name)) return false
  await writeAliases(environment, aliases)
  return true
}

async function writeAliases(
  environment: Environment,
  aliases: ReadonlyMap<string, Alias>,
): Promise<void> {
  const content = { version: 1, aliases: Object.fromEntries(aliases) }
  await writeFileAtomically(aliasesPath(environment), `${JSON.stringify(content, null, 2)}\n`)
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new SessionError(`cannot read \`${path}\`: ${code}`, {
      code: 'unreadable-file',
      cause: error,
    })
  }
}

function parseAliases(text: string): ReadonlyMap<string, Alias> | undefined {
  try {
    const { aliases }: { readonly aliases?: unknown } = JSON.parse(text)
    if (typeof aliases !== 'object' || aliases === null) return undefined
    const entries = Object.entries(aliases)
    return entries.every(isEntry) ? new Map(entries) : undefined
  } catch {
    return undefined
  }
}

function isEntry(entry: readonly [string, unknown]): entry is [string, Alias] {
  const [, value] = entry
  if (typeof value !== 'object' || value === null) return false
  const { roleArn, profile, externalId } = value as Readonly<Record<string, unknown>>
  return (
    typeof roleArn === 'string' &&
    [profile, externalId].every((text) => text === undefined || typeof text === 'string')
  )
}

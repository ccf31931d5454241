import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../child-environment.ts'
import { SessionError } from '../session-error.ts'
import { writeFileAtomically } from '../write-file.ts'

/** The helper's name in Docker's configuration: it runs `docker-credential-stile`. */
const helper = 'stile'

/** Docker's own configuration, which `skopeo`, `podman` and `buildah` read too. */
export function dockerConfigPath(environment: Environment): string {
  const home = environment.HOME || environment.USERPROFILE || homedir()
  return join(environment.DOCKER_CONFIG || join(home, '.docker'), 'config.json')
}

export interface HelperChange {
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

export interface HelperEdit {
  readonly text: string
  /** Registries for which the file also holds a password of its own; the helper wins over it. */
  readonly withPassword: readonly string[]
  /** Registries that had another helper. */
  readonly replaced: readonly string[]
}

/**
 * The configuration's text with Stile as the helper of these registries. Order, indentation and all other settings stay.
 * Throws a `SessionError` where the text is not what Docker reads: it is the user's, and not to be lost.
 */
export function editDockerConfig(text: string, { add, remove }: HelperChange): HelperEdit {
  const config = parseConfig(text)
  const before = recordOf(config, 'credHelpers')
  const auths = recordOf(config, 'auths')
  const kept = Object.entries(before).filter(
    ([host, name]) => !(remove.includes(host) && name === helper),
  )
  const credHelpers = { ...Object.fromEntries(kept), ...Object.fromEntries(add.map(byHelper)) }
  const { credHelpers: _, ...others } = config
  const isEmpty = Object.keys(credHelpers).length === 0
  // An assignment in place keeps the order of the keys.
  const edited = isEmpty ? others : { ...config, credHelpers }
  return {
    text: render(edited, text),
    withPassword: add.filter((host) => hasPassword(auths[host])),
    replaced: add.filter((host) => ![undefined, helper].includes(before[host] as string)),
  }
}

/** Reads, edits and replaces the file in one go. */
export async function changeDockerConfig(
  environment: Environment,
  change: HelperChange,
): Promise<HelperEdit> {
  const path = dockerConfigPath(environment)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw new SessionError(`cannot read \`${path}\``, { code: 'unreadable-file', cause: error })
  })
  const edit = editDockerConfig(text, change)
  if (edit.text !== text) await writeFileAtomically(path, edit.text)
  return edit
}

function byHelper(host: string): readonly [string, string] {
  return [host, helper]
}

type Json = Readonly<Record<string, unknown>>

function parseConfig(text: string): Json {
  if (text.trim() === '') return {}
  const value = parseJson(text.replace(/^\uFEFF/, ''))
  if (isRecord(value)) return value
  throw new SessionError('the Docker configuration is not a JSON object; mend it first', {
    code: 'damaged-docker-config',
  })
}

function recordOf(config: Json, key: string): Json {
  const value = config[key]
  if (value === undefined) return {}
  if (isRecord(value)) return value
  throw new SessionError(`\`${key}\` of the Docker configuration is not an object; mend it first`, {
    code: 'damaged-docker-config',
  })
}

function hasPassword(auth: unknown): boolean {
  return isRecord(auth) && ['auth', 'identitytoken', 'password'].some((key) => auth[key])
}

/** As Docker writes it, by tabs, unless the file does otherwise. */
function render(config: Json, before: string): string {
  const indent = /^\{\r?\n([ \t]+)"/.exec(before)?.[1] ?? '\t'
  const end = before === '' || before.endsWith('\n') ? '\n' : ''
  const text = JSON.stringify(config, null, indent) + end
  return before.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text
}

/** The text is not quoted in what goes wrong: it may hold passwords. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from './child-environment.ts'
import { type ProfileFile, parseHeader } from './profiles.ts'
import { SessionError } from './session-error.ts'

/** The two files that SDKs share, in place of this environment. */
export interface SharedConfigPaths {
  readonly config: string
  readonly credentials: string
}

/** A profile's settings by key; nested ones (`s3 =` and indented lines below) are left out. */
export type ProfileSettings = ReadonlyMap<string, string>

/** Where `config` and `credentials` are, as the SDKs look for them. */
export function sharedConfigPaths(environment: Environment): SharedConfigPaths {
  const home = environment.HOME || environment.USERPROFILE || homedir()
  return {
    config: environment.AWS_CONFIG_FILE || join(home, '.aws', 'config'),
    credentials: environment.AWS_SHARED_CREDENTIALS_FILE || join(home, '.aws', 'credentials'),
  }
}

/**
 * Every profile of both files; for one that stands in both, the settings of `credentials` win. A file that is not there
 * has no profiles; one that cannot be read throws a `SessionError`.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export async function loadProfiles(
  environment: Environment,
): Promise<ReadonlyMap<string, ProfileSettings>> {
  const paths = sharedConfigPaths(environment)
  const [config, credentials] = await Promise.all([
    readIfThere(paths.config),
    readIfThere(paths.credentials),
  ])
  const profiles = new Map(parseProfiles(config, 'config'))
  for (const [name, settings] of parseProfiles(credentials, 'credentials')) {
    profiles.set(name, new Map([...(profiles.get(name) ?? []), ...settings]))
  }
  return profiles
}

/** One setting of a profile, such as `region` or `endpoint_url`. */
export async function profileSetting(
  place: { readonly profile: string; readonly environment: Environment },
  key: string,
): Promise<string | undefined> {
  return (await loadProfiles(place.environment)).get(place.profile)?.get(key)
}

/** The profiles of one file's text. Lines that mean nothing are passed over, as the SDKs do. */
export function parseProfiles(
  text: string,
  file: ProfileFile,
): ReadonlyMap<string, ProfileSettings> {
  const profiles = new Map<string, Map<string, string>>()
  let current: Map<string, string> | undefined
  let isBelowSetting = false
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*\[/.test(line.replace(/^\uFEFF/, ''))) {
      const name = parseHeader(line, file)
      current = name === undefined ? undefined : (profiles.get(name) ?? new Map())
      if (name !== undefined && current !== undefined) profiles.set(name, current)
      isBelowSetting = false
      continue
    }
    const [, blanks, key, value] = /^(\s*)([^\s#;=][^=]*?)\s*=\s*(.*)$/.exec(line) ?? []
    if (key === undefined || value === undefined) continue
    // An indented line belongs to the setting above it, where there is one.
    if (blanks === '' || !isBelowSetting) current?.set(key, withoutComment(value))
    isBelowSetting = true
  }
  return profiles
}

function withoutComment(value: string): string {
  return value.replace(/(^|\s)[#;].*$/, '').trim()
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT' || code === 'ENOTDIR') return ''
    throw new SessionError(`cannot read \`${path}\`: ${code}`, {
      code: 'unreadable-file',
      cause: error,
    })
  }
}

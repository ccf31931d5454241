import { readFile } from 'node:fs/promises'
import type { Environment } from '../child-environment.ts'
import { copyOf } from '../edit-config-file.ts'
import { SessionError } from '../session-error.ts'
import { parseProfiles, sharedConfigPaths } from '../shared-config.ts'
import { writeFileAtomically } from '../write-file.ts'
import { withoutSettings, withSetting } from './edit-profile.ts'
import type { LongTermKeys } from './kept-keys.ts'

/** The keys that stand in a profile, or why they cannot be moved. */
export type ProfileKeys =
  | { readonly kind: 'found'; readonly keys: LongTermKeys; readonly paths: readonly string[] }
  | { readonly kind: 'unfit'; readonly because: string }

const keySettings = ['aws_access_key_id', 'aws_secret_access_key']

/** Finds a profile's keys in the shared files and judges whether a `credential_process` can take their place. */
export async function findProfileKeys(
  profile: string,
  environment: Environment,
): Promise<ProfileKeys> {
  const unfit = (because: string) => ({ kind: 'unfit' as const, because })
  const found = await Promise.all(
    filesOf(environment).map(async ({ file, path }) => {
      const settings = parseProfiles(await readText(path), file).get(profile)
      return { path, settings }
    }),
  )
  const all = new Map(found.flatMap(({ settings }) => [...(settings ?? [])]))
  if (all.size === 0) return unfit(`there is no profile \`${profile}\``)
  if (all.has('aws_session_token')) {
    return unfit(`profile \`${profile}\` holds temporary credentials, which end by themselves`)
  }
  if (all.get('source_profile') === profile) {
    return unfit(`profile \`${profile}\` is its own source, which only keys in the file can be`)
  }
  const holders = found.filter(({ settings }) => settings?.has('aws_secret_access_key') === true)
  const texts = holders.map(({ settings }) =>
    keySettings.map((key) => settings?.get(key)).join(' '),
  )
  if (new Set(texts).size > 1) {
    return unfit(`both files hold keys of profile \`${profile}\`, and not the same: remove one`)
  }
  const [accessKeyId, secretAccessKey] = keySettings.map((key) => all.get(key))
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    return unfit(`profile \`${profile}\` holds no keys`)
  }
  const paths = holders.map(({ path }) => path)
  return { kind: 'found', keys: { accessKeyId, secretAccessKey }, paths }
}

/**
 * Lets the profile ask `command` for its keys, then takes them out of both files. Interrupted in between they stand in
 * the file once more than needed, and it can be run again. No copy of the old files is kept: it would hold the keys.
 */
export async function replaceProfileKeys(
  profile: string,
  command: string,
  environment: Environment,
): Promise<void> {
  await useCommand(profile, command, environment)
  for (const { file, path } of filesOf(environment)) {
    // The copy that `profiles write` keeps of the file is one of them.
    for (const place of [path, copyOf(path)]) {
      const text = await readText(place)
      const cleaned = withoutSettings(text, { file, profile }, keySettings)
      if (cleaned !== text) await writeFileAtomically(place, cleaned)
    }
  }
}

/** Writes `credential_process` into the profile in `config`. */
export async function useCommand(
  profile: string,
  command: string,
  environment: Environment,
): Promise<void> {
  const { config } = sharedConfigPaths(environment)
  const setting = { key: 'credential_process', value: command }
  await writeFileAtomically(config, withSetting(await readText(config), profile, setting))
}

/** Takes a `credential_process` that asks for these keys out of the profile again; false where it had none. */
export async function dropCommand(
  profile: string,
  isOurs: (command: string) => boolean,
  environment: Environment,
): Promise<boolean> {
  const { config } = sharedConfigPaths(environment)
  const text = await readText(config)
  const command = parseProfiles(text, 'config').get(profile)?.get('credential_process')
  if (command === undefined || !isOurs(command)) return false
  const place = { file: 'config' as const, profile }
  await writeFileAtomically(config, withoutSettings(text, place, ['credential_process']))
  return true
}

function filesOf(environment: Environment) {
  const { config, credentials } = sharedConfigPaths(environment)
  return [
    { file: 'config' as const, path: config },
    { file: 'credentials' as const, path: credentials },
  ]
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT') return ''
    throw new SessionError(`cannot read \`${path}\`: ${code}`, {
      code: 'unreadable-file',
      cause: error,
    })
  }
}

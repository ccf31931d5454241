import type { ProfileSettings } from './shared-config.ts'

/** What stands behind a profile: its own role, that of its source, and so on to real credentials. */
export type ProfileChain =
  | { readonly kind: 'sound'; readonly mfaSerials: readonly string[] }
  | { readonly kind: 'broken'; readonly message: string }

/**
 * Follows `source_profile` to its end. A chain is broken where the SDK would use the profile's other credentials without
 * assuming its role: whoever asks for a role must never get something else.
 */
export function followProfiles(
  profiles: ReadonlyMap<string, ProfileSettings>,
  start: string,
): ProfileChain {
  const visited = new Set<string>()
  const mfaSerials: string[] = []
  for (let name: string | undefined = start; name !== undefined; ) {
    const settings = profiles.get(name)
    if (settings === undefined) return broken(name, 'does not exist')
    // AWS: a source with keys of its own ends the chain, also where it names a role or itself.
    const isEnd = visited.size > 0 && settings.has('aws_access_key_id')
    if (isEnd || !settings.has('role_arn')) break
    if (visited.has(name)) return broken(name, 'is its own source, by way of others')
    const fault = faultOfRole(settings)
    if (fault !== undefined) return broken(name, fault)
    visited.add(name)
    const serial = settings.get('mfa_serial')
    if (serial !== undefined) mfaSerials.push(serial)
    name = settings.get('source_profile')
  }
  return { kind: 'sound', mfaSerials }
}

const sources = ['source_profile', 'credential_source', 'web_identity_token_file'] as const

function faultOfRole(settings: ProfileSettings): string | undefined {
  const given = sources.filter((key) => settings.has(key))
  const isClear = given.length === 1
  const hasOwnKeys = settings.has('aws_access_key_id') && settings.has('web_identity_token_file')
  if (isClear && !hasOwnKeys) return undefined
  const fault = 'would not assume its `role_arn`'
  if (hasOwnKeys) return `${fault}: keys of its own would be used instead of the token`
  if (given.length === 0) return `${fault}: it has no \`source_profile\` or \`credential_source\``
  return `${fault}: it has both \`${given[0]}\` and \`${given[1]}\``
}

function broken(name: string, fault: string): ProfileChain {
  return { kind: 'broken', message: `profile \`${name}\` ${fault}` }
}

import type { Environment } from './child-environment.ts'
import type { FilePlace, LocatedProfile } from './located-profile.ts'
import type { ProfileRuleCode } from './profile-lint-rules.ts'

export interface ProfileFinding {
  readonly code: ProfileRuleCode
  /** Undefined: the environment. */
  readonly place?: FilePlace
  readonly profile?: string
  readonly message: string
}

type Profiles = ReadonlyMap<string, LocatedProfile>

/** What is wrong with the profiles as such, and with how the environment chooses among them. Shows no secret. */
export function lintProfiles(
  profiles: Profiles,
  environment: Environment,
): readonly ProfileFinding[] {
  const perProfile = [...profiles.values()].flatMap((profile) => [
    ...lintSources(profile, profiles),
    ...lintKeys(profile),
    ...lintDuration(profile, profiles),
    ...profile.overruled.map(({ key, place }) => {
      const message = `profile \`${profile.name}\` sets \`${key}\` in both files, to different values`
      return { code: 'in-both-files' as const, place, profile: profile.name, message }
    }),
  ])
  return [...perProfile, ...lintEnvironment(profiles, environment)]
}

function lintSources(profile: LocatedProfile, profiles: Profiles): readonly ProfileFinding[] {
  const { settings } = profile
  if (!settings.has('role_arn')) return []
  const found = (key: string, code: ProfileRuleCode, what: string) => [
    findingOf(profile, key, { code, what }),
  ]
  const source = settings.get('source_profile')
  const credentialSource = settings.get('credential_source')
  if (source !== undefined && credentialSource !== undefined) {
    return found(
      'credential_source',
      'both-sources',
      'has `source_profile` and `credential_source`',
    )
  }
  if (credentialSource !== undefined) {
    return credentialSources.has(credentialSource.value)
      ? []
      : found('credential_source', 'unknown-source', 'has a `credential_source` that nobody knows')
  }
  if (source !== undefined) return lintSourceProfile(profile, source.value, profiles)
  if (settings.has('web_identity_token_file')) return []
  return settings.has('credential_process')
    ? found('role_arn', 'role-with-process', 'has a `role_arn` beside a `credential_process`')
    : found('role_arn', 'role-without-source', 'has a `role_arn` and nothing to assume it with')
}

const credentialSources: ReadonlySet<string> = new Set([
  'Environment',
  'Ec2InstanceMetadata',
  'EcsContainer',
])

function lintSourceProfile(
  profile: LocatedProfile,
  source: string,
  profiles: Profiles,
): readonly ProfileFinding[] {
  const found = (code: ProfileRuleCode, what: string) => [
    findingOf(profile, 'source_profile', { code, what }),
  ]
  if (!profiles.has(source))
    return found('missing-source', `starts from \`${source}\`, which is not there`)
  const way = wayFrom(profile.name, profiles)
  if (way.isLoop) return found('loop', `starts from itself: ${way.names.join(' → ')}`)
  const hasKeys = profile.settings.has('aws_access_key_id')
  if (!hasKeys || source === profile.name) return []
  const what = 'has keys of its own beside its `role_arn`'
  return [findingOf(profile, 'aws_access_key_id', { code: 'keys-beside-role', what })]
}

/** Down the source profiles to the first with credentials of its own. */
function wayFrom(
  start: string,
  profiles: Profiles,
): { readonly names: readonly string[]; readonly isLoop: boolean } {
  const names: string[] = []
  for (let name: string | undefined = start; name !== undefined; ) {
    const isLoop = names.includes(name)
    const settings: LocatedProfile['settings'] | undefined = profiles.get(name)?.settings
    // AWS: keys end the chain wherever they are not the first profile's; its own too where it names itself.
    if (names.length > 0 && settings?.has('aws_access_key_id')) return { names, isLoop: false }
    names.push(name)
    if (isLoop) return { names, isLoop: true }
    name = settings?.has('role_arn') ? settings.get('source_profile')?.value : undefined
  }
  return { names, isLoop: false }
}

function lintKeys(profile: LocatedProfile): readonly ProfileFinding[] {
  const halves = ['aws_access_key_id', 'aws_secret_access_key'] as const
  const [only, ...others] = halves.filter((key) => profile.settings.has(key))
  if (only === undefined || others.length > 0) return []
  return [findingOf(profile, only, { code: 'half-a-key', what: `has \`${only}\` alone` })]
}

function lintDuration(profile: LocatedProfile, profiles: Profiles): readonly ProfileFinding[] {
  const written = profile.settings.get('duration_seconds')?.value
  if (written === undefined) return []
  const found = (code: ProfileRuleCode, what: string) => [
    findingOf(profile, 'duration_seconds', { code, what }),
  ]
  const seconds = /^\d+$/.test(written) ? Number(written) : Number.NaN
  if (!(seconds >= 900 && seconds <= 43_200)) {
    return found('bad-duration', 'has a `duration_seconds` that AWS does not give')
  }
  const source = profiles.get(profile.settings.get('source_profile')?.value ?? '')
  const isChained =
    source !== undefined &&
    source.name !== profile.name &&
    source.settings.has('role_arn') &&
    !source.settings.has('aws_access_key_id')
  if (!isChained || seconds <= 3600) return []
  return found('chained-duration', `asks for ${seconds} s of a role that it enters from a role`)
}

function lintEnvironment(profiles: Profiles, environment: Environment): readonly ProfileFinding[] {
  const variables = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'] as const
  const variable = variables.find((name) => environment[name])
  const named = variable === undefined ? undefined : environment[variable]
  if (variable === undefined || named === undefined) return []
  const unknown: ProfileFinding = {
    code: 'unknown-profile',
    message: `${variable} names \`${named}\`, which is in neither file`,
  }
  const both: ProfileFinding = {
    code: 'keys-and-profile',
    message: `the environment holds keys and ${variable}`,
  }
  return [
    ...(profiles.has(named) ? [] : [unknown]),
    ...(environment.AWS_ACCESS_KEY_ID && environment.AWS_SECRET_ACCESS_KEY ? [both] : []),
  ]
}

function findingOf(
  { name, place, settings }: LocatedProfile,
  key: string,
  { code, what }: { readonly code: ProfileRuleCode; readonly what: string },
): ProfileFinding {
  const at = settings.get(key) ?? place
  const { path, line, column } = at
  return {
    code,
    place: { path, line, column },
    profile: name,
    message: `profile \`${name}\` ${what}`,
  }
}

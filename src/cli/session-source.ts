import { nearestName } from '../core/index.ts'
import {
  followProfiles,
  openKeyReader,
  type PlanSource,
  type ProfileSettings,
  sharedConfigPaths,
} from '../session/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext } from './command.ts'
import { noSuchKeys } from './no-such-keys.ts'

/** The way begins with a sign-in, which would tell it later and less well. */
export async function requireSource(
  source: PlanSource,
  profiles: ReadonlyMap<string, ProfileSettings>,
  context: CommandContext,
): Promise<void> {
  const profile = profileOf(source, context)
  if (profile !== undefined) requireProfile(profile, profiles, context)
  if (source.kind !== 'keys') return
  const all = await openKeyReader(context.environment).list()
  if (!all.some((each) => each.name === source.name)) throw noSuchKeys(source.name, all)
}

/** AWS: keys in the environment win over the profile that it names. */
function profileOf(source: PlanSource, { environment }: CommandContext): string | undefined {
  if (source.kind !== 'default') return source.kind === 'profile' ? source.profile : undefined
  const hasKeys = environment.AWS_ACCESS_KEY_ID && environment.AWS_SECRET_ACCESS_KEY
  const named = environment.AWS_PROFILE || environment.AWS_DEFAULT_PROFILE
  return hasKeys || !named ? undefined : named
}

/** A profile that is there, and leads to credentials. */
function requireProfile(
  name: string,
  profiles: ReadonlyMap<string, ProfileSettings>,
  { environment }: CommandContext,
): void {
  const { config, credentials } = sharedConfigPaths(environment)
  if (!profiles.has(name)) {
    const near = nearestName(name, [...profiles.keys()])
    throw new CliError(`there is no profile \`${name}\` in ${config} or ${credentials}`, {
      remedy:
        near === undefined
          ? 'start from another with --profile; `stile profiles list` shows them'
          : `did you mean \`${near}\`?`,
    })
  }
  const chain = followProfiles(profiles, name)
  if (chain.kind === 'sound') return
  throw new CliError(chain.message, {
    remedy: 'mend it in the file: `stile profiles check` says where and how',
  })
}

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Profile, upsertProfiles, writeFileAtomically } from '../../session/index.ts'
import type { Environment } from '../environment.ts'

/** A home directory of its own, with the AWS files in it, that nothing of the real one leaks into. */
export interface TemporaryHome {
  readonly path: string
  readonly environment: Environment
  addProfile(profile: Profile): Promise<void>
  profileNames(): readonly string[]
  remove(): Promise<void>
}

export async function createTemporaryHome(settings: {
  readonly endpoint: string
  readonly region: string
  readonly searchPath: string | undefined
}): Promise<TemporaryHome> {
  const path = await mkdtemp(join(tmpdir(), 'stile-'))
  const configPath = join(path, '.aws', 'config')
  await mkdir(join(path, '.aws'), { mode: 0o700 })
  const profiles: Profile[] = []
  return {
    path,
    environment: {
      HOME: path,
      PATH: settings.searchPath,
      AWS_CONFIG_FILE: configPath,
      AWS_SHARED_CREDENTIALS_FILE: join(path, '.aws', 'credentials'),
      AWS_ENDPOINT_URL: settings.endpoint,
      AWS_REGION: settings.region,
      AWS_DEFAULT_REGION: settings.region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    addProfile: async (profile) => {
      profiles.push(withSessionName(profile, basename(path)))
      await writeFileAtomically(configPath, upsertProfiles('', profiles))
    },
    profileNames: () => profiles.map(({ name }) => name),
    remove: () => rm(path, { recursive: true, force: true }),
  }
}

/**
 * AWS: the CLI keeps assumed sessions under `~/.aws/cli/cache`, by role and session name and not by endpoint. With a
 * session name of its own, no profile gets a session that an embedded AWS of earlier gave.
 */
function withSessionName(profile: Profile, sessionName: string): Profile {
  return profile.kind === 'role' ? { sessionName, ...profile } : profile
}

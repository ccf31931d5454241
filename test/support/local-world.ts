import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalAws, type SeedAccount, startLocalAws } from '../../src/local/index.ts'
import { type Outcome, runStile } from './run-stile.ts'

export interface LocalWorld {
  readonly local: LocalAws
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  stile(...argv: readonly string[]): Promise<Outcome>
  stop(): Promise<void>
}

const administrator = {
  name: 'administrator',
  managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
}

/**
 * An embedded AWS with an administrator in each account, whose keys are in the profile `NAME-admin`, and an
 * `access.yaml` in a directory of its own.
 */
export async function startLocalWorld(settings: {
  readonly accounts: readonly Required<Pick<SeedAccount, 'id' | 'name'>>[]
  readonly accessFile: string
  readonly clock?: { readonly nowMs: () => number }
}): Promise<LocalWorld> {
  const local = await startLocalAws({
    ...(settings.clock === undefined ? {} : { clock: settings.clock }),
    seed: { accounts: settings.accounts.map((each) => ({ ...each, users: [administrator] })) },
  })
  const directory = await mkdtemp(join(tmpdir(), 'stile-world-'))
  await mkdir(join(directory, '.aws'))
  const config = settings.accounts.map(({ id, name }) => {
    const { accessKeyId, secretAccessKey } = local.userCredentials(id, administrator.name)
    return `[profile ${name}-admin]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\nregion = eu-west-1\n`
  })
  await writeFile(join(directory, '.aws/config'), config.join('\n'), { mode: 0o600 })
  await writeFile(join(directory, 'access.yaml'), settings.accessFile)
  const environment = {
    HOME: directory,
    AWS_CONFIG_FILE: join(directory, '.aws/config'),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, '.aws/credentials'),
    AWS_ENDPOINT_URL: local.url,
    AWS_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  return {
    local,
    directory,
    environment,
    stile: (...argv) => runStile(argv, { cwd: directory, environment }),
    stop: async () => {
      await local.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

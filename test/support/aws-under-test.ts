import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** Any AWS that a test can run against. */
export interface AwsUnderTest {
  readonly name: string
  readonly url: string
  /** `shared` where the first call to an account is dear: tests then clean up after themselves. */
  readonly accounts: 'fresh' | 'shared'
  readonly keysOf: (accountId: string) => Promise<Keys>
  readonly stop: () => Promise<void>
}

/** A home with profiles, as a person has it; `environment` points at it and at nothing else. */
export interface ProfileHome {
  readonly environment: Readonly<Record<string, string>>
  readonly remove: () => Promise<void>
}

export async function makeProfileHome(
  profiles: Readonly<Record<string, Keys>>,
  config = '',
): Promise<ProfileHome> {
  const directory = await mkdtemp(join(tmpdir(), 'stile-cloud-'))
  const sections = Object.entries(profiles).map(([name, keys]) =>
    [
      `[${name}]`,
      `aws_access_key_id = ${keys.accessKeyId}`,
      `aws_secret_access_key = ${keys.secretAccessKey}`,
      ...(keys.sessionToken === undefined ? [] : [`aws_session_token = ${keys.sessionToken}`]),
      '',
    ].join('\n'),
  )
  const credentialsPath = join(directory, 'credentials')
  const configPath = join(directory, 'config')
  await writeFile(credentialsPath, sections.join('\n'), { mode: 0o600 })
  await writeFile(configPath, config)
  return {
    environment: { AWS_CONFIG_FILE: configPath, AWS_SHARED_CREDENTIALS_FILE: credentialsPath },
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Environment, inheritedVariables } from './child-environment.ts'
import type { CredentialServer } from './credential-server.ts'
import type { StsEndpoint } from './sts-call.ts'

export interface ServerEnvironment {
  readonly environment: Readonly<Record<string, string>>
  /** Removes the private files. */
  readonly remove: () => Promise<void>
}

/**
 * The environment of a program that gets its credentials from the server and from nowhere else. SDKs prefer a `[default]`
 * profile to the server, so the program gets shared files of its own, which hold the region and the endpoint alone.
 */
export async function serverEnvironment(
  environment: Environment,
  { server, endpoint }: { readonly server: CredentialServer; readonly endpoint: StsEndpoint },
): Promise<ServerEnvironment> {
  const directory = await mkdtemp(join(tmpdir(), 'stile-exec-'))
  const config = join(directory, 'config')
  const credentials = join(directory, 'credentials')
  await writeFile(config, renderConfig(endpoint), { mode: 0o600 })
  await writeFile(credentials, '', { mode: 0o600 })
  return {
    environment: {
      ...inheritedVariables(environment, endpoint),
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: credentials,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: server.url,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: server.token,
      AWS_REGION: endpoint.region,
      AWS_DEFAULT_REGION: endpoint.region,
      ...(endpoint.endpointUrl === undefined ? {} : { AWS_ENDPOINT_URL: endpoint.endpointUrl }),
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}

function renderConfig({ region, endpointUrl }: StsEndpoint): string {
  const lines = ['[default]', `region = ${region}`]
  return `${[...lines, ...(endpointUrl === undefined ? [] : [`endpoint_url = ${endpointUrl}`])].join('\n')}\n`
}

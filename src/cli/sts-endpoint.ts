import { loadProfiles, type StsEndpoint } from '../session/index.ts'
import { CliError } from './cli-error.ts'
import type { OptionValues } from './command.ts'
import type { Environment } from './environment.ts'

/** Where STS is: flags win over the environment, the environment over the profile. */
export async function chooseStsEndpoint(question: {
  readonly options: OptionValues
  readonly profile: unknown
  readonly environment: Environment
}): Promise<StsEndpoint> {
  const { options, environment } = question
  const name = question.profile ?? environment.AWS_PROFILE ?? 'default'
  const settings = (await loadProfiles(environment)).get(String(name))
  const endpointUrl =
    textOf(options.endpointUrl) ||
    environment.AWS_ENDPOINT_URL_STS ||
    environment.AWS_ENDPOINT_URL ||
    settings?.get('endpoint_url')
  const region =
    textOf(options.region) ||
    environment.AWS_REGION ||
    environment.AWS_DEFAULT_REGION ||
    settings?.get('region')
  if (endpointUrl) requireUrl(endpointUrl)
  if (region) requireRegion(region)
  return { region: region || 'us-east-1', ...(endpointUrl ? { endpointUrl } : {}) }
}

/** It becomes part of a host's name: anything else could send requests elsewhere. */
function requireRegion(region: string): void {
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/i.test(region)) return
  throw new CliError(`\`${region}\` is no region`, { remedy: 'regions are called like eu-west-1' })
}

function requireUrl(url: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return
  throw new CliError(`\`${url}\` is no endpoint`, {
    remedy: 'write it as https://HOST, or http://127.0.0.1:PORT',
  })
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

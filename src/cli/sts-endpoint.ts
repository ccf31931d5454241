import { loadProfiles, type StsEndpoint } from '../session/index.ts'
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
  return { region: region || 'us-east-1', ...(endpointUrl ? { endpointUrl } : {}) }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

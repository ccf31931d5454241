import type { Partition } from '../access/index.ts'
import type { Environment, SharedConfig } from './shared-config.ts'

export type CloudService = 'iam' | 'sts'

export interface EndpointQuestion {
  readonly service: CloudService
  readonly profile: string
  /** `--endpoint-url`, which wins. */
  readonly endpointUrl?: string
}

/**
 * Where calls to a service go; undefined is AWS itself. The command line wins over the environment, the
 * environment over the profile, and in each the service's own setting over the general one.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function chooseEndpoint(
  question: EndpointQuestion,
  environment: Environment,
  config: SharedConfig,
): string | undefined {
  if (question.endpointUrl !== undefined) return question.endpointUrl
  const { service, profile } = question
  const isIgnored =
    environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ??
    config.profileSetting(profile, 'ignore_configured_endpoint_urls')
  if (isIgnored?.toLowerCase() === 'true') return undefined
  return (
    environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ??
    environment.AWS_ENDPOINT_URL ??
    config.serviceEndpoint(profile, service) ??
    config.profileSetting(profile, 'endpoint_url')
  )
}

/** The region that holds a partition's IAM, which is the same for the whole partition. */
export const iamRegions: Readonly<Record<Partition, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
}

/** The region whose STS is asked: the command line's, the account's, the environment's, the profile's, else IAM's. */
export function chooseRegion(
  question: {
    readonly profile: string
    readonly partition: Partition
    readonly wanted: string | undefined
  },
  environment: Environment,
  config: SharedConfig,
): string {
  return (
    question.wanted ??
    environment.AWS_REGION ??
    environment.AWS_DEFAULT_REGION ??
    config.profileSetting(question.profile, 'region') ??
    iamRegions[question.partition]
  )
}

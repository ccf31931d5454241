/** One account's registry in one region, and where it answers. */
export interface RegistryAddress {
  /** What Docker calls the registry: the host, with a port where it has one. */
  readonly host: string
  readonly accountId: string
  readonly region: string
}

/** An image's place. Only of a host that several accounts share is the account left out of the address. */
export interface ImageAddress extends RegistryAddress {
  readonly repository: string
  readonly tag?: string
}

/** Names of registries: AWS's, with their FIPS and dual-stack forms, and those of the embedded AWS. */
const hostForms: readonly RegExp[] = [
  /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/,
  /^(\d{12})\.dkr-ecr(?:-fips)?\.([a-z0-9-]+)\.on\.(?:aws|amazonwebservices\.com\.cn)$/,
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.localhost(?::\d+)?$/,
]

/** The registry of a host's name; undefined for a host that does not tell. */
export function parseRegistryHost(host: string): RegistryAddress | undefined {
  for (const form of hostForms) {
    const [, accountId, region] = form.exec(host) ?? []
    if (accountId !== undefined && region !== undefined) return { host, accountId, region }
  }
  return undefined
}

/** What Docker hands its helpers, without the scheme and path that older clients add. */
export function hostOfServerUrl(serverUrl: string): string {
  return serverUrl
    .trim()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '')
}

/**
 * `REGISTRY/REPOSITORY[:TAG]` as Docker writes it, or `HOST:PORT/ACCOUNT/REGION/REPOSITORY[:TAG]`, the form of the
 * embedded AWS; undefined where it is neither.
 */
export function parseImageAddress(text: string): ImageAddress | undefined {
  const slash = text.indexOf('/')
  if (slash < 1) return undefined
  const host = text.slice(0, slash)
  const [, path = '', tag] = /^(.+?)(?::([\w][\w.-]{0,127}))?$/.exec(text.slice(slash + 1)) ?? []
  const ofHost = parseRegistryHost(host)
  const [, accountId, region, inPath] =
    /^(\d{12})\/([a-z]{2}[a-z0-9-]*-\d+)\/(.+)$/.exec(path) ?? []
  const repository = ofHost === undefined ? inPath : path
  const registry = ofHost ?? (accountId && region ? { host, accountId, region } : undefined)
  if (registry === undefined || repository === undefined) return undefined
  if (!/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/.test(repository)) return undefined
  return { ...registry, repository, ...(tag === undefined ? {} : { tag }) }
}

/** The host of an account's registry on AWS. */
export function registryHost(place: Omit<RegistryAddress, 'host'>): string {
  const suffix = place.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `${place.accountId}.dkr.ecr.${place.region}.${suffix}`
}

/**
 * The hosts of the registry behind an endpoint: those of an embedded AWS, which has names of its own, or AWS's. The
 * first holds the account; the second, where there is one, is shared by all accounts of the embedded AWS.
 */
export function registryHosts(
  place: Omit<RegistryAddress, 'host'>,
  endpointUrl: string | undefined,
): readonly string[] {
  const local = endpointUrl === undefined ? undefined : loopbackHost(endpointUrl)
  if (local === undefined) return [registryHost(place)]
  const port = local.port === '' ? '' : `:${local.port}`
  return [`${place.accountId}.dkr.ecr.${place.region}.localhost${port}`, local.host]
}

/** Where an endpoint is on this machine, as the embedded AWS always is. */
export function loopbackHost(endpointUrl: string): URL | undefined {
  const url = URL.canParse(endpointUrl) ? new URL(endpointUrl) : undefined
  const isLoopback = /^(127\.[\d.]+|localhost|\[::1\]|.+\.localhost)$/.test(url?.hostname ?? '')
  return isLoopback ? url : undefined
}

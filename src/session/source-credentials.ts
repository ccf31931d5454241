import type { Environment } from './child-environment.ts'
import type { Credentials } from './credentials.ts'
import { openKeyReader } from './keychain/kept-keys.ts'
import { followProfiles } from './profile-chain.ts'
import { SessionError } from './session-error.ts'
import { loadProfiles, type ProfileSettings, sharedConfigPaths } from './shared-config.ts'
import { refusalOf, type StsEndpoint, type StsRefusal } from './sts-call.ts'

/** Where to look for the credentials that somebody already has. */
export interface SourceRequest {
  /** Named by the user: nothing else is tried then. */
  readonly profile?: string
  /** The name of kept keys, likewise. */
  readonly keys?: string
  readonly environment: Environment
  /** For profiles that assume a role themselves. */
  readonly endpoint?: StsEndpoint
  /** Asks the person for the code of an MFA device. Left out: nobody is there to ask. */
  readonly askMfaCode?: (serialNumber: string) => Promise<string>
}

export type SourceOutcome =
  | {
      readonly kind: 'credentials'
      readonly credentials: Credentials
      /** In words: ``profile `build-admin` ``, `the environment`. */
      readonly origin: string
    }
  /** Nothing there, or not usable as it is. */
  | { readonly kind: 'missing'; readonly message: string; readonly remedy?: string }
  /** A person must sign in first, or type a code. */
  | { readonly kind: 'needsPerson'; readonly message: string }
  | StsRefusal

/**
 * The credentials to start from: the kept keys or the profile that was named; else the environment's keys; else its profile or the default one; else what
 * the machine gives (web identity, container, instance). That is the order of the AWS CLI: keys in the environment win
 * over `AWS_PROFILE`.
 */
export async function loadSourceCredentials(request: SourceRequest): Promise<SourceOutcome> {
  const { environment } = request
  if (request.keys !== undefined) return fromKeptKeys(request.keys, environment)
  if (request.profile !== undefined) return fromProfile(request.profile, request)
  const keys = keysOfEnvironment(environment)
  if (keys !== undefined) {
    return { kind: 'credentials', credentials: keys, origin: 'the environment' }
  }
  const named = environment.AWS_PROFILE || environment.AWS_DEFAULT_PROFILE
  if (named !== undefined) return fromProfile(named, request)
  const hasDefault = (await loadProfiles(environment)).has('default')
  return hasDefault ? fromProfile('default', request) : fromMachine(request)
}

async function fromKeptKeys(name: string, environment: Environment): Promise<SourceOutcome> {
  const credentials = await openKeyReader(environment).get(name)
  if (credentials === undefined) {
    return { kind: 'missing', message: `no keys are kept as \`${name}\`` }
  }
  return { kind: 'credentials', credentials, origin: `the kept keys \`${name}\`` }
}

function keysOfEnvironment(environment: Environment): Credentials | undefined {
  const accessKeyId = environment.AWS_ACCESS_KEY_ID
  const secretAccessKey = environment.AWS_SECRET_ACCESS_KEY
  if (!accessKeyId || !secretAccessKey) return undefined
  const sessionToken = environment.AWS_SESSION_TOKEN
  const expiresAtMs = Date.parse(environment.AWS_CREDENTIAL_EXPIRATION ?? '')
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken ? { sessionToken } : {}),
    ...(Number.isNaN(expiresAtMs) ? {} : { expiresAtMs }),
  }
}

async function fromProfile(profile: string, request: SourceRequest): Promise<SourceOutcome> {
  const profiles = await loadProfiles(request.environment)
  const refused = refuseProfile(profile, profiles, request)
  if (refused !== undefined) return refused
  const settings = profiles.get(profile)
  const { fromIni } = await import('@aws-sdk/credential-providers')
  const paths = sharedConfigPaths(request.environment)
  const provider = fromIni({
    profile,
    filepath: paths.credentials,
    configFilepath: paths.config,
    // The files may have changed since this process last read them.
    ignoreCache: true,
    clientConfig: clientConfig(request, settings),
    ...(request.askMfaCode === undefined ? {} : { mfaCodeProvider: request.askMfaCode }),
  })
  const outcome = await resolve(provider, `profile \`${profile}\``)
  const isSignIn = settings?.has('sso_session') || settings?.has('sso_start_url')
  if (outcome.kind !== 'missing') return outcome
  if (isSignIn) {
    const what = `profile \`${profile}\` needs a sign-in at Identity Center`
    return { kind: 'needsPerson', message: `${what}: \`aws sso login --profile ${profile}\`` }
  }
  return { ...outcome, remedy: `mend \`${profile}\`: \`stile profiles check\` may say more` }
}

function refuseProfile(
  profile: string,
  profiles: ReadonlyMap<string, ProfileSettings>,
  request: SourceRequest,
): SourceOutcome | undefined {
  if (!profiles.has(profile)) {
    const paths = sharedConfigPaths(request.environment)
    const message = `there is no profile \`${profile}\` in \`${paths.config}\` or \`${paths.credentials}\``
    return { kind: 'missing', message }
  }
  const chain = followProfiles(profiles, profile)
  if (chain.kind === 'broken') return { kind: 'missing', message: chain.message }
  const serial = chain.mfaSerials[0]
  if (serial === undefined || request.askMfaCode !== undefined) return undefined
  const message = `profile \`${profile}\` needs a code of the MFA device \`${serial}\``
  return { kind: 'needsPerson', message }
}

function clientConfig(
  { endpoint, environment }: SourceRequest,
  settings: ProfileSettings | undefined,
): { readonly region: string; readonly endpoint?: string } {
  const region = endpoint?.region ?? settings?.get('region') ?? environment.AWS_REGION
  const url =
    endpoint?.endpointUrl ||
    environment.AWS_ENDPOINT_URL_STS ||
    environment.AWS_ENDPOINT_URL ||
    settings?.get('endpoint_url')
  return {
    region: region || environment.AWS_DEFAULT_REGION || 'us-east-1',
    ...(url ? { endpoint: url } : {}),
  }
}

/** What a build job, a container or an instance was given. */
async function fromMachine(request: SourceRequest): Promise<SourceOutcome> {
  const { environment } = request
  const providers = await import('@aws-sdk/credential-providers')
  const roleArn = environment.AWS_ROLE_ARN
  const webIdentityTokenFile = environment.AWS_WEB_IDENTITY_TOKEN_FILE
  if (roleArn && webIdentityTokenFile) {
    const config = clientConfig(request, undefined)
    const roleSessionName = environment.AWS_ROLE_SESSION_NAME || 'stile'
    return resolve(
      providers.fromTokenFile({
        roleArn,
        webIdentityTokenFile,
        roleSessionName,
        clientConfig: config,
      }),
      'the web identity token',
    )
  }
  const full = environment.AWS_CONTAINER_CREDENTIALS_FULL_URI
  const relative = environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
  if (full || relative) {
    return resolve(providers.fromHttp(containerSettings(environment)), 'the container')
  }
  if (environment.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return nothingFound()
  const instance = providers.fromInstanceMetadata({ timeout: 1000, maxRetries: 1 })
  // What answers there may be no metadata service at all, and on most machines nothing does.
  const outcome = await resolve(instance, 'the instance').catch(nothingFound)
  return outcome.kind === 'missing' ? nothingFound() : outcome
}

function containerSettings(environment: Environment): Readonly<Record<string, string>> {
  const settings = {
    awsContainerCredentialsFullUri: environment.AWS_CONTAINER_CREDENTIALS_FULL_URI,
    awsContainerCredentialsRelativeUri: environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI,
    awsContainerAuthorizationToken: environment.AWS_CONTAINER_AUTHORIZATION_TOKEN,
    awsContainerAuthorizationTokenFile: environment.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE,
  }
  return Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, string] => !!entry[1]),
  )
}

function nothingFound(): SourceOutcome {
  const message = 'no credentials: no profile named, no keys in the environment, no default profile'
  return { kind: 'missing', message: `${message}, and this machine gives none` }
}

/** What the SDK's providers answer. */
interface Identity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  readonly expiration?: Date | undefined
}

async function resolve(provider: () => Promise<Identity>, origin: string): Promise<SourceOutcome> {
  try {
    return { kind: 'credentials', credentials: toCredentials(await provider()), origin }
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal !== undefined) return refusal
    if (!(error instanceof Error)) throw error
    if (error.name === 'CredentialsProviderError' || error.name === 'TokenProviderError') {
      return { kind: 'missing', message: `${origin} gives no credentials: ${error.message.trim()}` }
    }
    const code = 'code' in error ? String(error.code) : error.name
    const message = `cannot get credentials from ${origin}: ${error.message || code}`
    throw new SessionError(message, { code: 'source-unreachable', cause: error })
  }
}

function toCredentials(identity: Identity): Credentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = identity
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(expiration === undefined ? {} : { expiresAtMs: expiration.getTime() }),
  }
}

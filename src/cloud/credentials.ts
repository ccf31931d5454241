import type { Environment, SharedConfig } from './shared-config.ts'

/** The SDK's own shape of credentials, so that its providers and clients fit. */
export interface SignInCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

export type CredentialsProvider = () => Promise<SignInCredentials>

export interface SignIn {
  /** The account's own profile; undefined: the environment decides. */
  readonly profile: string | undefined
  readonly region: string
  /** Where STS is, for profiles that assume a role. */
  readonly stsEndpoint: string | undefined
  /** Asks the person for the code of an MFA device. */
  readonly mfaCode?: (serialNumber: string) => Promise<string>
}

/**
 * How Stile signs in to an account: by the account's profile, else by the keys in the environment, else `AWS_PROFILE`,
 * else the SDK's chain. Keys before `AWS_PROFILE` is what the AWS CLI does. Resolved once, and again before it expires.
 */
export function findCredentials(
  signIn: SignIn,
  environment: Environment,
  config: SharedConfig,
): CredentialsProvider {
  if (signIn.profile !== undefined) return remembering(fromProfile(signIn.profile, signIn, config))
  const keys = environmentKeys(environment)
  if (keys !== undefined) return () => Promise.resolve(keys)
  const profile = environment.AWS_PROFILE ?? environment.AWS_DEFAULT_PROFILE
  if (profile !== undefined) return remembering(fromProfile(profile, signIn, config))
  return remembering(fromChain(signIn, config))
}

function environmentKeys(environment: Environment): SignInCredentials | undefined {
  const accessKeyId = environment.AWS_ACCESS_KEY_ID
  const secretAccessKey = environment.AWS_SECRET_ACCESS_KEY
  const sessionToken = environment.AWS_SESSION_TOKEN
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

function fromProfile(profile: string, signIn: SignIn, config: SharedConfig): CredentialsProvider {
  const keys = profileKeys(profile, config)
  if (keys !== undefined) return () => Promise.resolve(keys)
  return async () => {
    const { fromIni } = await import('@aws-sdk/credential-providers')
    return fromIni({ profile, ...sharedOptions(signIn, config) })()
  }
}

/** Plain keys of a profile without a role, as the SDK would find them by reading the files again for every account. */
function profileKeys(profile: string, config: SharedConfig): SignInCredentials | undefined {
  if (config.profileSetting(profile, 'role_arn') !== undefined) return undefined
  const accessKeyId = config.profileSetting(profile, 'aws_access_key_id')
  const secretAccessKey = config.profileSetting(profile, 'aws_secret_access_key')
  const sessionToken = config.profileSetting(profile, 'aws_session_token')
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

function fromChain(signIn: SignIn, config: SharedConfig): CredentialsProvider {
  return async () => {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers')
    return fromNodeProviderChain(sharedOptions(signIn, config))()
  }
}

function sharedOptions(signIn: SignIn, config: SharedConfig) {
  const { region, stsEndpoint, mfaCode } = signIn
  return {
    filepath: config.credentialsPath,
    configFilepath: config.configPath,
    ignoreCache: true,
    clientConfig: { region, ...(stsEndpoint === undefined ? {} : { endpoint: stsEndpoint }) },
    ...(mfaCode === undefined ? {} : { mfaCodeProvider: mfaCode }),
  }
}

const refreshAheadMs = 5 * 60_000

function remembering(provider: CredentialsProvider): CredentialsProvider {
  let latest: Promise<SignInCredentials> | undefined
  return async () => {
    const known = await latest?.catch(() => undefined)
    const endsAtMs = known?.expiration?.getTime() ?? Number.POSITIVE_INFINITY
    if (known !== undefined && endsAtMs - Date.now() > refreshAheadMs) return known
    latest = provider()
    return latest
  }
}

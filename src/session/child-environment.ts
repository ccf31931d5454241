import { type Credentials, neverMs } from './credentials.ts'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What a program needs to work as somebody. */
export interface SessionSettings {
  readonly credentials: Credentials
  readonly region?: string
  readonly endpointUrl?: string
}

/** Those that say where credentials come from, and hold none themselves. */
export const sourceVariables: readonly string[] = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
]

/**
 * Every variable in which some SDK or the CLI looks for credentials, old ones included. Left in place, one of them would
 * win somewhere: the JavaScript SDK prefers `AWS_PROFILE` to keys, botocore the keys.
 */
export const credentialVariables: readonly string[] = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_CREDENTIAL_FILE',
  'AWS_ACCOUNT_ID',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  ...sourceVariables,
]

/**
 * The environment of a program that shall work with these credentials and no others. With an endpoint, endpoints of
 * single services go too: they would carry the credentials elsewhere.
 */
export function childEnvironment(
  environment: Environment,
  settings: SessionSettings,
): Readonly<Record<string, string>> {
  return { ...inheritedVariables(environment, settings), ...sessionVariables(settings) }
}

/** What a program keeps of the environment that gets its credentials, region and endpoint from Stile. */
export function inheritedVariables(
  environment: Environment,
  settings: Omit<SessionSettings, 'credentials'>,
): Readonly<Record<string, string>> {
  const inherited = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !isReplaced(entry[0].toUpperCase(), settings),
  )
  return Object.fromEntries(inherited)
}

/** The variables themselves, in the order in which people write them. */
export function sessionVariables(settings: SessionSettings): Readonly<Record<string, string>> {
  const { credentials, region, endpointUrl } = settings
  const { sessionToken } = credentials
  const expiration = renderExpiration(credentials)
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    ...(expiration === undefined ? {} : { AWS_CREDENTIAL_EXPIRATION: expiration }),
    ...(region === undefined ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
    ...(endpointUrl === undefined ? {} : { AWS_ENDPOINT_URL: endpointUrl }),
  }
}

/** Undefined for credentials that never expire. */
export function renderExpiration({ expiresAtMs }: Credentials): string | undefined {
  return expiresAtMs === undefined || expiresAtMs >= neverMs ? undefined : renderTime(expiresAtMs)
}

/** ISO 8601 without fractions, which some SDKs do not read. */
export function renderTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

// Names are compared in upper case: on Windows `Aws_Profile` is the same variable.
function isReplaced(
  name: string,
  { region, endpointUrl }: Omit<SessionSettings, 'credentials'>,
): boolean {
  if (credentialVariables.includes(name)) return true
  // Of the shell around it, which assumed something else.
  if (name === 'STILE_BEFORE' || name === 'STILE_EXPIRES_AT') return true
  if (region !== undefined && (name === 'AWS_REGION' || name === 'AWS_DEFAULT_REGION')) return true
  if (endpointUrl === undefined) return false
  return name.startsWith('AWS_ENDPOINT_URL') || name === 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'
}

import type { Credentials } from './credentials.ts'
import { SessionError } from './session-error.ts'

/** The partitions that have a console. */
export type ConsolePartition = 'aws' | 'aws-cn' | 'aws-us-gov'

export type ConsoleLink =
  | { readonly kind: 'link'; readonly url: string }
  | { readonly kind: 'unavailable'; readonly because: string }

export interface SwitchRole {
  readonly partition: ConsolePartition
  readonly accountId: string
  /** With its path, with or without a leading slash: `division/reader`. */
  readonly roleName: string
  readonly displayName?: string
  /** What the role's trust asks for, if it asks. */
  readonly externalId?: string
  /** The role is entered from another role's session. */
  readonly isChained?: boolean
}

/**
 * The link with which somebody who is signed in to the console switches to the role. Works for IAM users, roles and
 * Identity Center users, not for root users.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
 */
export function switchRoleLink(role: SwitchRole): ConsoleLink {
  if (role.externalId !== undefined) {
    return {
      kind: 'unavailable',
      because: 'the console cannot give an external id, and this role asks for one',
    }
  }
  if (role.isChained === true) {
    return {
      kind: 'unavailable',
      because: 'the console switches from who one signed in as, never from another role',
    }
  }
  const query = new URLSearchParams({
    account: role.accountId,
    roleName: role.roleName.replace(/^\//, ''),
    ...(role.displayName === undefined ? {} : { displayName: role.displayName.slice(0, 64) }),
  })
  return { kind: 'link', url: `${hosts[role.partition].signIn}/switchrole?${query}` }
}

export interface FederationSignIn {
  readonly partition: ConsolePartition
  /** Where the browser lands: `consoleDestination` makes one. */
  readonly destination: string
  /** Shown as the place to go back to when the session ends. */
  readonly issuer?: string
  /** 900 to 43,200. AWS: to be left out for chained credentials, or the sign-in fails. */
  readonly sessionDurationSeconds?: number
  /** Another sign-in service than AWS's own for the partition: `http://127.0.0.1:4566`. */
  readonly signInUrl?: string
}

/**
 * A link that signs in with a role session; good for 15 minutes, and as secret as the credentials. Throws a `SessionError`
 * when the sign-in service cannot be reached or does not understand.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
 */
export async function federationLink(
  credentials: Credentials,
  signIn: FederationSignIn,
): Promise<ConsoleLink> {
  if (credentials.sessionToken === undefined) {
    return {
      kind: 'unavailable',
      because: 'federation sign-in takes a role session, not long-term keys',
    }
  }
  const federation = `${signIn.signInUrl ?? hosts[signIn.partition].signIn}/federation`
  const answer = await askForToken(federation, tokenQuery(credentials, signIn))
  if (answer.kind === 'unavailable') return answer
  const login = new URLSearchParams({
    Action: 'login',
    ...(signIn.issuer === undefined ? {} : { Issuer: signIn.issuer }),
    Destination: signIn.destination,
    SigninToken: answer.token,
  })
  return { kind: 'link', url: `${federation}?${login}` }
}

/** The console's page for a service and region, or its front page. */
export function consoleDestination(place: {
  readonly partition: ConsolePartition
  readonly service?: string
  readonly region?: string
}): string {
  const url = new URL(`${hosts[place.partition].console}/console/home`)
  if (place.service !== undefined) url.pathname = `/${encodeURIComponent(place.service)}/home`
  if (place.region !== undefined) url.searchParams.set('region', place.region)
  return url.href
}

const hosts = {
  aws: { signIn: 'https://signin.aws.amazon.com', console: 'https://console.aws.amazon.com' },
  'aws-cn': { signIn: 'https://signin.amazonaws.cn', console: 'https://console.amazonaws.cn' },
  'aws-us-gov': {
    signIn: 'https://signin.amazonaws-us-gov.com',
    console: 'https://console.amazonaws-us-gov.com',
  },
} as const satisfies Readonly<Record<ConsolePartition, { signIn: string; console: string }>>

function tokenQuery(credentials: Credentials, signIn: FederationSignIn): URLSearchParams {
  const { sessionDurationSeconds } = signIn
  return new URLSearchParams({
    Action: 'getSigninToken',
    ...(sessionDurationSeconds === undefined
      ? {}
      : { SessionDuration: String(sessionDurationSeconds) }),
    Session: JSON.stringify({
      sessionId: credentials.accessKeyId,
      sessionKey: credentials.secretAccessKey,
      sessionToken: credentials.sessionToken,
    }),
  })
}

type TokenAnswer =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'unavailable'; readonly because: string }

async function askForToken(federation: string, query: URLSearchParams): Promise<TokenAnswer> {
  const response = await request(federation, query)
  if (response.status >= 400 && response.status < 500) {
    const because = `the sign-in service refused the session (HTTP ${response.status}); has it expired, or is it a chained one with a duration?`
    return { kind: 'unavailable', because }
  }
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok || !hasToken(body)) {
    const what = `${federation} answered HTTP ${response.status} without a sign-in token`
    throw new SessionError(what, { code: 'sign-in-failed' })
  }
  return { kind: 'token', token: body.SigninToken }
}

async function request(federation: string, query: URLSearchParams): Promise<Response> {
  try {
    return await fetch(`${federation}?${query}`, {
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
    })
  } catch {
    // biome-ignore lint/style/useErrorCause: it may quote the address, which holds the credentials
    throw new SessionError(`cannot reach the sign-in service at ${federation}`, {
      code: 'endpoint-unreachable',
    })
  }
}

function hasToken(body: unknown): body is { readonly SigninToken: string } {
  if (typeof body !== 'object' || body === null || !('SigninToken' in body)) return false
  return typeof body.SigninToken === 'string' && body.SigninToken !== ''
}

import type { AssumeRoleRequest } from './assume-role.ts'
import type { StsEndpoint } from './sts-call.ts'

/** The way to a session: where one starts, and the roles to assume from there, in order. */
export interface SessionPlan {
  /** What the person calls it: a grant, an alias, a profile, or the last role's ARN. */
  readonly name: string
  readonly source: PlanSource
  /** Empty: the source's own credentials are what is wanted. */
  readonly hops: readonly RoleHop[]
  readonly endpoint: StsEndpoint
}

/** `default` starts where the AWS CLI would: the environment's keys, its profile, the default one, the machine. */
export type PlanSource =
  | { readonly kind: 'profile'; readonly profile: string }
  /** Long-term keys that Stile keeps under that name. */
  | { readonly kind: 'keys'; readonly name: string }
  | { readonly kind: 'default' }

/** What a person named to start from: `keys:NAME`, else a profile. */
export function parseSource(text: string): Exclude<PlanSource, { readonly kind: 'default' }> {
  const name = /^keys:(.*)$/.exec(text)?.[1]
  return name === undefined ? { kind: 'profile', profile: text } : { kind: 'keys', name }
}

/** What `parseSource` reads; undefined where nothing was named. */
export function renderSource(source: PlanSource): string | undefined {
  if (source.kind === 'default') return undefined
  return source.kind === 'keys' ? `keys:${source.name}` : source.profile
}

/** One `AssumeRole`. Without a session name it is made from who one is. */
export interface RoleHop extends Omit<AssumeRoleRequest, 'sessionName' | 'mfa' | 'sourceIdentity'> {
  readonly sessionName?: string
  /** `caller` sets what the session would be named by default. */
  readonly sourceIdentity?:
    | { readonly kind: 'caller' }
    | { readonly kind: 'set'; readonly value: string }
  /** The role asks for a second factor. The serial number left out: the user's device of the user's own name. */
  readonly mfa?: { readonly serialNumber?: string }
}

/** AWS: a role session that assumes a role gets one hour at most. */
export const chainedLimitSeconds = 3600

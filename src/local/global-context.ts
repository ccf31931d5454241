import type { ContextValue } from '../core/index.ts'
import type { AuthenticatedCaller } from './caller.ts'
import { findCallerHolder } from './caller-policies.ts'
import type { Call } from './operation.ts'
import { principalOrganizationContext } from './services/organizations/organization-context.ts'

/** A request context while it is put together. One key after the other: spreading objects costs more than the decision. */
export type ContextDraft = Record<string, ContextValue>

/**
 * The condition keys that every request carries.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function globalContext(call: Call): ContextDraft {
  const { caller, headers, nowMs } = call
  const { 'user-agent': userAgent, referer } = headers
  const context: ContextDraft = {
    'aws:CurrentTime': renderTime(nowMs),
    'aws:EpochTime': Math.floor(nowMs / 1000),
    'aws:SourceIp': call.sourceIp,
    'aws:SecureTransport': 'false',
    'aws:RequestedRegion': call.service === 'iam' ? 'us-east-1' : call.region,
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
  }
  if (userAgent !== undefined) context['aws:UserAgent'] = userAgent
  if (referer !== undefined) context['aws:Referer'] = referer
  if (caller.kind !== 'anonymous') addCaller(context, caller, call)
  return context
}

function addCaller(context: ContextDraft, caller: AuthenticatedCaller, call: Call): void {
  const { principal, session, accountId } = caller
  addPrincipalTags(context, caller, call)
  if (session !== undefined) addSession(context, session)
  Object.assign(context, principalOrganizationContext(call.store, accountId))
  context['aws:userid'] = caller.userId
  context['aws:PrincipalAccount'] = accountId
  context['aws:PrincipalArn'] = principal.kind === 'roleSession' ? principal.roleArn : principal.arn
  context['aws:PrincipalType'] = principalTypes[principal.kind]
  if (principal.kind === 'user') context['aws:username'] = lastSegment(principal.arn)
}

const principalTypes = {
  root: 'Account',
  user: 'User',
  roleSession: 'AssumedRole',
  federatedUser: 'FederatedUser',
} as const

function lastSegment(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

const noTags: Readonly<Record<string, string>> = {}

/** The tags of the user or role; a session tag of the same key, in any case, stands in its place. */
function addPrincipalTags(context: ContextDraft, caller: AuthenticatedCaller, call: Call): void {
  const own = findCallerHolder(call.store, caller)?.tags ?? noTags
  const ofSession = caller.session?.tags ?? noTags
  const sessionKeys = Object.keys(ofSession)
  const replaced = new Set(sessionKeys.map((key) => key.toLowerCase()))
  for (const key of Object.keys(own)) {
    if (!replaced.has(key.toLowerCase())) context[`aws:PrincipalTag/${key}`] = own[key] ?? ''
  }
  for (const key of sessionKeys) context[`aws:PrincipalTag/${key}`] = ofSession[key] ?? ''
}

/** AWS: only temporary credentials say whether there was a second factor. */
function addSession(
  context: ContextDraft,
  session: NonNullable<AuthenticatedCaller['session']>,
): void {
  const { issuedAtMs, mfaAuthenticatedAtMs, sourceIdentity, federation } = session
  if (federation !== undefined) Object.assign(context, federation)
  context['aws:TokenIssueTime'] = renderTime(issuedAtMs)
  context['aws:MultiFactorAuthPresent'] = mfaAuthenticatedAtMs === undefined ? 'false' : 'true'
  if (sourceIdentity !== undefined) context['aws:SourceIdentity'] = sourceIdentity
}

/** `2026-03-01T12:00:00Z`. */
function renderTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`
}

/** Seconds since the second factor, which grow from call to call. */
export function addMfaAge(context: ContextDraft, call: Call): void {
  const at =
    call.caller.kind === 'anonymous' ? undefined : call.caller.session?.mfaAuthenticatedAtMs
  if (at === undefined) return
  context['aws:MultiFactorAuthAge'] = Math.floor((call.nowMs - at) / 1000)
}

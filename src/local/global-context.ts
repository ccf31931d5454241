import type { ContextValue, RequestContext } from '../core/index.ts'
import type { AuthenticatedCaller, SessionFacts } from './caller.ts'
import type { Call, ServiceName } from './operation.ts'
import { rememberSecond } from './remember-second.ts'
import type { PolicyHolder } from './services/iam/entities.ts'
import { principalOrganizationContext } from './services/organizations/organization-context.ts'

/** A request context while it is put together. One key after the other: spreading objects costs more than the decision. */
export type ContextDraft = Record<string, ContextValue>

/** AWS has one endpoint of these, whatever region a call was signed for. */
const isGlobal: ReadonlySet<ServiceName> = new Set(['iam', 'organizations'])

/** Who calls, and the user or role whose tags count for them. */
export interface KnownCaller {
  readonly caller: AuthenticatedCaller
  readonly holder: PolicyHolder | undefined
}

/**
 * The condition keys that every request carries, a new draft each time; without a caller, those of an anonymous one.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function globalContext(call: Call, known?: KnownCaller): ContextDraft {
  const { headers, nowMs } = call
  const { 'user-agent': userAgent, referer } = headers
  const context: ContextDraft = {
    'aws:CurrentTime': renderTime(nowMs),
    'aws:EpochTime': Math.floor(nowMs / 1000),
    'aws:SourceIp': call.sourceIp,
    'aws:SecureTransport': 'false',
    'aws:RequestedRegion': isGlobal.has(call.service) ? 'us-east-1' : call.region,
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
  }
  if (userAgent !== undefined) context['aws:UserAgent'] = userAgent
  if (referer !== undefined) context['aws:Referer'] = referer
  if (known !== undefined) addCaller(context, known, call)
  return context
}

function addCaller(context: ContextDraft, { caller, holder }: KnownCaller, call: Call): void {
  const { principal, session, accountId } = caller
  const { kind } = principal
  context['aws:userid'] = caller.userId
  context['aws:PrincipalAccount'] = accountId
  context['aws:PrincipalArn'] = kind === 'roleSession' ? principal.roleArn : principal.arn
  context['aws:PrincipalType'] = principalTypes[kind]
  if (kind === 'user') context['aws:username'] = lastSegment(principal.arn)
  if (session !== undefined) addSession(context, session, call)
  addPrincipalTags(context, holder?.tags, session?.tags)
  addStated(context, principalOrganizationContext(call.store, accountId))
}

/** What is there already stands: what the server knows comes first. */
export function addStated(context: ContextDraft, stated: RequestContext): void {
  for (const key in stated) {
    const value = stated[key]
    if (value !== undefined) context[key] ??= value
  }
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

type Tags = Readonly<Record<string, string>>

/** The tags of the user or role; a session tag of the same key, in any case, stands in its place. */
function addPrincipalTags(
  context: ContextDraft,
  own: Tags | undefined,
  ofSession: Tags | undefined,
): void {
  const replaced = new Set<string>()
  for (const key in ofSession) {
    replaced.add(key.toLowerCase())
    context[`aws:PrincipalTag/${key}`] = ofSession[key] ?? ''
  }
  for (const key in own) {
    if (!replaced.has(key.toLowerCase())) context[`aws:PrincipalTag/${key}`] = own[key] ?? ''
  }
}

/** AWS: only temporary credentials say whether there was a second factor. */
function addSession(context: ContextDraft, session: SessionFacts, { nowMs }: Call): void {
  const { issuedAtMs, mfaAuthenticatedAtMs, sourceIdentity, federation } = session
  context['aws:TokenIssueTime'] = renderIssueTime(issuedAtMs)
  context['aws:MultiFactorAuthPresent'] = mfaAuthenticatedAtMs === undefined ? 'false' : 'true'
  if (mfaAuthenticatedAtMs !== undefined) {
    // Seconds, which grow from call to call.
    context['aws:MultiFactorAuthAge'] = Math.floor((nowMs - mfaAuthenticatedAtMs) / 1000)
  }
  if (sourceIdentity !== undefined) context['aws:SourceIdentity'] = sourceIdentity
  if (federation !== undefined) addStated(context, federation)
}

/** `2026-03-01T12:00:00Z`. */
const renderTime = rememberSecond(isoSeconds)

function isoSeconds(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`
}

/** Another second than the call's. */
const renderIssueTime = rememberSecond(isoSeconds)

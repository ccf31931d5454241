import type { RequestContext } from '../core/index.ts'
import type { AuthenticatedCaller } from './caller.ts'
import { findCallerHolder } from './caller-policies.ts'
import type { Call } from './operation.ts'
import { principalOrganizationContext } from './services/organizations/organization-context.ts'

/**
 * The condition keys that every request carries.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function globalContext(call: Call): RequestContext {
  const { caller, headers, nowMs } = call
  const { 'user-agent': userAgent, referer } = headers
  return {
    'aws:CurrentTime': `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
    'aws:EpochTime': Math.floor(nowMs / 1000),
    'aws:SourceIp': call.sourceIp,
    'aws:SecureTransport': 'false',
    'aws:RequestedRegion': call.service === 'iam' ? 'us-east-1' : call.region,
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
    ...(userAgent === undefined ? {} : { 'aws:UserAgent': userAgent }),
    ...(referer === undefined ? {} : { 'aws:Referer': referer }),
    ...(caller.kind === 'anonymous' ? {} : callerContext(caller, call)),
  }
}

function callerContext(caller: AuthenticatedCaller, call: Call): RequestContext {
  const { principal, session, accountId } = caller
  const name = principal.kind === 'user' ? lastSegment(principal.arn) : undefined
  return {
    ...principalTags(caller, call),
    ...(session === undefined ? {} : sessionContext(session)),
    ...principalOrganizationContext(call.store, accountId),
    'aws:userid': caller.userId,
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalArn': principal.kind === 'roleSession' ? principal.roleArn : principal.arn,
    'aws:PrincipalType': principalTypes[principal.kind],
    ...(name === undefined ? {} : { 'aws:username': name }),
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

/** The tags of the user or role; a session tag of the same key, in any case, stands in its place. */
function principalTags(caller: AuthenticatedCaller, call: Call): RequestContext {
  const own = findCallerHolder(call.store, caller)?.tags ?? {}
  const ofSession = caller.session?.tags ?? {}
  const replaced = new Set(Object.keys(ofSession).map((key) => key.toLowerCase()))
  const kept = Object.entries(own).filter(([key]) => !replaced.has(key.toLowerCase()))
  const tags = [...kept, ...Object.entries(ofSession)]
  return Object.fromEntries(tags.map(([key, value]) => [`aws:PrincipalTag/${key}`, value]))
}

/** AWS: only temporary credentials say whether there was a second factor. */
function sessionContext(session: NonNullable<AuthenticatedCaller['session']>): RequestContext {
  const { issuedAtMs, mfaAuthenticatedAtMs, sourceIdentity, federation } = session
  const issued = `${new Date(issuedAtMs).toISOString().slice(0, 19)}Z`
  return {
    ...federation,
    'aws:TokenIssueTime': issued,
    'aws:MultiFactorAuthPresent': mfaAuthenticatedAtMs === undefined ? 'false' : 'true',
    ...(sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': sourceIdentity }),
  }
}

/** Seconds since the second factor, which grow from call to call. */
export function mfaAgeContext(call: Call): RequestContext {
  const at =
    call.caller.kind === 'anonymous' ? undefined : call.caller.session?.mfaAuthenticatedAtMs
  if (at === undefined) return {}
  return { 'aws:MultiFactorAuthAge': Math.floor((call.nowMs - at) / 1000) }
}

import type { Decision, PolicyLayers, Request, RequestContext } from '../core/index.ts'
import { authorize, emptyLayers } from '../core/index.ts'
import type { Grant } from './access-file.ts'
import { firstAddress } from './prove-addresses.ts'
import { tagsToSend, trialSourceIdentity } from './prove-carried.ts'
import type { ProvedRole } from './prove-world.ts'
import { compileDocument } from './prove-world.ts'
import type { TrialCaller } from './trial-caller.ts'
import { trustPolicy } from './trust-policy.ts'

/** One attempt to get a session of a role. `context` is the request's own; a caller's token claims are added. */
export interface EntryAttempt {
  readonly caller: TrialCaller
  readonly role: ProvedRole
  readonly context: RequestContext
}

/** The request that decided, with what it was decided by. */
export interface EntryOutcome {
  readonly isIn: boolean
  readonly request: Request
  readonly layers: PolicyLayers
  readonly decision: Decision
}

/**
 * Whether an attempt gets in. Session tags and a source identity are actions of their own besides the assuming;
 * the first that is refused decides.
 */
export function tryToEnter(attempt: EntryAttempt): EntryOutcome {
  const layers: PolicyLayers = {
    ...emptyLayers,
    identity: attempt.caller.identity,
    boundary: attempt.caller.boundary,
    resource: attempt.role.trust,
  }
  const [first, ...others] = actionsOf(attempt)
  let outcome = decideAction(attempt, layers, first)
  for (const action of others) {
    if (!outcome.isIn) return outcome
    const next = decideAction(attempt, layers, action)
    if (!next.isIn) outcome = next
  }
  return outcome
}

/** The request context in which all that a grant demands is met. */
export function metContext(grant: Grant, caller: TrialCaller, nowMs: number): RequestContext {
  const { externalId, mfa, sourceIp } = grant.require
  const address = firstAddress(sourceIp)
  const identity = sourceIdentityOf(grant, caller)
  const carriedKeys = Object.keys(caller.carried?.tags ?? {})
  const transitive = new Set([...carriedKeys, ...grant.session.transitiveTags])
  return {
    'aws:CurrentTime': new Date(nowMs).toISOString(),
    ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
    // AWS: the session of a role carries none, whoever asked for it and how.
    ...(mfa && caller.principal.kind === 'user' ? { 'aws:MultiFactorAuthPresent': 'true' } : {}),
    ...(address === undefined ? {} : { 'aws:SourceIp': address }),
    ...tagContext(tagsToSend(grant, caller.carried)),
    ...(transitive.size === 0 ? {} : { 'sts:TransitiveTagKeys': [...transitive] }),
    ...(identity === undefined ? {} : { 'sts:SourceIdentity': identity }),
  }
}

/** What the request says of the session tags that it asks for; nothing for none. */
export function tagContext(tags: Readonly<Record<string, string>>): RequestContext {
  const entries = Object.entries(tags)
  if (entries.length === 0) return {}
  const values = entries.map(([key, value]) => [`aws:RequestTag/${key}`, value] as const)
  return { ...Object.fromEntries(values), 'aws:TagKeys': Object.keys(tags) }
}

function sourceIdentityOf(grant: Grant, caller: TrialCaller): string | undefined {
  if (caller.carried?.sourceIdentity !== undefined) return caller.carried.sourceIdentity
  if (grant.session.sourceIdentity === undefined) return undefined
  const { principal } = caller
  const isUser = grant.session.sourceIdentity === 'caller' && principal.kind === 'user'
  return isUser ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1) : trialSourceIdentity
}

type Actions = readonly [string, ...string[]]

function actionsOf({ caller, context }: EntryAttempt): Actions {
  const isFederated = caller.principal.kind === 'federated'
  return [
    isFederated ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole',
    ...('aws:TagKeys' in context ? ['sts:TagSession'] : []),
    ...('sts:SourceIdentity' in context ? ['sts:SetSourceIdentity'] : []),
  ]
}

function decideAction(attempt: EntryAttempt, layers: PolicyLayers, action: string): EntryOutcome {
  const { caller, role, context } = attempt
  const request: Request = {
    principal: caller.principal,
    action,
    resource: role.desired.arn,
    resourceAccount: role.desired.account.id,
    context: { ...keysOf(action, context), ...caller.context },
  }
  const decision = authorize(request, layers)
  return { isIn: decision.kind === 'allow', request, layers, decision }
}

/** AWS: the external id is no key of the other two actions. */
function keysOf(action: string, context: RequestContext): RequestContext {
  if (action.startsWith('sts:AssumeRole')) return context
  const others = Object.entries(context).filter(([key]) => key !== 'sts:ExternalId')
  return Object.fromEntries(others)
}

/** The grants on the role that by themselves let the attempt in. */
export function admittingGrants(attempt: EntryAttempt): readonly Grant[] {
  const { desired } = attempt.role
  return desired.grants.filter((grant) => {
    const trust = compileDocument(trustPolicy([grant], desired.account), {
      type: 'trust',
      label: attempt.role.trust.label,
    })
    return tryToEnter({ ...attempt, role: { ...attempt.role, trust } }).isIn
  })
}

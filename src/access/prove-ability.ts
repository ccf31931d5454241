import { expandActions, patternsIntersect } from '../catalog/index.ts'
import type { AccountId, CompiledPolicy, PolicyLayers, Request } from '../core/index.ts'
import {
  authorize,
  compileGlob,
  deriveContext,
  emptyLayers,
  parseAccountId,
} from '../core/index.ts'
import type { Expectation, Grant } from './access-file.ts'
import { isOfFile, possiblePolicies } from './possible-policies.ts'
import { firstAddress } from './prove-addresses.ts'
import { roleByArn } from './prove-lookups.ts'
import { findPossibleAllow, findUnsettledAllow } from './prove-pattern.ts'
import { reasonOf } from './prove-reason.ts'
import type { ProofWorld, ProvedRole } from './prove-world.ts'
import { compileDocument } from './prove-world.ts'
import type { TrialCaller } from './trial-caller.ts'
import { keeper, ofWorld } from './world-facts.ts'

/** Somebody whose own permissions an expectation is about: a principal, or a session that a grant gives. */
export interface Actor {
  readonly caller: TrialCaller
  /** Of a session: its role, and the grant by which it was entered. */
  readonly role?: ProvedRole
  readonly grant?: Grant
}

/** `unproved` is a no that does not hold for certain. */
export interface Ability {
  readonly kind: 'can' | 'cannot' | 'unproved'
  readonly detail: string
  readonly side: 'principal' | 'resource'
}

/** Whether an actor may do what an expectation names; for a pattern, whether it may do anything that matches. */
export function abilityOf(world: ProofWorld, actor: Actor, asked: Expectation): Ability {
  return isOpenAsk(asked)
    ? patternAbility(world, actor, asked)
    : requestAbility(world, actor, asked)
}

/**
 * Those of the actors for whom `abilityOf` is not a `cannot` for certain: of the others, nothing that they hold speaks
 * of what is asked about. Calls of STS may be allowed by others: by a role's trust, or by AWS.
 */
export function perhapsAble<A extends Actor>(
  world: ProofWorld,
  asked: Expectation,
  actors: readonly A[],
): readonly A[] {
  if (!isOpenAsk(asked) && /^sts:/i.test(asked.action)) return actors
  const possible = possiblePolicies(world, asked)
  return actors.filter(
    ({ caller, role }) =>
      (role !== undefined && role.unknownPolicies.length > 0) ||
      caller.identity.some((policy) => possible.has(policy) || !isOfFile(world, policy)),
  )
}

/** Whether an expectation is about all that patterns match: `*` alone is a resource to `can`, and all of them to `cannot`. */
export function isOpenAsk({ kind, action, resource }: Expectation): boolean {
  return kind === 'cannot' && (/[*?]/.test(action) || /[*?]/.test(resource))
}

/** The account that owns a resource by its ARN; undefined for `*` and for buckets, whose ARNs do not tell. */
export function ownerOf(resource: string): AccountId | undefined {
  return parseAccountId(resource.split(':')[4] ?? '')
}

function requestAbility(world: ProofWorld, actor: Actor, asked: Expectation): Ability {
  const { request, layers } = questionOf(world, actor, asked)
  const decision = authorize(request, layers)
  const reason = reasonOf(world, { request, layers, decision })
  const { detail, side = 'principal' } = reason
  if (decision.kind === 'allow') return { kind: 'can', detail, side }
  if (decision.kind === 'explicitDeny') return { kind: 'cannot', detail, side }
  const doubt = doubtAbout(actor, asked, request)
  return doubt === undefined
    ? { kind: 'cannot', detail, side }
    : { kind: 'unproved', detail: doubt, side: 'principal' }
}

/** Why a refusal may not hold for every such request. A `can` that is refused is refused whatever the doubt. */
function doubtAbout(actor: Actor, asked: Expectation, request: Request): string | undefined {
  if (asked.kind === 'can') return undefined
  const { boundary, identity } = actor.caller
  if (boundary !== null && findPossibleAllow(boundary, asked) === undefined) return undefined
  const unknown = actor.role?.unknownPolicies ?? []
  if (unknown.length > 0) return unknownPolicyText(unknown)
  const unsettled = findUnsettledAllow(identity, asked, knownKeys(request))
  if (unsettled === undefined) return undefined
  const { policy, statement, key } = unsettled
  const sid = statement.sid === undefined ? '' : ` (${statement.sid})`
  return `cannot be proved: ${policy.label}${sid} may allow it, depending on ${key}; say by \`when:\` which value is meant`
}

/** The condition keys whose values are settled, present or absent, in lower case. */
function knownKeys({ context, principal }: Request): ReadonlySet<string> {
  const keys = [...Object.keys(context), ...Object.keys(deriveContext(principal)), ...settledKeys]
  return new Set(keys.map((key) => key.toLowerCase()))
}

/** Keys that a session either has by its grant or has not at all. */
const settledKeys = [
  'aws:ResourceAccount',
  'aws:username',
  'aws:userid',
  'aws:MultiFactorAuthPresent',
  'aws:MultiFactorAuthAge',
  'aws:SourceIdentity',
]

function patternAbility(world: ProofWorld, actor: Actor, asked: Expectation): Ability {
  const limits = actor.caller.boundary
  const none = `no statement that ${actor.caller.words} holds can match`
  if (limits !== null && findPossibleAllow(limits, asked) === undefined) {
    return { kind: 'cannot', detail: 'the permissions boundary allows no match', side: 'principal' }
  }
  const found = findPossibleAllow(actor.caller.identity, asked)
  if (found === undefined) {
    const unknown = actor.role?.unknownPolicies ?? []
    return unknown.length === 0
      ? { kind: 'cannot', detail: none, side: 'principal' }
      : { kind: 'unproved', detail: unknownPolicyText(unknown), side: 'principal' }
  }
  const example = exampleOf(asked, found.statement)
  const ability = requestAbility(world, actor, { ...asked, ...example })
  if (ability.kind === 'can') {
    const detail = `for example \`${example.action}\` on \`${example.resource}\`: ${ability.detail}`
    return { ...ability, detail }
  }
  const sid = found.statement.sid === undefined ? '' : `, statement ${found.statement.sid}`
  const detail = `cannot be proved: ${found.policy.label}${sid} overlaps with it, and patterns and conditions do not tell whether anything matches both`
  return { kind: 'unproved', detail, side: 'principal' }
}

/** One action and resource that match what was asked, as near to the statement as simple means get. */
function exampleOf(
  asked: Expectation,
  statement: { readonly action: CompiledPolicy['policy']['statements'][number]['action'] },
): { readonly action: string; readonly resource: string } {
  const { negated, patterns } = statement.action
  const tests = patterns
    .map((pattern) => pattern.toLowerCase())
    .filter((pattern) => patternsIntersect(pattern, asked.action.toLowerCase()))
    .map((pattern) => compileGlob(pattern))
  const isMatched = (action: string) => tests.some((test) => test(action.toLowerCase())) !== negated
  const action = expandActions(asked.action).find(isMatched) ?? asked.action
  const resource = asked.resource === '*' ? '*' : asked.resource.replace(/[*?]/g, 'x')
  return { action, resource }
}

/** The request that is asked about, and every policy that the file lets one know of. */
export function questionOf(
  world: ProofWorld,
  actor: Actor,
  asked: Pick<Expectation, 'action' | 'resource' | 'when'>,
): { readonly request: Request; readonly layers: PolicyLayers } {
  const request = requestOf(world, actor, asked)
  return { request, layers: layersOf(world, actor, request) }
}

function requestOf(
  world: ProofWorld,
  { caller, grant }: Actor,
  asked: Pick<Expectation, 'action' | 'resource' | 'when'>,
): Request {
  const { principal } = caller
  const own = 'accountId' in principal ? principal.accountId : undefined
  const resourceAccount = ownerOf(asked.resource) ?? own
  if (resourceAccount === undefined) throw new Error('bug: an actor without an account')
  return {
    principal,
    action: asked.action,
    resource: asked.resource,
    resourceAccount,
    context: {
      'aws:CurrentTime': new Date(world.nowMs).toISOString(),
      ...(grant === undefined ? {} : sessionContext(grant)),
      ...asked.when,
    },
  }
}

/** What a session carries because its grant demanded it. */
function sessionContext({ require, session }: Grant): Request['context'] {
  const address = firstAddress(require.sourceIp)
  const tags = Object.entries(session.tags)
  return {
    ...(address === undefined ? {} : { 'aws:SourceIp': address }),
    ...(require.mfa ? { 'aws:MultiFactorAuthPresent': 'true' } : {}),
    ...(session.sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': 'stile-check' }),
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  }
}

function layersOf(world: ProofWorld, { caller }: Actor, request: Request): PolicyLayers {
  return {
    ...emptyLayers,
    identity: caller.identity,
    boundary: caller.boundary,
    resource: resourcePolicyOf(world, caller, request),
  }
}

/**
 * The policy of the resource: a declared role's trust; otherwise it is not known and taken not to stand in the way: to
 * admit callers from elsewhere, and to leave its own account to identity-based policies.
 */
function resourcePolicyOf(
  world: ProofWorld,
  { principal }: TrialCaller,
  request: Request,
): CompiledPolicy | null {
  const role = roleByArn(world, request.resource)
  if (role !== undefined && /^sts:/i.test(request.action)) return role.trust
  const isOwn = 'accountId' in principal && principal.accountId === request.resourceAccount
  if (isOwn && !/^(?:kms|sts):/i.test(request.action)) return null
  return openPolicy(world, request.resource, isOwn ? request.resourceAccount : '*')
}

function openPolicy(world: ProofWorld, resource: string, admitted: string): CompiledPolicy {
  const statement = { Effect: 'Allow', Principal: { AWS: admitted }, Action: '*', Resource: '*' }
  return openPolicies(world).keep(`${admitted}\n${resource}`, () =>
    compileDocument(
      { Version: '2012-10-17', Statement: [statement] },
      { type: 'resource', label: `the policy of ${resource}, taken to allow it` },
    ),
  )
}

const openPolicies = ofWorld(() => keeper<CompiledPolicy>(1024))

function unknownPolicyText(arns: readonly string[]): string {
  return `cannot be proved: what ${arns.join(', ')} allows is not in the file; write it as statements`
}

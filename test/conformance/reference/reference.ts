import { type Caller, callerOf, lookupOf } from './caller.ts'
import { type Answer, type Document, partsOf, type ReferenceScenario, some } from './document.ts'
import { askGrants } from './grant.ts'
import type { Naming } from './principal.ts'
import { askNameless, askNaming, type Question, type Word } from './statement.ts'

export type ReferenceDecision = 'allow' | 'explicitDeny' | 'implicitDeny'

/** `settled` is false where AWS's pages leave the decision open; then it is the stricter one. */
export interface ReferenceAnswer {
  readonly decision: ReferenceDecision
  readonly settled: boolean
}

/**
 * What AWS's pages say of a request, page by page and slowly: a second opinion for the engine,
 * written without looking at it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function decideByThePages(scenario: ReferenceScenario): ReferenceAnswer {
  const caller = callerOf(scenario.request.principal)
  const words = hear(scenario, caller)
  const decision = decide({ scenario, caller, words, reading: 'strict' })
  const other = decide({ scenario, caller, words, reading: 'lax' })
  return { decision, settled: decision === other }
}

/** How to take what is unsaid: against the caller, or for it. */
type Reading = 'strict' | 'lax'

interface Hearing {
  readonly scenario: ReferenceScenario
  readonly caller: Caller
  readonly words: Words
  readonly reading: Reading
}

interface Words {
  readonly identity: readonly Word[]
  readonly boundary: readonly Word[] | null
  readonly session: readonly Word[] | null
  readonly resource: Word | null
  readonly scp: readonly (readonly Word[])[]
  readonly rcp: readonly (readonly Word[])[]
  readonly vpce: readonly Word[] | null
  readonly grants: ReadonlyMap<Naming, Answer>
}

function decide(hearing: Hearing): ReferenceDecision {
  const { scenario, caller, words, reading } = hearing
  if (isAlwaysTold(hearing)) return 'allow'
  const isDenial = (answer: Answer): boolean =>
    answer === 'yes' || (answer === 'unsaid' && reading === 'strict')
  const all = [
    ...words.identity,
    ...(words.boundary ?? []),
    ...(words.session ?? []),
    ...(words.resource === null || keepsBucketPolicy(hearing) ? [] : [words.resource]),
    ...words.scp.flat(),
    ...words.rcp.flat(),
    ...(words.vpce ?? []),
  ]
  // Whether a deny of GetSessionToken holds, the pages contradict each other.
  const isOpen = isFreeToAll(hearing) && reading === 'lax'
  if (!isOpen && all.some((word) => isDenial(word.denies))) return 'explicitDeny'
  if (!mayCallAtAll(hearing)) return 'implicitDeny'
  const isGranted =
    isFreeToAll(hearing) ||
    (caller.account === scenario.request.resourceAccount
      ? isGrantedWithin(hearing)
      : isGrantedAcross(hearing))
  return isWithinGuardrails(hearing) && isGranted ? 'allow' : 'implicitDeny'
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
function isAlwaysTold({ scenario, caller }: Hearing): boolean {
  const isKnown = caller.kind !== 'anonymous' && caller.kind !== 'web'
  return isKnown && scenario.request.action.toLowerCase() === 'sts:getcalleridentity'
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html */
function isFreeToAll({ scenario, caller }: Hearing): boolean {
  const isLongTerm = caller.kind === 'user' || caller.kind === 'root'
  return isLongTerm && scenario.request.action.toLowerCase() === 'sts:getsessiontoken'
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html */
function keepsBucketPolicy({ scenario: { request }, caller }: Hearing): boolean {
  const isOwner = caller.kind === 'root' && caller.account === request.resourceAccount
  return isOwner && /^s3:(get|put|delete)bucketpolicy$/i.test(request.action)
}

function isAllow({ reading }: Hearing, answer: Answer): boolean {
  return answer === 'yes' || (answer === 'unsaid' && reading === 'lax')
}

function hear(scenario: ReferenceScenario, caller: Caller): Words {
  const { request, policies, managementAccount } = scenario
  const { action, resource } = request
  const hasBoundary = policies.boundary !== null
  const lookup = lookupOf(scenario, caller)
  const question: Question = { caller, action, resource, lookup, hasBoundary }
  const nameless = (documents: readonly Document[]): readonly Word[] =>
    documents.map((document) => askNameless(document, question))
  const naming = (documents: readonly Document[]): readonly Word[] =>
    documents.map((document) => askNaming(document, question))
  const isServiceLinked = caller.behind?.includes(':role/aws-service-role/') ?? false
  const service = action.toLowerCase().split(':')[0] ?? ''
  const isBoundByRcp =
    ['s3', 'sts', 'kms', 'sqs', 'secretsmanager'].includes(service) &&
    action.toLowerCase() !== 'kms:retiregrant' &&
    !isServiceLinked &&
    request.resourceAccount !== managementAccount &&
    !(service === 'kms' && hasAliasOfAws(lookup('kms:resourcealiases')))
  const isBoundByScp =
    caller.account !== '' && !isServiceLinked && caller.account !== managementAccount
  const isOfKey = service === 'kms' && resource.includes(':key/')
  return {
    identity: nameless(policies.identity),
    boundary: policies.boundary === null ? null : nameless(policies.boundary),
    session: policies.session === null ? null : nameless(policies.session),
    resource: policies.resource === null ? null : askNaming(policies.resource, question),
    scp: isBoundByScp ? policies.scp.map(nameless) : [],
    rcp: isBoundByRcp ? policies.rcp.map(naming) : [],
    vpce: policies.vpce === null ? null : naming(policies.vpce),
    grants: askGrants(isOfKey ? (policies.grants ?? []) : [], question),
  }
}

/** Of a key that AWS manages: RCPs do not bind it. */
function hasAliasOfAws(aliases: readonly string[] | undefined): boolean {
  return aliases?.some((alias) => alias.startsWith('alias/aws/')) ?? false
}

/**
 * What no policy can change: root users assume no roles, GetFederationToken sessions call
 * neither IAM nor STS, those of GetSessionToken little of them, and whom a provider vouches for assumes a role first.
 * Nobody reaches another partition.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
 */
function mayCallAtAll({ scenario, caller }: Hearing): boolean {
  const { resource } = scenario.request
  const action = scenario.request.action.toLowerCase()
  const partition = partsOf(caller.arn)?.[1]
  if (caller.account !== '' && resource !== '*' && partition !== partsOf(resource)?.[1])
    return false
  const isToken = /^sts:get(session|federation)token$/.test(action)
  if (caller.kind === 'session' && isToken) return false
  const lookup = lookupOf(scenario, caller)
  const isOfUser = caller.kind === 'user' || caller.kind === 'root'
  if (isOfUser && lookup('aws:tokenissuetime') !== undefined) {
    const hasMfa = lookup('aws:multifactorauthpresent')?.[0] === 'true'
    const isAssumedRoot = lookup('aws:assumedroot')?.[0] === 'true'
    if (isToken || (action.startsWith('iam:') && !hasMfa && !isAssumedRoot)) return false
  }
  const isWeb = action === 'sts:assumerolewithwebidentity' || action === 'sts:assumerolewithsaml'
  if (isWeb) return caller.kind === 'web'
  if (caller.kind === 'web') return /^sts:(tagsession|setsourceidentity|setcontext)$/.test(action)
  if (caller.kind === 'root') return action !== 'sts:assumerole'
  return caller.kind !== 'federatedUser' || !/^(iam|sts):/.test(action)
}

/** Every level of the organization has to allow; an endpoint policy too. RCPs can only deny. */
function isWithinGuardrails(hearing: Hearing): boolean {
  const { words } = hearing
  return (
    words.scp.every((level) => level.some((word) => isAllow(hearing, word.allows))) &&
    (words.vpce === null || words.vpce.some((word) => isAllow(hearing, word.allows)))
  )
}

/** Identity-based policies, within the boundary, within the session policy. */
function isIdentityAllowed(hearing: Hearing): boolean {
  const { words, caller } = hearing
  if (caller.kind === 'root') return true
  return (
    words.identity.some((word) => isAllow(hearing, word.allows)) && isWithinImplicitLimits(hearing)
  )
}

function isWithinImplicitLimits(hearing: Hearing): boolean {
  const { words, caller } = hearing
  if (caller.kind === 'federatedUser' && words.session === null) return false
  return [words.boundary, words.session].every(
    (limit) => limit === null || limit.some((word) => isAllow(hearing, word.allows)),
  )
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html */
function isGrantedAcross(hearing: Hearing): boolean {
  const { words, caller } = hearing
  const byGrant = some([...words.grants.values()])
  const isByPolicy = words.resource !== null && isAllow(hearing, words.resource.allows)
  if (!isByPolicy && !isAllow(hearing, byGrant)) return false
  // Whether a grant suffices without an identity-based allow, the pages do not say.
  if (isAllow(hearing, byGrant) && isAllow(hearing, 'unsaid')) return true
  return caller.account === '' || isIdentityAllowed(hearing)
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html */
function isGrantedWithin(hearing: Hearing): boolean {
  const { words, scenario } = hearing
  const by = words.resource?.allowsBy
  const isNamed = (naming: Parameters<NonNullable<typeof by>['get']>[0]): boolean =>
    isAllow(hearing, by?.get(naming) ?? 'no')
  if (isNamed('caller itself') || isNamed('everyone with its ARN')) return true
  if (isNamed('who stands behind') && isWithinImplicitLimits(hearing)) return true
  // Whether implicit denies limit what a plain wildcard grants, the pages do not say.
  if (isNamed('everyone') && (isWithinImplicitLimits(hearing) || isAllow(hearing, 'unsaid')))
    return true
  const grant = some([
    words.grants.get('caller itself') ?? 'no',
    words.grants.get('who stands behind') ?? 'no',
  ])
  // Nor whether they limit what a grant allows.
  if (isAllow(hearing, grant) && (isWithinImplicitLimits(hearing) || isAllow(hearing, 'unsaid')))
    return true
  const action = scenario.request.action.toLowerCase()
  const needsOwnPolicy =
    /^arn:aws:kms:[^:]*:[^:]*:key\//.test(scenario.request.resource) ||
    /^sts:(assumerole|tagsession|setsourceidentity)/.test(action)
  const ofAccount = isAllow(hearing, words.grants.get('its account') ?? 'no')
  if (needsOwnPolicy && !isNamed('its account') && !ofAccount) return false
  return isIdentityAllowed(hearing)
}

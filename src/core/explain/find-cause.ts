import type { Decision, StatementRef } from '../evaluate/decision.ts'
import type { Request } from '../evaluate/request.ts'
import type { PolicyType } from '../policy/policy.ts'
import { unreachable } from '../unreachable.ts'
import type { Cause, LayerTrace, StatementTrace } from './explanation.ts'

/** What each layer's document is called: one of them, and all of them where there can be several. */
const documents: Readonly<Record<PolicyType, { readonly one: string; readonly all: string }>> = {
  identity: { one: 'the identity-based policy', all: 'the identity-based policies' },
  boundary: { one: 'the permissions boundary', all: 'the permissions boundary' },
  session: { one: 'the session policy', all: 'the session policies' },
  scp: { one: 'the service control policy', all: 'the service control policies' },
  rcp: { one: 'the resource control policy', all: 'the resource control policies' },
  vpce: { one: 'the VPC endpoint policy', all: 'the VPC endpoint policy' },
  resource: { one: 'the resource-based policy', all: 'the resource-based policy' },
  trust: { one: 'the trust policy', all: 'the trust policy' },
}

/** On which side, and in which document, a denial rests; undefined for an allow. */
export function findCause(
  request: Request,
  decision: Decision,
  layers: readonly LayerTrace[],
): Cause | undefined {
  switch (decision.kind) {
    case 'allow':
      return undefined
    case 'explicitDeny': {
      const place = placeOf(request, decision.by[0]?.layer ?? 'identity')
      const own = decision.by.filter((ref) => ref.layer === place.layer)
      const text = own.map(
        (ref) => `${nameOne(place, ref.policy)} denies it in ${nameStatement(ref)}`,
      )
      return { ...place, text: text.join('; ') }
    }
    case 'implicitDeny': {
      const place = placeOf(request, decision.missing)
      const ruled = decision.rule === undefined ? undefined : ruleTexts[decision.rule]
      return { ...place, text: ruled ?? describeMissing(place, request, layers) }
    }
    default:
      return unreachable(decision)
  }
}

const ruleTexts: Readonly<Partial<Record<string, string>>> = {
  rootCannotAssumeRoles: 'a root user cannot assume roles: let a user or a role do it',
  federatedUserCannotCall:
    'a session of GetFederationToken cannot call IAM, nor STS but for GetCallerIdentity',
  onlyFederatedPrincipals: 'this action is for callers that an identity provider vouches for',
  providersOnlyAssumeRoles:
    'whom an identity provider vouches for has to assume a role first, by AssumeRoleWithWebIdentity or AssumeRoleWithSAML',
  sessionsGetNoTokens:
    'a session cannot ask for session tokens: only users and root users can, with their long-term keys',
  sessionTokenWithoutMfa: 'a session of GetSessionToken without MFA cannot call IAM',
  otherPartition: 'an account belongs to one partition and reaches nothing in another',
  federatedUserWithoutSessionPolicy:
    'a session of GetFederationToken without a session policy has no permissions of its own',
}

type Place = Omit<Cause, 'text'>

function placeOf(request: Request, layer: PolicyType): Place {
  const isResource = layer === 'resource' || layer === 'trust' || layer === 'rcp'
  const { principal } = request
  const own = 'accountId' in principal ? principal.accountId : ''
  const account = isResource ? request.resourceAccount : own
  const side = isResource ? 'resource' : 'principal'
  return { side, account, layer, document: `${documents[layer].all}${inAccount(account)}` }
}

function inAccount(account: string): string {
  return account === '' ? '' : ` in ${account}`
}

/** A resource has one policy of its own; elsewhere the label tells which. */
function nameOne({ layer, account }: Place, label: string): string {
  const isAlone = layer === 'resource' || layer === 'trust'
  return `${documents[layer].one}${isAlone ? '' : ` \`${label}\``}${inAccount(account)}`
}

function nameStatement(ref: StatementRef): string {
  return `Statement[${ref.index}]${ref.sid === undefined ? '' : ` (${ref.sid})`}`
}

function describeMissing(place: Place, request: Request, layers: readonly LayerTrace[]): string {
  const { document } = place
  const own = layers.filter((trace) => trace.layer === place.layer)
  const silent = own.filter((trace) => trace.verdict !== 'allows')
  const nearest = findNearestAllow(
    silent.flatMap((trace) => trace.policies.flatMap((policy) => policy.statements)),
  )
  if (nearest !== undefined) {
    const demands = nearest.mismatches.map((each) => each.text).join('; it ')
    return `${nameOne(place, nearest.ref.policy)} ${demands}`
  }
  const what = `${request.action} on \`${request.resource}\``
  const isAttached = own.some((trace) => trace.verdict !== 'notAttached')
  return isAttached
    ? `nothing in ${document} allows ${what}`
    : `there is no policy to allow ${what}: it takes ${document}`
}

/** The allowing statement about this action that fails in the fewest elements. */
function findNearestAllow(statements: readonly StatementTrace[]): StatementTrace | undefined {
  const close = statements.filter(
    (each) => each.effect === 'Allow' && each.mismatches.every((miss) => miss.element !== 'Action'),
  )
  const least = Math.min(...close.map((each) => each.mismatches.length))
  return close.find((each) => each.mismatches.length === least)
}

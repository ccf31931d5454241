import type { Decision } from '../evaluate/decision.ts'
import type { Request } from '../evaluate/request.ts'
import type { PolicyType } from '../policy/policy.ts'
import type { Cause, LayerTrace, StatementTrace } from './explanation.ts'

/** What each layer's document is called. */
const documents: Readonly<Record<PolicyType, string>> = {
  identity: 'the identity-based policies',
  boundary: 'the permissions boundary',
  session: 'the session policy',
  scp: 'the service control policies',
  rcp: 'the resource control policies',
  vpce: 'the VPC endpoint policy',
  resource: 'the resource-based policy',
  trust: 'the trust policy',
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
      const layer = decision.by[0]?.layer ?? 'identity'
      const sids = decision.by.filter((ref) => ref.layer === layer).map(nameStatement)
      return makeCause(request, layer, (document) => `${document} denies it: ${sids.join(', ')}`)
    }
    case 'implicitDeny': {
      const ruled = decision.rule === undefined ? undefined : ruleTexts[decision.rule]
      const said = layers.filter((trace) => trace.layer === decision.missing)
      return makeCause(
        request,
        decision.missing,
        (document) => ruled ?? describeMissing(document, request, said),
      )
    }
  }
}

const ruleTexts: Readonly<Partial<Record<string, string>>> = {
  rootCannotAssumeRoles: 'a root user cannot assume roles: let a user or a role do it',
  federatedUserCannotCall:
    'a session of GetFederationToken cannot call IAM, nor STS but for GetCallerIdentity',
  onlyFederatedPrincipals: 'this action is for callers that an identity provider vouches for',
  federatedUserWithoutSessionPolicy:
    'a session of GetFederationToken without a session policy has no permissions of its own',
}

function nameStatement(ref: { policy: string; index: number; sid?: string }): string {
  return `\`${ref.policy}\` Statement[${ref.index}]${ref.sid === undefined ? '' : ` (${ref.sid})`}`
}

function makeCause(request: Request, layer: PolicyType, say: (document: string) => string): Cause {
  const isResource = layer === 'resource' || layer === 'trust' || layer === 'rcp'
  const { principal } = request
  const own = 'accountId' in principal ? principal.accountId : ''
  const account = isResource ? request.resourceAccount : own
  const document = account === '' ? documents[layer] : `${documents[layer]} in ${account}`
  const side = isResource ? 'resource' : 'principal'
  return { side, account, layer, document, text: say(document) }
}

function describeMissing(
  document: string,
  request: Request,
  layers: readonly LayerTrace[],
): string {
  const silent = layers.filter((trace) => trace.verdict !== 'allows')
  const statements = silent.flatMap((trace) => trace.policies.flatMap((each) => each.statements))
  const nearest = findNearestAllow(statements)
  if (layers.every((trace) => trace.verdict === 'notAttached')) {
    return `${document} would have to allow ${request.action}; there is none`
  }
  if (nearest === undefined || !nearest.isClose) {
    const delegates = layers.some((trace) => trace.verdict === 'allows')
    const what = delegates ? 'does not grant it to this caller by itself' : 'allows it nowhere'
    return `${document}: ${request.action} on \`${request.resource}\`: ${what}`
  }
  return `${document} ${nearest.statement.mismatches.map((each) => each.text).join('; and it ')}`
}

/** The allowing statement that fails in the fewest elements; close when the action is not one of them. */
function findNearestAllow(
  statements: readonly StatementTrace[],
): { readonly statement: StatementTrace; readonly isClose: boolean } | undefined {
  const allows = statements.filter((each) => each.effect === 'Allow' && !each.matches)
  const scored = allows.map((statement) => ({
    statement,
    isClose: statement.mismatches.every((each) => each.element !== 'Action'),
  }))
  const [best] = scored.sort(
    (a, b) =>
      Number(b.isClose) - Number(a.isClose) ||
      a.statement.mismatches.length - b.statement.mismatches.length,
  )
  return best
}

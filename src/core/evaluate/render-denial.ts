import type { PolicyType } from '../policy/policy.ts'
import { unreachable } from '../unreachable.ts'
import type { DecidingRule, Decision } from './decision.ts'
import { isSameAccount } from './layer-outcomes.ts'
import type { Principal, Request } from './request.ts'

/** How AWS's messages name each layer. */
const layerNames: Readonly<Record<PolicyType, { readonly no: string; readonly deny: string }>> = {
  identity: { no: 'identity-based policy', deny: 'an identity-based policy' },
  resource: { no: 'resource-based policy', deny: 'a resource-based policy' },
  trust: { no: 'role trust policy', deny: 'the role trust policy' },
  boundary: { no: 'permissions boundary', deny: 'a permissions boundary' },
  session: { no: 'session policy', deny: 'a session policy' },
  scp: { no: 'service control policy', deny: 'a service control policy' },
  rcp: { no: 'resource control policy', deny: 'a resource control policy' },
  vpce: { no: 'VPC endpoint policy', deny: 'a VPC endpoint policy' },
}

/** What a service tells a caller of another account; a service without a row gives the reason. */
const toOtherAccounts: ReadonlyMap<string, 'no reason' | 'nothing'> = new Map([
  ['iam', 'no reason'],
  ['sts', 'no reason'],
  ['s3', 'nothing'],
])

const ruleTexts: Readonly<Partial<Record<DecidingRule, string>>> = {
  rootCannotAssumeRoles: 'Roles may not be assumed by root accounts.',
}

/**
 * The text of AWS's `AccessDenied` for a request that was denied. IAM and STS give callers of another account
 * no reason, S3 gives them no more than `Access Denied`. Meaningless for an allow: then the text has no reason.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function renderDenial(request: Request, decision: Decision): string {
  const service = request.action.slice(0, request.action.indexOf(':')).toLowerCase()
  const rule = decision.kind === 'implicitDeny' ? decision.rule : undefined
  const ruleText = rule === undefined ? undefined : ruleTexts[rule]
  if (ruleText !== undefined) return ruleText
  const told = isSameAccount(request) ? undefined : toOtherAccounts.get(service)
  if (told === 'nothing') return 'Access Denied'
  const reason = told === 'no reason' ? '' : renderReason(request, decision)
  const who = renderPrincipal(request.principal)
  return `User: ${who} is not authorized to perform: ${request.action} on resource: ${request.resource}${reason}`
}

function renderReason(request: Request, decision: Decision): string {
  switch (decision.kind) {
    case 'allow':
      return ''
    case 'explicitDeny': {
      const layer = decision.by[0]?.layer ?? 'identity'
      return ` with an explicit deny in ${layerNames[layer].deny}`
    }
    case 'implicitDeny':
      return ` because no ${layerNames[decision.missing].no} allows the ${request.action} action`
    default:
      return unreachable(decision)
  }
}

function renderPrincipal(principal: Principal): string {
  switch (principal.kind) {
    case 'anonymous':
      return 'anonymous'
    case 'service':
      return principal.service
    default:
      return principal.arn
  }
}

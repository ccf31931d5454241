import type { DecidingRule } from './decision.ts'
import { contextValue, type Facts } from './facts.ts'
import type { Principal } from './request.ts'

/**
 * Where a service departs from the general rules. A row applies when the action is one of `actions` (lower case;
 * `service:*` for all of a service, `*` for all) and none of `except`, and, if given, `principals`, `resource` and `context` fit.
 */
export interface Quirk {
  readonly actions: readonly string[]
  readonly except?: readonly string[]
  readonly principals?: readonly Principal['kind'][]
  readonly resource?: (resource: string) => boolean
  /** What the request's context has to say. */
  readonly context?: (facts: Facts) => boolean
  readonly effect: QuirkEffect
  readonly source: string
}

export type QuirkEffect =
  /** Allowed even under an explicit deny. */
  | { readonly kind: 'always'; readonly rule: DecidingRule }
  /** Needs no allow; an explicit deny holds. */
  | { readonly kind: 'free'; readonly rule: DecidingRule }
  /** Refused, whatever the policies say. */
  | { readonly kind: 'never'; readonly rule: DecidingRule }
  /** Identity-based policies count only where the resource's own policy grants or delegates to the account. */
  | { readonly kind: 'resourcePolicyRequired'; readonly layer: 'trust' | 'resource' }
  /** An explicit deny of the resource's own policy does not hold. */
  | { readonly kind: 'resourceDenyIgnored' }
  /** Resource control policies do not bind it. */
  | { readonly kind: 'rcpIgnored' }

const guide = 'https://docs.aws.amazon.com/IAM/latest/UserGuide'
const sts = 'https://docs.aws.amazon.com/STS/latest/APIReference'

const assumeByProvider = ['sts:assumerolewithwebidentity', 'sts:assumerolewithsaml']
const withAssuming = ['sts:tagsession', 'sts:setsourceidentity', 'sts:setcontext']
/** AWS: open to sessions of `GetSessionToken` too, though the page of that call names two others alone. */
const getsWebIdentity = ['sts:getwebidentitytoken', 'sts:taggetwebidentitytoken']
const withoutKey = [
  'kms:connectcustomkeystore',
  'kms:createcustomkeystore',
  'kms:createkey',
  'kms:deletecustomkeystore',
  'kms:describecustomkeystores',
  'kms:disconnectcustomkeystore',
  'kms:generaterandom',
  'kms:listaliases',
  'kms:listkeys',
  'kms:listretirablegrants',
  'kms:updatecustomkeystore',
]
const knownToAws: readonly Principal['kind'][] = [
  'root',
  'user',
  'roleSession',
  'federatedUser',
  'service',
]

export const quirks: readonly Quirk[] = [
  {
    actions: ['sts:getcalleridentity'],
    principals: knownToAws,
    effect: { kind: 'always', rule: 'callerIdentityIsAlwaysTold' },
    source: `${sts}/API_GetCallerIdentity.html`,
  },
  {
    actions: ['sts:getsessiontoken'],
    principals: ['root', 'user'],
    effect: { kind: 'free', rule: 'sessionTokenNeedsNoPermission' },
    source: `${sts}/API_GetSessionToken.html`,
  },
  {
    actions: ['sts:assumerole'],
    principals: ['root'],
    effect: { kind: 'never', rule: 'rootCannotAssumeRoles' },
    source: `${sts}/API_AssumeRole.html`,
  },
  {
    actions: ['sts:*', 'iam:*'],
    principals: ['federatedUser'],
    effect: { kind: 'never', rule: 'federatedUserCannotCall' },
    source: `${sts}/API_GetFederationToken.html`,
  },
  {
    actions: assumeByProvider,
    principals: [...knownToAws, 'anonymous'],
    effect: { kind: 'never', rule: 'onlyFederatedPrincipals' },
    source: `${guide}/id_credentials_temp_request.html`,
  },
  {
    actions: ['sts:getsessiontoken', 'sts:getfederationtoken'],
    principals: ['roleSession'],
    effect: { kind: 'never', rule: 'sessionsGetNoTokens' },
    source: `${guide}/id_credentials_temp_request.html`,
  },
  {
    actions: ['iam:*'],
    principals: ['root', 'user'],
    context: (facts) => isTemporary(facts) && !isWithMfa(facts) && !isAssumedRoot(facts),
    effect: { kind: 'never', rule: 'sessionTokenWithoutMfa' },
    source: `${sts}/API_GetSessionToken.html`,
  },
  {
    actions: ['sts:*'],
    except: ['sts:assumerole', 'sts:getcalleridentity', ...withAssuming, ...getsWebIdentity],
    principals: ['root', 'user'],
    context: isTemporary,
    effect: { kind: 'never', rule: 'sessionsGetNoTokens' },
    source: `${sts}/API_GetSessionToken.html`,
  },
  {
    actions: ['*'],
    except: [...assumeByProvider, ...withAssuming],
    principals: ['federated'],
    effect: { kind: 'never', rule: 'providersOnlyAssumeRoles' },
    source: `${guide}/id_credentials_temp_request.html`,
  },
  {
    actions: ['sts:assumerole', ...assumeByProvider],
    effect: { kind: 'resourcePolicyRequired', layer: 'trust' },
    source: `${guide}/reference_policies_evaluation-logic_policy-eval-denyallow.html`,
  },
  {
    actions: withAssuming,
    resource: (resource) => isRole(resource) || resource === '*',
    effect: { kind: 'resourcePolicyRequired', layer: 'trust' },
    source: `${guide}/id_session-tags.html`,
  },
  {
    actions: ['kms:*'],
    except: withoutKey,
    resource: (resource) => resource === '*' || isKey(resource),
    effect: { kind: 'resourcePolicyRequired', layer: 'resource' },
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html',
  },
  {
    actions: ['s3:getbucketpolicy', 's3:putbucketpolicy', 's3:deletebucketpolicy'],
    principals: ['root'],
    effect: { kind: 'resourceDenyIgnored' },
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html',
  },
  {
    actions: ['kms:retiregrant'],
    effect: { kind: 'rcpIgnored' },
    source:
      'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html',
  },
  {
    actions: ['kms:*'],
    context: isManagedByAws,
    effect: { kind: 'rcpIgnored' },
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html',
  },
]

/** A user or root user with a token has called GetSessionToken: long-term keys carry no time of issue. */
function isTemporary(facts: Facts): boolean {
  return contextValue(facts, 'aws:tokenissuetime') !== undefined
}

function isWithMfa(facts: Facts): boolean {
  return String(contextValue(facts, 'aws:multifactorauthpresent')).toLowerCase() === 'true'
}

/** Sessions of `AssumeRoot` call IAM without a second factor: that is what most of its tasks are about. */
function isAssumedRoot(facts: Facts): boolean {
  return String(contextValue(facts, 'aws:assumedroot')).toLowerCase() === 'true'
}

/** Only AWS's own keys have an alias that starts so. */
function isManagedByAws(facts: Facts): boolean {
  const aliases = contextValue(facts, 'kms:resourcealiases')
  return [aliases].flat().some((alias) => String(alias).startsWith('alias/aws/'))
}

/** The effects of all rows that fit, in the table's order. */
export function findQuirks(facts: Facts): readonly QuirkEffect[] {
  const rows = byAction.get(facts.action) ?? byAction.get(`${facts.service}:*`) ?? ofEveryAction
  const effects: QuirkEffect[] = []
  const { principal, resource } = facts.request
  if (isInOtherPartition(principal, resource)) effects.push(otherPartition)
  for (const row of rows) if (fits(row, facts)) effects.push(row.effect)
  return effects
}

function fits(row: Quirk, facts: Facts): boolean {
  const { principal, resource } = facts.request
  return (
    (row.principals?.includes(principal.kind) ?? true) &&
    !row.except?.includes(facts.action) &&
    (row.resource?.(resource) ?? true) &&
    (row.context?.(facts) ?? true)
  )
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const otherPartition: QuirkEffect = { kind: 'never', rule: 'otherPartition' }

function isInOtherPartition(principal: Principal, resource: string): boolean {
  if (!('accountId' in principal) || resource === '*') return false
  return !resource.startsWith(principal.arn.slice(0, principal.arn.indexOf(':', 4) + 1))
}

const ofEveryAction = quirks.filter((row) => row.actions.includes('*'))

/** Rows by action, those for all actions of its service and for all actions among them. */
const byAction: ReadonlyMap<string, readonly Quirk[]> = new Map(
  [...new Set(quirks.flatMap((row) => row.actions))].map((action) => {
    const names = [action, `${action.slice(0, action.indexOf(':'))}:*`, '*']
    return [action, quirks.filter((row) => names.some((name) => row.actions.includes(name)))]
  }),
)

/** Whether an ARN is that of a KMS key. */
export function isKey(resource: string): boolean {
  return /^arn:[^:]*:kms:[^:]*:[^:]*:key\//.test(resource)
}

/** Whether an ARN is that of an IAM role. */
export function isRole(resource: string): boolean {
  return /^arn:[^:]*:iam::[^:]*:role\//.test(resource)
}

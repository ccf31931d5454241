import type { ContextValue } from '../../../core/index.ts'
import { findCallerHolder } from '../../caller-policies.ts'
import { globalContext } from '../../global-context.ts'
import type { Tag } from '../iam/tags.ts'
import type { StsCall } from './sts-operation.ts'

/** Claims that say what a condition key of the call says, by that key. */
const claimsByKey = {
  'aws:PrincipalAccount': 'aws_account',
  'aws:RequestedRegion': 'source_region',
  'aws:PrincipalArn': 'principal_id',
  'aws:PrincipalOrgID': 'org_id',
  'aws:PrincipalOrgPaths': 'ou_path',
  'aws:SourceIdentity': 'source_identity',
  'aws:FederatedProvider': 'federated_provider',
} as const

/**
 * What AWS says of the caller under `https://sts.amazonaws.com/`, and of its session, and what the call adds. A claim
 * that has nothing to say is left out.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
 */
export function identityTokenClaims(
  tags: readonly Tag[],
  call: StsCall,
): Readonly<Record<string, unknown>> {
  const { caller } = call
  const context = globalContext(call, { caller, holder: findCallerHolder(call.store, caller) })
  const claims: Record<string, unknown> = {}
  for (const [key, claim] of Object.entries(claimsByKey)) {
    if (context[key] !== undefined) claims[claim] = context[key]
  }
  const { session } = caller
  if (session !== undefined) {
    claims.original_session_exp = `${new Date(session.expiresAtMs).toISOString().slice(0, 19)}Z`
  }
  const principalTags = tagsOfPrincipal(context)
  if (Object.keys(principalTags).length > 0) claims.principal_tags = principalTags
  const requestTags = tags.map(({ Key, Value }) => [Key, Value])
  if (requestTags.length > 0) claims.request_tags = Object.fromEntries(requestTags)
  return claims
}

const tagKey = 'aws:PrincipalTag/'

function tagsOfPrincipal(
  context: Readonly<Record<string, ContextValue>>,
): Readonly<Record<string, ContextValue>> {
  const tags = Object.entries(context).filter(([key]) => key.startsWith(tagKey))
  return Object.fromEntries(tags.map(([key, value]) => [key.slice(tagKey.length), value]))
}

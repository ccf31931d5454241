import { unreachable } from '../core/index.ts'
import type { Grant } from './access-file.ts'
import type { ConditionBlock } from './compile-document.ts'
import { mergeConditions, oneOrMany } from './compile-document.ts'

/** What a grant demands of every call that assumes its role, besides who calls. */
export function requirementConditions(grant: Grant): ConditionBlock {
  const { externalId, mfa, sourceIp } = grant.require
  const demands: readonly (ConditionBlock | undefined)[] = [
    externalId === undefined ? undefined : { StringEquals: { 'sts:ExternalId': externalId } },
    mfa ? { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } : undefined,
    sourceIp.length > 0 ? { IpAddress: { 'aws:SourceIp': oneOrMany(sourceIp) } } : undefined,
    tagConditions(grant),
    sourceIdentityCondition(grant),
    grant.expires && { DateLessThan: { 'aws:CurrentTime': grant.expires.endsAt } },
  ]
  return mergeConditions(demands.filter((demand) => demand !== undefined))
}

/** The exact values of the grant's session tags; undefined for a grant without any. */
export function tagConditions(grant: Grant): ConditionBlock | undefined {
  const tags = Object.entries(grant.session.tags)
  if (tags.length === 0) return undefined
  const values = tags.map(([key, value]) => [`aws:RequestTag/${key}`, value] as const)
  return { StringEquals: Object.fromEntries(values) }
}

/** `required`: any source identity, but one; `caller`: the user's own name. */
export function sourceIdentityCondition(grant: Grant): ConditionBlock | undefined {
  switch (grant.session.sourceIdentity) {
    case undefined:
      return undefined
    case 'required':
      return { Null: { 'sts:SourceIdentity': 'false' } }
    case 'caller':
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, filled in by IAM
      return { StringEquals: { 'sts:SourceIdentity': '${aws:username}' } }
    default:
      return unreachable(grant.session.sourceIdentity)
  }
}

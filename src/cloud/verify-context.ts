import type { Grant } from '../access/index.ts'
import type { RequestContext } from '../core/index.ts'

/** What `AssumeRole` is asked with when everything that a grant demands is met. */
export interface MetRequirements {
  readonly externalId?: string
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTags: readonly string[]
  readonly sourceIdentity?: string
}

/** `callerName` is the user's or the session's role name, which a source identity may have to be. */
export function metRequirements(grant: Grant, callerName: string): MetRequirements {
  const { externalId } = grant.require
  const { sourceIdentity, tags, transitiveTags } = grant.session
  return {
    tags,
    transitiveTags,
    ...(externalId === undefined ? {} : { externalId }),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity: callerName }),
  }
}

/** The same as the engine is asked. An address is taken from the demanded range, MFA is taken as given. */
export function contextOf(grant: Grant, met: MetRequirements, nowMs: number): RequestContext {
  const [address] = grant.require.sourceIp
  const tags = Object.entries(met.tags)
  const context: Record<string, string | readonly string[]> = {
    'aws:CurrentTime': new Date(nowMs).toISOString(),
  }
  if (met.externalId !== undefined) context['sts:ExternalId'] = met.externalId
  if (grant.require.mfa) context['aws:MultiFactorAuthPresent'] = 'true'
  if (address !== undefined) context['aws:SourceIp'] = address.replace(/\/.*$/, '')
  if (met.sourceIdentity !== undefined) context['sts:SourceIdentity'] = met.sourceIdentity
  for (const [key, value] of tags) context[`aws:RequestTag/${key}`] = value
  if (tags.length > 0) context['aws:TagKeys'] = tags.map(([key]) => key)
  if (met.transitiveTags.length > 0) context['sts:TransitiveTagKeys'] = met.transitiveTags
  return context
}

/** The actions that one such call has to be allowed. */
export function actionsOf(met: MetRequirements): readonly string[] {
  return [
    'sts:AssumeRole',
    ...(Object.keys(met.tags).length === 0 ? [] : ['sts:TagSession']),
    ...(met.sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ]
}

import type { Grant } from './access-file.ts'

/**
 * What a session takes along to every further role. AWS: neither can be changed or left out on the way, and each role
 * must allow `sts:SetSourceIdentity` or `sts:TagSession` for it again.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export interface Carried {
  readonly sourceIdentity?: string
  /** The transitive session tags. */
  readonly tags: Readonly<Record<string, string>>
}

/** Stands for whatever a caller names itself by. */
export const trialSourceIdentity = 'stile-check'

/**
 * What sessions of a grant carry. Callers that carried more are refused: a grant admits no tags but its own, and no
 * source identity that it does not demand.
 */
export function carriedBy({ session }: Grant): Carried {
  const tags = session.transitiveTags.map((key) => [key, session.tags[key] ?? ''] as const)
  const identity =
    session.sourceIdentity === undefined ? {} : { sourceIdentity: trialSourceIdentity }
  return { ...identity, tags: Object.fromEntries(tags) }
}

/** The different things that sessions of these grants carry, each once. */
export function distinctCarried(grants: readonly Grant[]): readonly Carried[] {
  const carried = grants.map(carriedBy)
  return [...new Map(carried.map((one) => [JSON.stringify(one), one])).values()]
}

/** `, whose session carries a source identity,`; nothing where it carries nothing. */
export function carriedWords({ sourceIdentity, tags }: Carried): string {
  const things = [
    ...(sourceIdentity === undefined ? [] : ['a source identity']),
    ...Object.entries(tags).map(([key, value]) => `the tag ${key}=${value}`),
  ]
  return things.length === 0 ? '' : `, whose session carries ${things.join(' and ')},`
}

/** The tags of a call: those of the session that makes it, and those that the grant demands besides. */
export function tagsToSend(grant: Grant, carried: Carried | undefined): Carried['tags'] {
  return { ...ownTags(grant, carried), ...carried?.tags }
}

/** The tags that a grant demands and the session does not carry. AWS: keys differ in more than case. */
export function ownTags({ session }: Grant, carried: Carried | undefined): Carried['tags'] {
  const keys = new Set(Object.keys(carried?.tags ?? {}).map((key) => key.toLowerCase()))
  const own = Object.entries(session.tags).filter(([key]) => !keys.has(key.toLowerCase()))
  return Object.fromEntries(own)
}

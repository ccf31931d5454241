import type { RequestContext } from '../../../core/index.ts'
import type { SessionFacts } from '../../caller.ts'
import { ServiceError } from '../../service-error.ts'
import type { Tag } from '../iam/tags.ts'

export interface TagInput {
  readonly Tags?: readonly Tag[]
  readonly TransitiveTagKeys?: readonly string[]
}

type SessionTags = Pick<SessionFacts, 'tags' | 'transitiveTagKeys'>

/**
 * The tags of a new session: those of the call, and the transitive ones of the session that makes it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function newSessionTags(input: TagInput, caller: SessionFacts | undefined): SessionTags {
  const { Tags: tags = [], TransitiveTagKeys: transitive = [] } = input
  if (tags.length + transitive.length === 0 && caller === undefined) return none
  const keys = requireDistinctKeys(tags)
  if (tags.some((tag) => tag.Key.toLowerCase().startsWith('aws:'))) {
    throw invalid('Tag keys that start with aws: are reserved for system use.')
  }
  if (tags.length > 50) throw invalid('The number of session tags exceeds the limit of 50.')
  if (!transitive.every((key) => keys.has(key.toLowerCase()))) {
    throw invalid('The specified transitive tag key must be included in the requested tags.')
  }
  const inherited = inheritedTags(caller)
  if (Object.keys(inherited).some((key) => keys.has(key.toLowerCase()))) {
    throw invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
  }
  const own = Object.fromEntries(tags.map((tag) => [tag.Key, tag.Value]))
  return {
    tags: { ...inherited, ...own },
    transitiveTagKeys: [...Object.keys(inherited), ...transitive],
  }
}

/** The keys of tags in lower case. Throws where two are the same. */
export function requireDistinctKeys(tags: readonly Tag[]): ReadonlySet<string> {
  const keys = new Set(tags.map((tag) => tag.Key.toLowerCase()))
  if (keys.size === tags.length) return keys
  throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
}

const none: SessionTags = { tags: {}, transitiveTagKeys: [] }

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', message)
}

function inheritedTags(caller: SessionFacts | undefined): Readonly<Record<string, string>> {
  const keys = new Set((caller?.transitiveTagKeys ?? []).map((key) => key.toLowerCase()))
  const kept = Object.entries(caller?.tags ?? {}).filter(([key]) => keys.has(key.toLowerCase()))
  return Object.fromEntries(kept)
}

/**
 * `aws:RequestTag/…`, `aws:TagKeys` and `sts:TransitiveTagKeys` as far as the call has them. AWS: transitive tags
 * of the calling session are tags of the request too, and passing them on takes `sts:TagSession` like any others.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
 */
export function sessionTagContext(
  input: TagInput,
  caller: SessionFacts | undefined,
): RequestContext {
  if (caller === undefined && input.Tags === undefined) return {}
  const inherited = Object.entries(inheritedTags(caller))
  const own = (input.Tags ?? []).map((tag) => [tag.Key, tag.Value] as const)
  const tags = [...inherited, ...own]
  if (tags.length === 0) return {}
  const transitive = [...inherited.map(([key]) => key), ...(input.TransitiveTagKeys ?? [])]
  return {
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': tags.map(([key]) => key),
    ...(transitive.length === 0 ? {} : { 'sts:TransitiveTagKeys': transitive }),
  }
}

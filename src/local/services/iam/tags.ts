import type { RequestContext } from '../../../core/index.ts'
import { ServiceError } from '../../service-error.ts'
import { limitExceeded } from './iam-error.ts'
import { iamQuotas } from './quotas.ts'

/** A tag as the API writes it. */
export interface Tag {
  readonly Key: string
  readonly Value: string
}

export type Tags = Readonly<Record<string, string>>

/** The tags by key. Throws when two keys differ by case alone, which AWS takes for the same, or are AWS's own. */
export function readTags(tags: readonly Tag[] = []): Tags {
  if (tags.some((tag) => tag.Key.toLowerCase().startsWith('aws:'))) {
    const message = 'Tag keys that start with aws: are reserved for system use.'
    throw new ServiceError('InvalidInput', message)
  }
  const keys = new Set(tags.map((tag) => tag.Key.toLowerCase()))
  if (keys.size < tags.length) {
    const message = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.'
    throw new ServiceError('InvalidInput', message)
  }
  return Object.fromEntries(tags.map((tag) => [tag.Key, tag.Value]))
}

/** `existing` with `tags` put in; a key that differs by case alone is replaced. */
export function mergeTags(existing: Tags, tags: Tags): Tags {
  const merged = { ...removeTags(existing, Object.keys(tags)), ...tags }
  if (Object.keys(merged).length > iamQuotas.tagsPerEntity) {
    throw limitExceeded(`The number of tags has reached the maximum limit.`)
  }
  return merged
}

export function removeTags(existing: Tags, keys: readonly string[]): Tags {
  const removed = new Set(keys.map((key) => key.toLowerCase()))
  const kept = Object.entries(existing).filter(([key]) => !removed.has(key.toLowerCase()))
  return Object.fromEntries(kept)
}

export function renderTags(tags: Tags): readonly Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

/** `aws:ResourceTag/…` and IAM's own form of it. */
export function resourceTagContext(tags: Tags = {}): RequestContext {
  const pairs = Object.entries(tags)
  if (pairs.length === 0) return {}
  return Object.fromEntries([
    ...pairs.map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
    ...pairs.map(([key, value]) => [`iam:ResourceTag/${key}`, value]),
  ])
}

/** `aws:RequestTag/…` and `aws:TagKeys`; empty without tags. */
export function requestTagContext(tags: readonly Tag[] = []): RequestContext {
  if (tags.length === 0) return {}
  const pairs = tags.map((tag) => [`aws:RequestTag/${tag.Key}`, tag.Value])
  return { ...Object.fromEntries(pairs), 'aws:TagKeys': tags.map((tag) => tag.Key) }
}

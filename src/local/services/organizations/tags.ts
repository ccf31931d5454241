import type { Store } from '../../store/store.ts'
import type { Tag } from '../iam/tags.ts'
import type { Organization, Tags } from './entities.ts'
import { constraintViolation, invalidInput } from './organizations-error.ts'
import { organizationQuotas } from './quotas.ts'
import { tagsOf } from './tables.ts'

/** The tags of a request by key, checked. */
export function readTags(tags: readonly Tag[] = []): Tags {
  if (tags.some((tag) => tag.Key.toLowerCase().startsWith('aws:'))) {
    const message = 'You cannot use tag keys that start with the reserved prefix aws:.'
    throw invalidInput('INVALID_SYSTEM_TAGS_PARAMETER', message)
  }
  if (new Set(tags.map((tag) => tag.Key)).size < tags.length) {
    throw invalidInput('DUPLICATE_TAG_KEY', 'Tag keys must be unique.')
  }
  const read = Object.fromEntries(tags.map((tag) => [tag.Key, tag.Value]))
  requireFewTags(read)
  return read
}

/** Puts tags on something of the organization, over those that it has. */
export function addTags(
  store: Store,
  organization: Organization,
  tagged: { readonly id: string; readonly tags: Tags },
): void {
  const table = tagsOf(store, organization.id)
  const all = { ...table.get(tagged.id), ...tagged.tags }
  requireFewTags(all)
  if (Object.keys(all).length > 0) table.set(tagged.id, all)
}

export function removeTags(
  store: Store,
  organization: Organization,
  untagged: { readonly id: string; readonly keys: readonly string[] },
): void {
  const table = tagsOf(store, organization.id)
  const kept = Object.entries(table.get(untagged.id) ?? {}).filter(
    ([key]) => !untagged.keys.includes(key),
  )
  if (kept.length === 0) table.delete(untagged.id)
  else table.set(untagged.id, Object.fromEntries(kept))
}

function requireFewTags(tags: Tags): void {
  if (Object.keys(tags).length <= organizationQuotas.tags) return
  const message = 'You have exceeded the number of tags allowed on this resource.'
  throw constraintViolation('MAX_TAG_LIMIT_EXCEEDED', message)
}

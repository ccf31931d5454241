import type { StoredObject } from '../object/stored-object.ts'
import type { Tag } from '../tags.ts'
import type { Bucket } from './bucket.ts'

/** A lifecycle rule as it is kept: JSON, dates as text. */
interface KeptRule {
  readonly ID: string
  readonly Status: string
  readonly Prefix?: string
  readonly Filter?: KeptFilter & { readonly And?: KeptFilter }
  readonly Expiration?: { readonly Date?: string; readonly Days?: number }
}

interface KeptFilter {
  readonly Prefix?: string
  readonly Tag?: Tag
  readonly Tags?: readonly Tag[]
  readonly ObjectSizeGreaterThan?: number
  readonly ObjectSizeLessThan?: number
}

type Aged = Pick<StoredObject, 'key' | 'tags' | 'size' | 'lastModifiedMs'>

const dayMs = 86_400_000

/**
 * When an object goes by its bucket's lifecycle, and by which rule: the earliest of those that match it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
 */
export function renderExpiration(bucket: Bucket, object: Aged): { readonly Expiration?: string } {
  if (bucket.lifecycle === undefined) return {}
  const rules: readonly KeptRule[] = JSON.parse(bucket.lifecycle.rules)
  const matching = rules.flatMap((rule) => {
    const atMs =
      rule.Status === 'Enabled' && matches(rule, object) ? endOf(rule, object) : undefined
    return atMs === undefined ? [] : [{ atMs, id: rule.ID }]
  })
  const [first, ...others] = matching
  if (first === undefined) return {}
  const { atMs, id } = others.reduce((best, one) => (one.atMs < best.atMs ? one : best), first)
  const date = new Date(atMs).toUTCString()
  return { Expiration: `expiry-date="${date}", rule-id="${encodeURIComponent(id)}"` }
}

/** AWS: days are counted to the midnight that follows them. */
function endOf({ Expiration: expiration }: KeptRule, object: Aged): number | undefined {
  if (expiration?.Date !== undefined) return Date.parse(expiration.Date)
  if (expiration?.Days === undefined) return undefined
  return Math.ceil((object.lastModifiedMs + expiration.Days * dayMs) / dayMs) * dayMs
}

function matches(rule: KeptRule, object: Aged): boolean {
  const { Filter: filter = {} } = rule
  const conditions: readonly KeptFilter[] = [
    rule.Prefix === undefined ? {} : { Prefix: rule.Prefix },
    filter,
    filter.And ?? {},
  ]
  return conditions.every((condition) => holds(condition, object))
}

function holds(condition: KeptFilter, object: Aged): boolean {
  const { Prefix = '', Tag: tag, Tags: tags = [], ObjectSizeGreaterThan: above } = condition
  const { ObjectSizeLessThan: below } = condition
  const wanted = tag === undefined ? tags : [tag, ...tags]
  return (
    object.key.startsWith(Prefix) &&
    (above === undefined || object.size > above) &&
    (below === undefined || object.size < below) &&
    wanted.every(({ Key, Value }) =>
      object.tags.some((one) => one.Key === Key && one.Value === Value),
    )
  )
}

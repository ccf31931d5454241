import type { Store } from '../../../store/store.ts'
import { type Bucket, bucketsOf } from '../bucket/bucket.ts'

/**
 * A bucket as authorization sees it: with policy, public access block, ownership and ACL of before while a change of them is
 * on its way. A new bucket is there at once, and has no policy until word of one has spread.
 */
export function seenBucket({ spread }: Store, bucket: Bucket): Bucket {
  if (spread === undefined) return bucket
  const seen = bucketsOf(spread).get(bucket.name)
  if (seen !== undefined && isSame(seen, bucket)) return seen
  const { policy: _, ...withoutPolicy } = bucket
  return withoutPolicy
}

/** One of the same name that was deleted since is another. */
function isSame(one: Bucket, other: Bucket): boolean {
  return one.createdAtMs === other.createdAtMs && one.ownerAccountId === other.ownerAccountId
}

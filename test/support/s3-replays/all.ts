import { bucketReplays } from './buckets.ts'
import { checksumReplays } from './checksums.ts'
import { copyReplays } from './copies.ts'
import { encryptionReplays } from './encryption.ts'
import { lifecycleReplays } from './lifecycle.ts'
import { listReplays, versionReplays } from './listing.ts'
import { lockReplays } from './locks.ts'
import { multipartReplays } from './multipart.ts'
import { objectReplays } from './objects.ts'
import type { Replays } from './replay.ts'
import { signedReplays } from './signed.ts'
import { tagReplays } from './tags.ts'

/** Every recorded test of S3 that is told again. */
export const s3Replays: Readonly<Record<string, Replays>> = {
  buckets: bucketReplays,
  lists: listReplays,
  versions: versionReplays,
  objects: objectReplays,
  copies: copyReplays,
  checksums: checksumReplays,
  uploads: multipartReplays,
  tags: tagReplays,
  lifecycle: lifecycleReplays,
  encryption: encryptionReplays,
  locks: lockReplays,
  'links and forms': signedReplays,
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRecordings, loadRecordings } from '../support/recordings-compare.ts'
import { bucketReplays } from '../support/s3-replays/buckets.ts'
import { checksumReplays } from '../support/s3-replays/checksums.ts'
import { copyReplays } from '../support/s3-replays/copies.ts'
import { lifecycleReplays } from '../support/s3-replays/lifecycle.ts'
import { listReplays, versionReplays } from '../support/s3-replays/listing.ts'
import { multipartReplays } from '../support/s3-replays/multipart.ts'
import { objectReplays } from '../support/s3-replays/objects.ts'
import { type Replays, replay } from '../support/s3-replays/replay.ts'
import { signedReplays } from '../support/s3-replays/signed.ts'
import { tagReplays } from '../support/s3-replays/tags.ts'
import { startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

const groups: Readonly<Record<string, Replays>> = {
  buckets: bucketReplays,
  lists: listReplays,
  versions: versionReplays,
  objects: objectReplays,
  copies: copyReplays,
  checksums: checksumReplays,
  uploads: multipartReplays,
  tags: tagReplays,
  lifecycle: lifecycleReplays,
  'links and forms': signedReplays,
}
const recordings = loadRecordings('s3')

let world: TwoAccounts
beforeAll(async () => {
  world = await startTwoAccounts()
})
afterAll(() => world.stop())

describe.skipIf(!hasRecordings)('what S3 answered', () => {
  for (const [group, replays] of Object.entries(groups)) {
    describe(group, () => {
      test.each(Object.entries(replays))('%s', async (name, row) => {
        expect(await replay(world, recordings[name] ?? {}, row)).toEqual([])
      })
    })
  }
})

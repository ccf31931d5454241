import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRecordings, loadRecordings } from '../support/recordings-compare.ts'
import { s3Replays } from '../support/s3-replays/all.ts'
import { replay } from '../support/s3-replays/replay.ts'
import { startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

const recordings = loadRecordings('s3')

let world: TwoAccounts
beforeAll(async () => {
  world = await startTwoAccounts()
})
afterAll(() => world.stop())

describe.skipIf(!hasRecordings)('what S3 answered', () => {
  for (const [group, replays] of Object.entries(s3Replays)) {
    describe(group, () => {
      test.each(Object.entries(replays))('%s', async (name, row) => {
        expect(await replay(world, recordings[name] ?? {}, row)).toEqual([])
      })
    })
  }
})

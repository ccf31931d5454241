import { describe, expect, test } from 'vitest'
import { hasRecordings, loadRecordings } from '../support/recordings-compare.ts'
import { s3Replays } from '../support/s3-replays/all.ts'
import { leftOut, leftOutOfControl } from '../support/s3-replays/left-out.ts'

// STILE_AWS_RECORDINGS names the folder; the repository holds none.
describe.skipIf(!hasRecordings)(
  'the recordings are there: set STILE_AWS_RECORDINGS to compare with AWS',
  () => {
    test('every one of S3 is told again or left out with a reason', () => {
      const told = Object.values(s3Replays).flatMap((replays) => Object.keys(replays))
      const known = [...told, ...Object.keys(leftOut)]
      expect(known.toSorted()).toEqual(Object.keys(loadRecordings('s3')).toSorted())
    })

    test('none of S3 Control is about what is built', () => {
      const recorded = Object.keys(loadRecordings('s3control'))
      expect(Object.keys(leftOutOfControl).toSorted()).toEqual(recorded.toSorted())
    })
  },
)

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createClientHome, whyNoBoto3, withReason } from '../support/aws-cli.ts'
import { root } from '../support/run-stile.ts'
import { startStile } from '../support/running-stile.ts'

const reason = whyNoBoto3()

/** What each example's program printed as JSON. */
const answers: Readonly<Record<string, unknown>> = {
  'bucket-writer': {
    same: true,
    metadata: { sender: 'a team' },
    pages: [
      ['boto3/page/0 ü+&.txt', 'boto3/page/1 ü+&.txt'],
      ['boto3/page/2 ü+&.txt', 'boto3/page/3 ü+&.txt'],
      ['boto3/page/4 ü+&.txt'],
    ],
    list: ['AccessDenied', 403],
    delete: ['AccessDenied', 403],
    // AWS: who may not list is not told that an object is not there.
    missing: ['AccessDenied', 403],
    acl: ['AccessControlListNotSupported', 400],
    own: ['AccessDenied', 403],
    ownHead: ['403', 403],
  },
  'cross-account-build': {
    same: true,
    manifest: true,
    pages: expect.arrayContaining([['1'], ['boto3']]),
    user: 'AWS',
    again: 'ImageAlreadyExistsException',
    delete: 'AccessDeniedException',
    withoutId: 'AccessDenied',
    wrongId: 'AccessDenied',
  },
  'team-access': {
    arn: 'arn:aws:sts::222222222222:assumed-role/TeamRole/ana',
    isAnHour: true,
    note: 'noted',
    keys: ['boto3.txt', 'todo.txt'],
    delete: 'AccessDenied',
    tooLong: 'ValidationError',
  },
  'read-everywhere': {
    '222222222222': read('shop-of-the-company'),
    '333333333333': read('data-of-the-company'),
    '444444444444': read('logs-of-the-company'),
    '555555555555': 'AccessDenied',
  },
}

function read(bucket: string): object {
  return { buckets: [bucket], hasReadOnlyAccess: true, write: 'AccessDenied' }
}

test.skipIf(reason !== undefined).each(Object.keys(answers))(
  withReason('a program with boto3 does the work of %s', reason),
  async (scenario) => {
    const demo = await startStile(['demo', scenario, '--keep'])
    const home = await createClientHome()
    try {
      const program = join(root, `test/clients/boto3-${scenario}.py`)
      const { environment } = demo
      const { exitCode, stdout, stderr } = await home.run(['python3', program], { environment })
      expect([exitCode, stderr]).toEqual([0, ''])
      expect(JSON.parse(stdout)).toEqual(answers[scenario])
    } finally {
      await Promise.all([demo.stop(), home.remove()])
    }
  },
  120_000,
)

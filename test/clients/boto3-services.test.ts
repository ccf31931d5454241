import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ClientHome, createClientHome, whyNoBoto3, withReason } from '../support/aws-cli.ts'
import { root } from '../support/run-stile.ts'
import { startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

const reason = whyNoBoto3()

let world: TwoAccounts
let home: ClientHome

beforeEach(async () => {
  world = await startTwoAccounts()
  home = await createClientHome()
})
afterEach(() => Promise.all([world.stop(), home.remove()]))

/** What a program of this folder printed as JSON, run as the root user of an account. */
async function answerOf(program: string): Promise<unknown> {
  const keys = world.root(world.home)
  const environment = {
    AWS_ENDPOINT_URL: world.aws.url,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  }
  const path = join(root, 'test/clients', program)
  const { exitCode, stdout, stderr } = await home.run(['python3', path], { environment })
  expect([exitCode, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

test.skipIf(reason !== undefined)(
  withReason('boto3 transfers with threads, presigns, posts forms and waits', reason),
  async () => {
    expect(await answerOf('boto3-transfers.py')).toEqual({
      transfers: { 'noise-0': [true, true], 'noise-1': [true, true], 'noise-2': [true, true] },
      checksum: true,
      copied: true,
      left: [],
      put: 200,
      putOtherType: 403,
      get: 'linked',
      getChanged: 403,
      post: 204,
      posted: 'posted',
      postTooLarge: [400, true],
      postMore: [403, true],
      waitedForNone: 'gave up',
      wrong: 'NoSuchKey',
      wrongName: 'InvalidBucketName',
    })
  },
  180_000,
)

test.skipIf(reason !== undefined)(
  withReason('boto3 leafs through the lists of every service', reason),
  async () => {
    const titles =
      'users,roles,groups,policies,groups of a user,attached policies,inline policies,managed policies,objects,' +
      'objects; version 1,versions,folders,uploads,parts,repositories,units,children,policies of the organization'
    const right = titles.split(',').map((title) => [title.replace(';', ','), true])
    expect(await answerOf('boto3-pages.py')).toEqual({
      ...Object.fromEntries(right),
      'account details': [true, true],
      accounts: [true, 8, [3, true]],
    })
  },
  180_000,
)

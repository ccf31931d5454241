import * as IAM from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readDocuments } from '../support/read-documents.ts'
import type { Steps } from '../support/recordings-compare.ts'
import {
  compareSteps,
  hasRecordings,
  loadRecordings,
  stepsLeftOut,
} from '../support/recordings-compare.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

const recordings = loadRecordings('sts')

let world: TwoAccounts
beforeAll(async () => {
  world = await startTwoAccounts()
})
afterAll(() => world.stop())

type Replay = () => Steps | Promise<Steps>

/** Makes a role that the account trusts, and lets a user of it call `Action`. */
function role(RoleName: string, Action: string | readonly string[]) {
  const Principal = { AWS: world.home }
  const AssumeRolePolicyDocument = policyText({ Effect: 'Allow', Principal, Action })
  const iam = world.iam(world.root(world.home))
  return iam.send(new IAM.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
}

async function caller(UserName: string, Action: readonly string[]) {
  const keys = await world.newUser(world.home, UserName)
  const PolicyDocument = policyText({ Effect: 'Allow', Action, Resource: '*' })
  const iam = world.iam(world.root(world.home))
  await iam.send(new IAM.PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }))
  return world.sts(keys)
}

const arnOf = (name: string) => `arn:aws:iam::${world.home}:role/${name}`

const replays: Readonly<Record<string, Replay>> = {
  test_assume_role: async () => {
    const sts = await caller('ana', ['sts:AssumeRole'])
    const RoleSessionName = 'ana-assumes'
    return {
      'create-role': () => role('assumed', 'sts:AssumeRole'),
      'role-session-name': async () => ({ RoleSessionName }),
      'assume-role': () =>
        sts.send(new AssumeRoleCommand({ RoleArn: arnOf('assumed'), RoleSessionName })),
    }
  },
  test_assume_role_tag_validation: async () => {
    const actions = ['sts:AssumeRole', 'sts:TagSession']
    const sts = await caller('ben', actions)
    const assume = (input: object) => () =>
      sts.send(
        new AssumeRoleCommand({ RoleArn: arnOf('tagged'), RoleSessionName: 'session', ...input }),
      )
    const Tags = ['Test', 'test'].map((Key) => ({ Key, Value: 'a' }))
    return {
      'role-1': () => role('tagged', actions),
      'duplicate-tag-keys-different-casing': assume({ Tags }),
      'invalid-transitive-tag-keys': assume({
        Tags: Tags.slice(0, 1),
        TransitiveTagKeys: ['other'],
      }),
    }
  },
}

describe.skipIf(!hasRecordings)('what AWS answered of STS', () => {
  test.each(Object.entries(replays))('%s', async (name, replay) => {
    const steps = await replay()
    const recorded = recordings[name]
    expect(stepsLeftOut(recorded, steps)).toEqual([])
    expect(await compareSteps({ recorded, steps, reshape: readDocuments })).toEqual([])
  })

  test('every recording is replayed', () => {
    expect(Object.keys(replays).toSorted()).toEqual(Object.keys(recordings).toSorted())
  })
})

// STILE_AWS_RECORDINGS names the folder; the repository holds none.
test.skipIf(!hasRecordings)(
  'the recordings of STS are there: set STILE_AWS_RECORDINGS to compare with AWS',
  () => {
    expect(Object.keys(recordings).length).toBeGreaterThan(1)
  },
)

import {
  CreateRoleCommand,
  DeleteRoleCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  type AssumeRoleCommandInput,
  DecodeAuthorizationMessageCommand,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

/** Of a caller of one account who may assume whatever role lets her in, and the roles of the other. */
let world: TwoAccounts
let mallory: Keys

beforeAll(async () => {
  world = await startTwoAccounts()
  mallory = await world.newUser(world.home, 'mallory')
  const PolicyDocument = policyText({ Effect: 'Allow', Action: ['sts:*', 's3:*'], Resource: '*' })
  const input = { UserName: 'mallory', PolicyName: 'given', PolicyDocument }
  await world.iam(world.root(world.home)).send(new PutUserPolicyCommand(input))
})
afterAll(() => world.stop())

const refused = { name: 'AccessDenied' }

interface Trial {
  /** What the trust policy says besides naming the caller's account, and her attempts that it must not let through. */
  readonly trust: object
  readonly refused: readonly Partial<AssumeRoleCommandInput>[]
  readonly allowed: Partial<AssumeRoleCommandInput>
}

const assume = { Action: 'sts:AssumeRole' }
const withTags = { Action: ['sts:AssumeRole', 'sts:TagSession'] }
const variable = (key: string) => `\${${key}}`
const team = (Value: string) => [{ Key: 'team', Value }]

/**
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 */
const trials: Readonly<Record<string, Trial>> = {
  'an external id, of another case or none': {
    trust: { ...assume, Condition: { StringEquals: { 'sts:ExternalId': 'Pa55' } } },
    refused: [{}, { ExternalId: 'pa55' }, { ExternalId: 'Pa55/' }],
    allowed: { ExternalId: 'Pa55' },
  },
  'a name of the session that is not the user': {
    trust: {
      ...assume,
      Condition: { StringLike: { 'sts:RoleSessionName': variable('aws:username') } },
    },
    refused: [{ RoleSessionName: 'admin' }, { RoleSessionName: 'Mallory' }],
    allowed: { RoleSessionName: 'mallory' },
  },
  'tags where the trust policy speaks of none': {
    trust: assume,
    refused: [{ Tags: team('ops') }],
    allowed: {},
  },
  'tags of other values and keys, in any case': {
    trust: {
      ...withTags,
      Condition: {
        StringEquals: { 'aws:RequestTag/team': 'ops' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
      },
    },
    refused: [
      {},
      { Tags: team('root') },
      { Tags: [...team('ops'), { Key: 'role', Value: 'admin' }] },
      { Tags: [{ Key: 'TEAM', Value: 'root' }] },
    ],
    allowed: { Tags: team('ops') },
  },
  'a source identity where the trust policy speaks of none': {
    trust: assume,
    refused: [{ SourceIdentity: 'mallory' }],
    allowed: {},
  },
  'a second factor that was not there': {
    trust: { ...assume, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } },
    refused: [{}],
    allowed: { RoleArn: 'arn:aws:iam::222222222222:role/open' },
  },
  'a tag that the caller does not have': {
    trust: {
      ...assume,
      Condition: { StringEquals: { 'aws:PrincipalTag/team': variable('aws:PrincipalTag/unit') } },
    },
    refused: [{}, { Tags: [...team('x'), { Key: 'unit', Value: 'x' }] }],
    allowed: { RoleArn: 'arn:aws:iam::222222222222:role/open' },
  },
}

const roleNames = new Map(Object.keys(trials).map((name, at) => [name, `trial${at}`]))
const roleArn = (name: string) => `arn:aws:iam::${world.other}:role/${name}`

async function makeRole(RoleName: string, statement: object): Promise<void> {
  const Principal = { AWS: world.home }
  const AssumeRolePolicyDocument = policyText({ Effect: 'Allow', Principal, ...statement })
  const client = world.iam(world.root(world.other))
  await client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
}

describe('a role of another account is not assumed by', () => {
  beforeAll(async () => {
    await makeRole('open', assume)
    for (const [name, { trust }] of Object.entries(trials)) {
      await makeRole(roleNames.get(name) ?? '', trust)
    }
  })

  test.each(Object.entries(trials))('%s', async (name, trial) => {
    const RoleArn = roleArn(roleNames.get(name) ?? '')
    for (const attempt of trial.refused) {
      await expect(world.assume(mallory, { RoleArn, ...attempt })).rejects.toMatchObject(refused)
    }
    const keys = await world.assume(mallory, { RoleArn, ...trial.allowed })
    expect(keys.sessionToken).not.toBe('')
  })

  test('its name with another path, case or partition', async () => {
    const { other } = world
    const arns = [
      `arn:aws:iam::${other}:role/OPEN`,
      `arn:aws:iam::${other}:role/path/open`,
      `arn:aws:iam::${other}:role//open`,
    ]
    for (const RoleArn of arns) {
      await expect(world.assume(mallory, { RoleArn })).rejects.toMatchObject(refused)
    }
    const elsewhere = world.assume(mallory, { RoleArn: `arn:aws-cn:iam::${other}:role/open` })
    await expect(elsewhere).rejects.toMatchObject({ $fault: 'client' })
  })
})

test('tags that are passed on are not changed by whoever carries them', async () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
  await makeRole('first', withTags)
  const Principal = { AWS: roleArn('first') }
  await makeRole('second', { ...withTags, Principal })
  const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'ops' } }
  await makeRole('third', { ...withTags, Principal: { AWS: roleArn('second') }, Condition })
  const iam = world.iam(world.root(world.other))
  const PolicyDocument = policyText({ Effect: 'Allow', Action: 'sts:*', Resource: '*' })
  for (const RoleName of ['first', 'second']) {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'given', PolicyDocument }))
  }
  const carried = { Tags: team('dev'), TransitiveTagKeys: ['team'] }
  const first = await world.assume(mallory, { RoleArn: roleArn('first'), ...carried })
  for (const Key of ['team', 'Team']) {
    const Tags = [{ Key, Value: 'ops' }]
    const change = world.assume(first, { RoleArn: roleArn('second'), Tags })
    await expect(change).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  }
  const second = await world.assume(first, { RoleArn: roleArn('second') })
  await expect(world.assume(second, { RoleArn: roleArn('third') })).rejects.toMatchObject(refused)
})

test('a session ends with its role, though one of its name is there again', async () => {
  await makeRole('short', assume)
  const session = await world.assume(mallory, { RoleArn: roleArn('short') })
  const iam = world.iam(world.root(world.other))
  await iam.send(new DeleteRoleCommand({ RoleName: 'short' }))
  await makeRole('short', assume)
  const who = world.sts(session).send(new GetCallerIdentityCommand({}))
  await expect(who).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
})

test('what is told of a denial is for its own account', async () => {
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
  await makeRole('closed', { ...assume, Principal: { AWS: world.other } })
  const attempt = world.assume(mallory, { RoleArn: roleArn('closed') })
  await expect(attempt).rejects.toMatchObject(refused)
  const EncodedMessage = world.aws.events().at(-1)?.decisions.at(-1)?.encodedMessage ?? ''
  const decode = new DecodeAuthorizationMessageCommand({ EncodedMessage })
  const foreign = world.sts(world.root(world.other)).send(decode)
  await expect(foreign).rejects.toMatchObject({ name: 'InvalidAuthorizationMessageException' })
  const { DecodedMessage = '' } = await world.sts(mallory).send(decode)
  expect(JSON.parse(DecodedMessage)).toMatchObject({ allowed: false })
})

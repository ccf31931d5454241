import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalAws } from '../../src/local/index.ts'
import { startLocalAws } from '../../src/local/index.ts'

const build = '111111111111'
const ourthing = '222222222222'
const roleArn = `arn:aws:iam::${ourthing}:role/BuildRole`

let nowMs = Date.now()
let aws: LocalAws
beforeAll(async () => {
  aws = await startLocalAws({
    clock: { nowMs: () => nowMs },
    seed: { accounts: [{ id: build }, { id: ourthing }] },
  })
})
afterAll(() => aws.stop())

interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const settings = (credentials: Keys) => ({
  endpoint: aws.url,
  region: 'eu-west-1',
  credentials,
  maxAttempts: 1,
})
const iam = (keys: Keys) => new IAMClient(settings(keys))
const sts = (keys: Keys) => new STSClient(settings(keys))

test('root of a fresh account is root', async () => {
  const root = aws.rootCredentials(build)
  const identity = await sts(root).send(new GetCallerIdentityCommand({}))
  expect(identity.Arn).toBe(`arn:aws:iam::${build}:root`)
})

test('a user of one account enters a role of another, and by no other way', async () => {
  const builder = iam(aws.rootCredentials(build))
  const owner = iam(aws.rootCredentials(ourthing))
  await builder.send(new CreateUserCommand({ UserName: 'runner' }))
  const key = await builder.send(new CreateAccessKeyCommand({ UserName: 'runner' }))
  const runner = {
    accessKeyId: key.AccessKey?.AccessKeyId ?? '',
    secretAccessKey: key.AccessKey?.SecretAccessKey ?? '',
  }
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${build}:user/runner` },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'some_key' } },
      },
    ],
  }
  const input = { RoleName: 'BuildRole', AssumeRolePolicyDocument: JSON.stringify(trust) }
  const created = await owner.send(new CreateRoleCommand(input))
  expect(created.Role?.Arn).toBe(roleArn)
  const policyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  await owner.send(new AttachRolePolicyCommand({ RoleName: 'BuildRole', PolicyArn: policyArn }))
  const assume = (more: object) =>
    sts(runner).send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'run1', ...more }))
  const refusal = {
    name: 'AccessDenied',
    message: `User: arn:aws:iam::${build}:user/runner is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    $metadata: { httpStatusCode: 403 },
  }
  await expect(assume({ ExternalId: 'some_key' })).rejects.toMatchObject(refusal)
  const allow = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn }],
  }
  await builder.send(
    new PutUserPolicyCommand({
      UserName: 'runner',
      PolicyName: 'assume',
      PolicyDocument: JSON.stringify(allow),
    }),
  )
  await expect(assume({})).rejects.toMatchObject(refusal)
  await expect(assume({ ExternalId: 'other' })).rejects.toMatchObject(refusal)
  const answer = await assume({ ExternalId: 'some_key' })
  const session = {
    accessKeyId: answer.Credentials?.AccessKeyId ?? '',
    secretAccessKey: answer.Credentials?.SecretAccessKey ?? '',
    sessionToken: answer.Credentials?.SessionToken ?? '',
  }
  const identity = await sts(session).send(new GetCallerIdentityCommand({}))
  expect(identity.Arn).toBe(`arn:aws:sts::${ourthing}:assumed-role/BuildRole/run1`)
  nowMs += 3_601_000
  await expect(sts(session).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'ExpiredToken',
  })
})

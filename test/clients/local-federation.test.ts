import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  ListUsersCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetBucketLocationCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import {
  AssumeRoleCommand,
  AssumeRootCommand,
  DecodeAuthorizationMessageCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  type GetFederationTokenCommandInput,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let ana: Keys
beforeAll(async () => {
  world = await startTwoAccounts()
  ana = await world.newUser(world.home, 'ana')
  await allow('ana', { Action: ['sts:*', 's3:*'], Resource: '*' })
  await s3(world.root(world.home)).send(new CreateBucketCommand({ Bucket: 'reports' }))
})
afterAll(() => world.stop())

const root = () => world.iam(world.root(world.home))

async function allow(user: string, statement: object): Promise<void> {
  const PolicyDocument = policyText({ Effect: 'Allow', ...statement })
  await root().send(
    new PutUserPolicyCommand({ UserName: user, PolicyName: 'given', PolicyDocument }),
  )
}

function s3(credentials: Keys): S3Client {
  const endpoint = world.aws.url
  const systemClockOffset = world.nowMs() - Date.now()
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    systemClockOffset,
  })
}

function ask(keys: Keys, input: Partial<GetFederationTokenCommandInput> = {}) {
  return world.sts(keys).send(new GetFederationTokenCommand({ Name: 'bob', ...input }))
}

async function federate(
  keys: Keys,
  input: Partial<GetFederationTokenCommandInput> = {},
): Promise<Keys> {
  const { Credentials } = await ask(keys, input)
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
}

const everything = policyText({ Effect: 'Allow', Action: '*', Resource: '*' })
const list = () => new ListBucketsCommand({})
const locate = () => new GetBucketLocationCommand({ Bucket: 'reports' })
const deniedS3 = { name: 'AccessDenied' }

describe('a federated user', () => {
  test('is told who it is', async () => {
    const { FederatedUser } = await ask(ana)
    const arn = 'arn:aws:sts::111111111111:federated-user/bob'
    expect(FederatedUser).toEqual({ FederatedUserId: '111111111111:bob', Arn: arn })
    const identity = await world.sts(await federate(ana)).send(new GetCallerIdentityCommand({}))
    expect(identity).toMatchObject({ Arn: arn, UserId: '111111111111:bob', Account: world.home })
  })

  test('has nothing without a session policy', async () => {
    await expect(s3(await federate(ana)).send(list())).rejects.toMatchObject(deniedS3)
  })

  test('has what both the user and the session policy allow', async () => {
    await expect(
      s3(await federate(ana, { Policy: everything })).send(list()),
    ).resolves.toBeDefined()
    const Policy = policyText({ Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: '*' })
    const narrow = s3(await federate(ana, { Policy }))
    await expect(narrow.send(locate())).resolves.toBeDefined()
    await expect(narrow.send(list())).rejects.toMatchObject(deniedS3)
    const managed = [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }]
    await expect(
      s3(await federate(ana, { PolicyArns: managed })).send(list()),
    ).resolves.toBeDefined()
  })

  test('has its user’s groups and boundary', async () => {
    const cid = await world.newUser(world.home, 'cid')
    await root().send(new CreateGroupCommand({ GroupName: 'team' }))
    const PolicyDocument = policyText({ Effect: 'Allow', Action: ['s3:*', 'sts:*'], Resource: '*' })
    await root().send(
      new PutGroupPolicyCommand({ GroupName: 'team', PolicyName: 'p', PolicyDocument }),
    )
    await root().send(new AddUserToGroupCommand({ GroupName: 'team', UserName: 'cid' }))
    const keys = await federate(cid, { Policy: everything })
    await expect(s3(keys).send(list())).resolves.toBeDefined()
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess'
    await root().send(
      new PutUserPermissionsBoundaryCommand({ UserName: 'cid', PermissionsBoundary }),
    )
    await expect(s3(keys).send(list())).rejects.toMatchObject(deniedS3)
  })

  test('that a bucket policy names is let in without a session policy', async () => {
    const Policy = policyText({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:sts::${world.home}:federated-user/named` },
      Action: 's3:GetBucketLocation',
      Resource: 'arn:aws:s3:::reports',
    })
    const put = new PutBucketPolicyCommand({ Bucket: 'reports', Policy })
    await s3(world.root(world.home)).send(put)
    await expect(s3(await federate(ana, { Name: 'named' })).send(locate())).resolves.toBeDefined()
    await expect(s3(await federate(ana)).send(locate())).rejects.toMatchObject(deniedS3)
  })

  test('calls neither IAM nor STS', async () => {
    const keys = await federate(world.root(world.home), { Policy: everything })
    await expect(s3(keys).send(list())).resolves.toBeDefined()
    await expect(world.iam(keys).send(new ListUsersCommand({}))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    })
    await expect(ask(keys)).rejects.toMatchObject({ name: 'AccessDenied' })
    const token = new GetSessionTokenCommand({})
    await expect(world.sts(keys).send(token)).rejects.toMatchObject({ name: 'AccessDenied' })
    const AssumeRolePolicyDocument = policyText({
      Effect: 'Allow',
      Principal: { AWS: world.home },
      Action: 'sts:AssumeRole',
    })
    const input = { RoleName: 'near', AssumeRolePolicyDocument }
    const { Role } = await root().send(new CreateRoleCommand(input))
    const assume = new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'run' })
    await expect(world.sts(keys).send(assume)).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('of a root user has an hour, and no more than its session policy', async () => {
    const asked = await ask(world.root(world.home), { DurationSeconds: 7200 })
    const lasts = (asked.Credentials?.Expiration?.getTime() ?? 0) - world.nowMs()
    expect(Math.round(lasts / 60_000)).toBe(60)
    const bare = await federate(world.root(world.home))
    await expect(s3(bare).send(list())).rejects.toMatchObject(deniedS3)
    const longest = await ask(ana, { DurationSeconds: 129_600 })
    const hours = ((longest.Credentials?.Expiration?.getTime() ?? 0) - world.nowMs()) / 3_600_000
    expect(Math.round(hours)).toBe(36)
    await expect(ask(ana, { DurationSeconds: 129_601 })).rejects.toMatchObject({
      name: 'ValidationError',
    })
  })

  test('ends with the user that federated it', async () => {
    const dan = await world.newUser(world.home, 'dan')
    await allow('dan', { Action: '*', Resource: '*' })
    const keys = await federate(dan, { Policy: everything })
    await root().send(new DeleteUserPolicyCommand({ UserName: 'dan', PolicyName: 'given' }))
    await expect(s3(keys).send(list())).rejects.toMatchObject(deniedS3)
    const key = new DeleteAccessKeyCommand({ UserName: 'dan', AccessKeyId: dan.accessKeyId })
    await root().send(key)
    await root().send(new DeleteUserCommand({ UserName: 'dan' }))
    await world.newUser(world.home, 'dan')
    await allow('dan', { Action: '*', Resource: '*' })
    await expect(s3(keys).send(list())).rejects.toMatchObject({ name: 'InvalidToken' })
  })

  test('ends when its time is up', async () => {
    const keys = await federate(ana, { Policy: everything, DurationSeconds: 900 })
    world.passSeconds(901)
    await expect(s3(keys).send(list())).rejects.toMatchObject({ name: 'ExpiredToken' })
  })
})

describe('GetFederationToken', () => {
  test('takes permission, and for tags another', async () => {
    const eve = await world.newUser(world.home, 'eve')
    await expect(ask(eve)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        'sts:GetFederationToken on resource: arn:aws:sts::111111111111:federated-user/bob',
      ),
    })
    await allow('eve', { Action: 'sts:GetFederationToken', Resource: '*' })
    await expect(ask(eve)).resolves.toBeDefined()
    const Tags = [{ Key: 'team', Value: 'red' }]
    await expect(ask(eve, { Tags })).rejects.toMatchObject({
      message: expect.stringContaining('not authorized to perform: sts:TagSession'),
    })
  })

  test('gives tags that conditions read', async () => {
    const Policy = policyText({
      Effect: 'Allow',
      Action: 's3:*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
    })
    const tagged = (Value: string) => federate(ana, { Policy, Tags: [{ Key: 'team', Value }] })
    await expect(s3(await tagged('red')).send(list())).resolves.toBeDefined()
    await expect(s3(await tagged('blue')).send(list())).rejects.toMatchObject(deniedS3)
  })

  test('refuses too much to pack', async () => {
    const Tags = Array.from({ length: 50 }, (_, at) => ({
      Key: `key-${at}`,
      Value: `${at}${Math.sin(at)}`.repeat(20).slice(0, 256),
    }))
    const random = Tags.map((tag) => ({
      ...tag,
      Value: Array.from(crypto.getRandomValues(new Uint8Array(128)), (b) =>
        b.toString(16).padStart(2, '0'),
      ).join(''),
    }))
    await expect(ask(ana, { Tags: random })).rejects.toMatchObject({
      name: 'PackedPolicyTooLargeException',
    })
  })

  test('refuses sessions', async () => {
    const { Credentials } = await world.sts(ana).send(new GetSessionTokenCommand({}))
    const keys = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    }
    await expect(ask(keys)).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

describe('DecodeAuthorizationMessage', () => {
  test('opens what the event history tells of a denial', async () => {
    const fay = await world.newUser(world.home, 'fay')
    await expect(ask(fay)).rejects.toMatchObject({ name: 'AccessDenied' })
    const EncodedMessage = world.aws.events().at(-1)?.decisions.at(-1)?.encodedMessage ?? ''
    const open = (keys: Keys, text = EncodedMessage) =>
      world.sts(keys).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: text }))
    await expect(open(fay)).rejects.toMatchObject({ name: 'AccessDenied' })
    const { DecodedMessage = '' } = await open(ana)
    expect(JSON.parse(DecodedMessage)).toMatchObject({
      allowed: false,
      explicitDeny: false,
      context: {
        principal: { arn: 'arn:aws:iam::111111111111:user/fay' },
        action: 'sts:GetFederationToken',
      },
    })
    const changed = EncodedMessage.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'))
    for (const text of [changed, EncodedMessage.slice(0, -4), 'nothing', `${EncodedMessage}=`]) {
      await expect(open(ana, text)).rejects.toMatchObject({
        name: 'InvalidAuthorizationMessageException',
      })
    }
  })

  test('opens no session token', async () => {
    const { sessionToken: EncodedMessage = '' } = await federate(ana)
    const decode = new DecodeAuthorizationMessageCommand({ EncodedMessage })
    await expect(world.sts(ana).send(decode)).rejects.toMatchObject({
      name: 'InvalidAuthorizationMessageException',
    })
  })
})

test('AssumeRoot is for organizations alone', async () => {
  const input = {
    TargetPrincipal: world.other,
    TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy' },
  }
  for (const keys of [ana, world.root(world.home)]) {
    const attempt = world.sts(keys).send(new AssumeRootCommand(input))
    await expect(attempt).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        'sts:AssumeRoot on resource: arn:aws:iam::222222222222:root',
      ),
    })
  }
})

import {
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ListImagesCommand,
  PutRegistryPolicyCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr'
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DetachUserPolicyCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam'
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DetachPolicyCommand,
} from '@aws-sdk/client-organizations'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type FaultSettings,
  type LocalAws,
  noFaults,
  startLocalAws,
} from '../../src/local/index.ts'
import type { Keys } from '../support/aws-under-test.ts'
import { iamClient, stsClient } from '../support/local-clients.ts'
import { startOrganization } from '../support/organization-world.ts'

const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
const seed = {
  accounts: [
    { id: '111111111111', users: [{ name: 'ana', managedPolicyArns: [PolicyArn] }] },
    { id: '222222222222' },
  ],
}

let aws: LocalAws
let ana: Keys
beforeEach(async () => {
  aws = await startLocalAws({ seed })
  ana = aws.userCredentials('111111111111', 'ana')
})
afterEach(() => aws.stop())

function throughHttp(faults: object): Promise<Response> {
  return fetch(`${aws.url}/_stile/faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${aws.controlToken}` },
    body: JSON.stringify(faults),
  })
}

const common = () => ({ endpoint: aws.url, region: 'eu-west-1', maxAttempts: 1 })
const s3 = () => new S3Client({ ...common(), credentials: { ...ana } })

test('every service throttles in its own words', async () => {
  expect((await throughHttp({ throttle: 1 })).status).toBe(200)
  const iam = iamClient(aws, ana).send(new ListUsersCommand({}))
  await expect(iam).rejects.toMatchObject({
    name: 'Throttling',
    $metadata: { httpStatusCode: 400 },
  })
  const listed = s3().send(new ListBucketsCommand({}))
  await expect(listed).rejects.toMatchObject({
    name: 'SlowDown',
    $metadata: { httpStatusCode: 503 },
  })
  expect((await throughHttp({})).status).toBe(200)
  await iamClient(aws, ana).send(new ListUsersCommand({}))
})

test('faults of a service are 500s, and nothing was done', async () => {
  aws.setFaults({ ...noFaults, error: 1 })
  const made = iamClient(aws, ana).send(new CreateUserCommand({ UserName: 'ben' }))
  await expect(made).rejects.toMatchObject({
    name: 'ServiceFailureException',
    $metadata: { httpStatusCode: 500 },
  })
  await expect(s3().send(new ListBucketsCommand({}))).rejects.toMatchObject({
    name: 'InternalError',
  })
  aws.setFaults(noFaults)
  const { Users: users = [] } = await iamClient(aws, ana).send(new ListUsersCommand({}))
  expect(users.map(({ UserName }) => UserName)).toEqual(['ana'])
})

async function fates(settings: FaultSettings): Promise<string> {
  aws.setFaults(settings)
  const sts = stsClient(aws, ana)
  let told = ''
  for (let call = 0; call < 24; call += 1) {
    told += await sts.send(new GetCallerIdentityCommand({})).then(
      () => '.',
      () => 'x',
    )
  }
  return told
}

test('the registry is throttled and fails in its own form, and nothing was done', async () => {
  const ecr = new ECRClient({ endpoint: aws.url, region: 'eu-west-1', credentials: { ...ana } })
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}))
  const authorization = `Basic ${authorizationData?.[0]?.authorizationToken}`
  const uploads = '/v2/111111111111/eu-west-1/app/blobs/uploads/'
  const begin = () => fetch(`${aws.url}${uploads}`, { method: 'POST', headers: { authorization } })
  aws.setFaults({ ...noFaults, throttle: 1 })
  const throttled = await begin()
  expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '1'])
  expect(await throttled.json()).toEqual({
    errors: [{ code: 'TOOMANYREQUESTS', message: 'Rate exceeded' }],
  })
  aws.setFaults({ ...noFaults, error: 1 })
  const failed = await begin()
  expect([failed.status, await failed.json()]).toEqual([
    500,
    { errors: [{ code: 'UNKNOWN', message: 'internal failure' }] },
  ])
  expect(aws.events().at(-1)).toMatchObject({ service: 'ecr', errorCode: 'ServerException' })
  aws.setFaults({ ...noFaults, latencyMs: 80 })
  const beganMs = performance.now()
  expect((await begin()).status).toBe(202)
  expect(performance.now() - beganMs).toBeGreaterThan(75)
})

test('forms that are posted meet the same faults as other calls', async () => {
  await s3().send(new CreateBucketCommand({ Bucket: 'forms' }))
  const post = () => {
    const form = new FormData()
    form.set('key', 'text')
    form.set('file', new Blob(['text']))
    return fetch(`${aws.url}/forms`, { method: 'POST', body: form })
  }
  aws.setFaults({ ...noFaults, throttle: 1 })
  const throttled = await post()
  expect([throttled.status, await throttled.text()]).toEqual([
    503,
    expect.stringContaining('<Code>SlowDown</Code>'),
  ])
  aws.setFaults({ ...noFaults, error: 1 })
  const failed = await post()
  expect([failed.status, await failed.text()]).toEqual([
    500,
    expect.stringContaining('<Code>InternalError</Code>'),
  ])
  aws.setFaults(noFaults)
  // Nobody signed it.
  expect((await post()).status).toBe(403)
})

test('the same seed meets the same faults', async () => {
  const first = await fates({ ...noFaults, throttle: 0.4, seed: 7 })
  expect(first).toMatch(/x.*\.|\..*x/)
  expect(await fates({ ...noFaults, throttle: 0.4, seed: 7 })).toBe(first)
  expect(await fates({ ...noFaults, throttle: 0.4, seed: 8 })).not.toBe(first)
})

test.each([{ throttle: 2 }, { latency: '50' }, { outage: 1 }, [], null])(
  'faults %j are refused',
  async (faults) => {
    expect((await throughHttp(faults as object)).status).toBe(400)
  },
)

const trust = (arn: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: arn }, Action: 'sts:AssumeRole' }],
  })

test('a new principal can be named when word of it has spread', async () => {
  aws.setFaults({ ...noFaults, propagationMs: 5000 })
  const iam = iamClient(aws, ana)
  await iam.send(new CreateUserCommand({ UserName: 'ben' }))
  const role = () =>
    iam.send(
      new CreateRoleCommand({
        RoleName: 'deploy',
        AssumeRolePolicyDocument: trust('arn:aws:iam::111111111111:user/ben'),
      }),
    )
  await expect(role()).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: expect.stringContaining('Invalid principal in policy'),
  })
  aws.setClockOffset(5001)
  await role()
})

test('a new role can be assumed, and a new key used, when word of it has spread', async () => {
  aws.setFaults({ ...noFaults, propagationMs: 5000 })
  const iam = iamClient(aws, ana)
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'deploy',
      AssumeRolePolicyDocument: trust('arn:aws:iam::111111111111:user/ana'),
    }),
  )
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ana' }))
  const fresh = {
    accessKeyId: key?.AccessKeyId ?? '',
    secretAccessKey: key?.SecretAccessKey ?? '',
  }
  const RoleArn = 'arn:aws:iam::111111111111:role/deploy'
  const assume = () =>
    stsClient(aws, ana).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }))
  const use = () => stsClient(aws, fresh).send(new GetCallerIdentityCommand({}))
  await expect(assume()).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(use()).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  aws.setClockOffset(5001)
  await assume()
  await use()
})

test('policies that are attached and detached take effect later', async () => {
  const ben = { name: 'ben', keys: [{ accessKeyId: 'ben', secretAccessKey: 'secret' }] }
  aws.addAccount({ id: '333333333333', users: [ben] })
  aws.setFaults({ ...noFaults, propagationMs: 5000 })
  const root = iamClient(aws, aws.rootCredentials('333333333333'))
  const list = () =>
    iamClient(aws, { accessKeyId: 'ben', secretAccessKey: 'secret' }).send(new ListUsersCommand({}))
  await root.send(new AttachUserPolicyCommand({ UserName: 'ben', PolicyArn }))
  await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' })
  aws.setClockOffset(5001)
  await list()
  await root.send(new DetachUserPolicyCommand({ UserName: 'ben', PolicyArn }))
  await list()
  aws.setClockOffset(10_002)
  await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' })
})

const stranger = () => aws.rootCredentials('222222222222')
const s3As = (keys: Keys) => new S3Client({ ...common(), credentials: { ...keys } })
const allow = (...actions: readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::222222222222:root' },
      Action: actions,
    },
  ],
})

test('a policy of a bucket takes effect later, and holds for a while when it is gone', async () => {
  const Bucket = 'spreading'
  aws.setFaults({ ...noFaults, propagationMs: 5000 })
  await s3().send(new CreateBucketCommand({ Bucket }))
  const [statement] = allow('s3:ListBucket').Statement
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ ...statement, Resource: `arn:aws:s3:::${Bucket}` }],
  })
  await s3().send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const list = () => s3As(stranger()).send(new ListObjectsV2Command({ Bucket }))
  await s3().send(new ListObjectsV2Command({ Bucket }))
  await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' })
  aws.setClockOffset(5001)
  await list()
  await s3().send(new DeleteBucketPolicyCommand({ Bucket }))
  await expect(s3().send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
    name: 'NoSuchBucketPolicy',
  })
  await list()
  // What another bucket of the name allowed says nothing of this one.
  await s3().send(new DeleteBucketCommand({ Bucket }))
  aws.setClockOffset(5100)
  await s3().send(new CreateBucketCommand({ Bucket }))
  await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' })
})

test('policies of repositories and of the registry take effect later', async () => {
  const ecr = new ECRClient({ ...common(), credentials: { ...ana } })
  const theirs = new ECRClient({ ...common(), credentials: { ...stranger() } })
  const repositoryName = 'app'
  await ecr.send(new CreateRepositoryCommand({ repositoryName }))
  aws.setFaults({ ...noFaults, propagationMs: 5000 })
  const policyText = JSON.stringify(allow('ecr:ListImages'))
  await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }))
  const list = () =>
    theirs.send(new ListImagesCommand({ registryId: '111111111111', repositoryName }))
  await expect(list()).rejects.toMatchObject({ name: 'AccessDeniedException' })
  aws.setClockOffset(5001)
  await list()
  const [statement] = allow('ecr:ListImages').Statement
  const deny = { ...statement, Effect: 'Deny', Resource: '*' }
  const registryPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [deny] })
  await ecr.send(new PutRegistryPolicyCommand({ policyText: registryPolicy }))
  await list()
  aws.setClockOffset(10_002)
  await expect(list()).rejects.toMatchObject({ name: 'AccessDeniedException' })
})

test('a service control policy binds later, and holds for a while when it is detached', async () => {
  const world = await startOrganization()
  try {
    const member = await world.newAccount('member')
    await world.enable('SERVICE_CONTROL_POLICY')
    const deny = { Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' }
    const { Policy } = await world.admin.send(
      new CreatePolicyCommand({
        Name: 'no-lists',
        Description: '',
        Type: 'SERVICE_CONTROL_POLICY',
        Content: JSON.stringify({ Version: '2012-10-17', Statement: [deny] }),
      }),
    )
    const where = { PolicyId: Policy?.PolicySummary?.Id, TargetId: member }
    world.aws.setFaults({ ...noFaults, propagationMs: 5000 })
    const list = () => world.iam(world.root(member)).send(new ListUsersCommand({}))
    await world.admin.send(new AttachPolicyCommand(where))
    await list()
    world.aws.setClockOffset(5001)
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' })
    await world.admin.send(new DetachPolicyCommand(where))
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' })
    world.aws.setClockOffset(10_002)
    await list()
  } finally {
    await world.stop()
  }
})

test('a refused change leaves no trace, and ending the fault ends the wait', async () => {
  aws.setFaults({ ...noFaults, propagationMs: 5000 })
  const iam = iamClient(aws, ana)
  const twice = iam.send(new CreateUserCommand({ UserName: 'ana' }))
  await expect(twice).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' })
  await iam.send(new ListUsersCommand({}))
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'deploy',
      AssumeRolePolicyDocument: trust('arn:aws:iam::111111111111:user/ana'),
    }),
  )
  aws.setFaults(noFaults)
  const RoleArn = 'arn:aws:iam::111111111111:role/deploy'
  await stsClient(aws, ana).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }))
})

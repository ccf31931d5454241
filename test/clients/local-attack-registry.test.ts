import {
  CreateRepositoryCommand,
  DeleteRegistryPolicyCommand,
  DescribeRegistryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ListImagesCommand,
  PutRegistryPolicyCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr'
import { CreateRoleCommand, PutRolePolicyCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import {
  type RegistryWorld,
  region,
  registryClient,
  startRegistryWorld,
} from '../support/registry-world.ts'
import { policyText } from '../support/two-accounts.ts'

let world: RegistryWorld

beforeAll(async () => {
  world = await startRegistryWorld()
})
afterAll(() => world.stop())

async function grant(UserName: string, ...Statement: readonly object[]): Promise<void> {
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  const input = { UserName, PolicyName: 'given', PolicyDocument }
  await world.iam(world.root(world.home)).send(new PutUserPolicyCommand(input))
}

function inRegion(credentials: Keys, name: string): ECRClient {
  return new ECRClient({ endpoint: world.aws.url, region: name, credentials, maxAttempts: 1 })
}

describe('a repository of another region', () => {
  const resourceArn = 'arn:aws:ecr:us-west-2:111111111111:repository/far'

  test('is not tagged by a call that was signed for this one', async () => {
    const there = inRegion(world.root(world.home), 'us-west-2')
    await there.send(new CreateRepositoryCommand({ repositoryName: 'far' }))
    const keys = await world.userWith(world.home, 'regional', ['ecr:GetAuthorizationToken'])
    await grant('regional', {
      Effect: 'Allow',
      Action: 'ecr:*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': region } },
    })
    const invalid = { name: 'InvalidParameterException' }
    const tags = [{ Key: 'team', Value: 'mine' }]
    const tag = new TagResourceCommand({ resourceArn, tags })
    await expect(world.ecr(keys).send(tag)).rejects.toMatchObject(invalid)
    const untag = new UntagResourceCommand({ resourceArn, tagKeys: ['team'] })
    await expect(world.ecr(keys).send(untag)).rejects.toMatchObject(invalid)
  })
})

test('a list of no repositories takes leave like any other', async () => {
  const keys = await world.userWith(world.home, 'nobody', ['ecr:GetAuthorizationToken'])
  const describing = new DescribeRepositoriesCommand({ repositoryNames: [] })
  await expect(world.ecr(keys).send(describing)).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
})

describe('an upload', () => {
  test('is found in its own repository alone, and only with permission there', async () => {
    await world.newRepository(world.home, 'up-a')
    await world.newRepository(world.home, 'up-b')
    const root = await world.login(world.root(world.home))
    const a = registryClient(world, { accountId: world.home, name: 'up-a' }, root)
    const b = registryClient(world, { accountId: world.home, name: 'up-b' }, root)
    const begun = await a.send('POST', `${a.base}/blobs/uploads/`)
    const id = begun.headers['docker-upload-uuid']
    const keys = await world.userWith(world.home, 'upper', ['ecr:GetAuthorizationToken'])
    const arnOf = (name: string) => `arn:aws:ecr:${region}:${world.home}:repository/${name}`
    await grant(
      'upper',
      { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
      { Effect: 'Allow', Action: 'ecr:*', Resource: arnOf('up-b') },
    )
    const login = await world.login(keys)
    const theirs = registryClient(world, { accountId: world.home, name: 'up-a' }, login)
    for (const method of ['GET', 'PATCH', 'PUT', 'DELETE'] as const) {
      const refused = await theirs.send(
        method,
        `${theirs.base}/blobs/uploads/${id}?digest=sha256:${'0'.repeat(64)}`,
      )
      expect([method, refused.status, refused.codes]).toEqual([method, 403, ['DENIED']])
      const elsewhere = await b.send(
        method,
        `${b.base}/blobs/uploads/${id}?digest=sha256:${'0'.repeat(64)}`,
      )
      expect([method, elsewhere.status]).toEqual([method, 404])
    }
  })
})

test('a role whose right is taken away in the middle of an upload ends it', async () => {
  const iam = world.iam(world.root(world.home))
  const trust = policyText({
    Effect: 'Allow',
    Principal: { AWS: world.home },
    Action: 'sts:AssumeRole',
  })
  await iam.send(new CreateRoleCommand({ RoleName: 'pusher', AssumeRolePolicyDocument: trust }))
  const give = (Action: readonly string[]) =>
    iam.send(
      new PutRolePolicyCommand({
        RoleName: 'pusher',
        PolicyName: 'given',
        PolicyDocument: policyText({ Effect: 'Allow', Action, Resource: '*' }),
      }),
    )
  await give(['ecr:*'])
  const keys = await world.userWith(world.home, 'assumer', ['sts:AssumeRole'])
  const session = await world.assume(keys, { RoleArn: `arn:aws:iam::${world.home}:role/pusher` })
  await world.newRepository(world.home, 'mid')
  const client = registryClient(
    world,
    { accountId: world.home, name: 'mid' },
    await world.login(session),
  )
  const begun = await client.send('POST', `${client.base}/blobs/uploads/`)
  expect(begun.status).toBe(202)
  await give(['ecr:GetAuthorizationToken'])
  const refused = await client.send('PATCH', begun.headers.location as string)
  expect([refused.status, refused.codes]).toEqual([403, ['DENIED']])
})

test('a deny of the registry’s policy holds for calls on the registry itself', async () => {
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html: it is enforced in all requests.
  const keys = await world.userWith(world.other, 'described', ['ecr:*'])
  const ecr = world.ecr(keys)
  await expect(ecr.send(new DescribeRegistryCommand({}))).resolves.toBeDefined()
  const Principal = { AWS: `arn:aws:iam::${world.other}:user/described` }
  const policy = { Effect: 'Deny', Principal, Action: 'ecr:*', Resource: '*' }
  const root = world.ecr(world.root(world.other))
  await root.send(new PutRegistryPolicyCommand({ policyText: policyText(policy) }))
  const denied = { name: 'AccessDeniedException' }
  for (const command of [new DescribeRegistryCommand({}), new DeleteRegistryPolicyCommand({})])
    await expect(ecr.send(command)).rejects.toMatchObject(denied)
  await expect(ecr.send(new GetAuthorizationTokenCommand({}))).rejects.toMatchObject(denied)
  await root.send(new DeleteRegistryPolicyCommand({}))
  await expect(ecr.send(new DescribeRegistryCommand({}))).resolves.toBeDefined()
})

test('a policy of an old version beside it does not take the variables out of the registry’s', async () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
  const keys = await world.userWith(world.other, 'versed', ['ecr:ListImages'])
  await world.newRepository(world.other, 'versions')
  const root = world.ecr(world.root(world.other))
  const self = { StringEquals: { 'aws:username': `$${'{aws:username}'}` } }
  const deny = { Effect: 'Deny', Principal: '*', Action: 'ecr:ListImages', Resource: '*' }
  const policy = policyText({ ...deny, Condition: self })
  const list = new ListImagesCommand({ repositoryName: 'versions' })
  await expect(world.ecr(keys).send(list)).resolves.toBeDefined()
  await root.send(new PutRegistryPolicyCommand({ policyText: policy }))
  for (const Version of ['2008-10-17', '2012-10-17']) {
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'ecr:GetRepositoryPolicy' }]
    const repositoryPolicy = JSON.stringify({ Version, Statement })
    const input = { repositoryName: 'versions', policyText: repositoryPolicy }
    await root.send(new SetRepositoryPolicyCommand(input))
    await expect(world.ecr(keys).send(list)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  }
  await root.send(new DeleteRegistryPolicyCommand({}))
})

test('nor do the variables of the registry’s come into one of an old version', async () => {
  const keys = await world.userWith(world.home, 'old', ['ecr:ListImages'])
  const Condition = { StringEquals: { 'aws:username': `$${'{aws:username}'}` } }
  const allow = {
    Effect: 'Allow',
    Principal: { AWS: world.home },
    Action: 'ecr:ListImages',
    Condition,
  }
  await world.newRepository(world.other, 'olden', { Version: '2008-10-17', Statement: [allow] })
  const root = world.ecr(world.root(world.other))
  const list = new ListImagesCommand({ repositoryName: 'olden', registryId: world.other })
  const denied = { name: 'AccessDeniedException' }
  await expect(world.ecr(keys).send(list)).rejects.toMatchObject(denied)
  const deny = { Effect: 'Deny', Principal: '*', Action: 'ecr:PutImage', Resource: '*' }
  await root.send(new PutRegistryPolicyCommand({ policyText: policyText(deny) }))
  await expect(world.ecr(keys).send(list)).rejects.toMatchObject(denied)
  await root.send(new DeleteRegistryPolicyCommand({}))
})

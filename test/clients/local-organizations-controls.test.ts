import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AttachPolicyCommand,
  CreateOrganizationalUnitCommand,
  CreatePolicyCommand,
  DescribeOrganizationCommand,
  DetachPolicyCommand,
  DisablePolicyTypeCommand,
  LeaveOrganizationCommand,
  MoveAccountCommand,
  type PolicyType,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations'
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import { type OrganizationWorld, startOrganization } from '../support/organization-world.ts'
import { policyText } from '../support/two-accounts.ts'

let world: OrganizationWorld
let member: string
let unit: string
beforeEach(async () => {
  world = await startOrganization()
  const command = new CreateOrganizationalUnitCommand({ ParentId: world.rootId, Name: 'workloads' })
  unit = (await world.admin.send(command)).OrganizationalUnit?.Id ?? ''
  member = await world.newAccount('member')
  await move(world.rootId, unit)
})
afterEach(() => world.stop())

async function move(SourceParentId: string, DestinationParentId: string): Promise<void> {
  const input = { AccountId: member, SourceParentId, DestinationParentId }
  await world.admin.send(new MoveAccountCommand(input))
}

let count = 0
async function newPolicy(Type: PolicyType, statement: object): Promise<string> {
  count += 1
  const input = { Type, Name: `p${count}`, Description: '', Content: policyText(statement) }
  const { Policy } = await world.admin.send(new CreatePolicyCommand(input))
  return Policy?.PolicySummary?.Id ?? ''
}

const attach = (PolicyId: string, TargetId: string) =>
  world.admin.send(new AttachPolicyCommand({ PolicyId, TargetId }))

const detach = (PolicyId: string, TargetId: string) =>
  world.admin.send(new DetachPolicyCommand({ PolicyId, TargetId }))

async function newUser(accountId: string, statement: object): Promise<Keys> {
  const iam = world.iam(world.root(accountId))
  const UserName = 'ana'
  await iam.send(new CreateUserCommand({ UserName }))
  const PolicyDocument = policyText({ Effect: 'Allow', ...statement })
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
}

const everything = { Action: '*', Resource: '*' }
const listUsers = (keys: Keys) => world.iam(keys).send(new ListUsersCommand({}))
const denyUsers = { Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' }
const outsideOnly = { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }

describe('a service control policy', () => {
  beforeEach(() => world.enable('SERVICE_CONTROL_POLICY'))

  test('binds at the root, at a unit and at the account, users and the root user alike', async () => {
    const ana = await newUser(member, everything)
    const policy = await newPolicy('SERVICE_CONTROL_POLICY', denyUsers)
    for (const target of [world.rootId, unit, member]) {
      await listUsers(ana)
      await attach(policy, target)
      for (const keys of [ana, world.root(member)]) {
        await expect(listUsers(keys)).rejects.toThrow(
          'with an explicit deny in a service control policy',
        )
      }
      await listUsers(world.root(world.management))
      await listUsers(world.root(world.outside))
      await detach(policy, target)
    }
    await listUsers(ana)
  })

  test('has to allow at every level', async () => {
    const ana = await newUser(member, everything)
    const onlyS3 = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
    const policy = await newPolicy('SERVICE_CONTROL_POLICY', onlyS3)
    for (const target of [world.rootId, unit, member]) {
      await attach(policy, target)
      await listUsers(ana)
      await detach('p-FullAWSAccess', target)
      await expect(listUsers(ana)).rejects.toThrow(
        'because no service control policy allows the iam:ListUsers action',
      )
      await attach('p-FullAWSAccess', target)
      await detach(policy, target)
    }
  })

  test('follows the tree: moved out, changed, disabled, left', async () => {
    const keys = world.root(member)
    const policy = await newPolicy('SERVICE_CONTROL_POLICY', denyUsers)
    await attach(policy, unit)
    await expect(listUsers(keys)).rejects.toThrow('service control policy')
    await move(unit, world.rootId)
    await listUsers(keys)
    await move(world.rootId, unit)
    await expect(listUsers(keys)).rejects.toThrow('service control policy')
    const harmless = policyText({ ...denyUsers, Action: 'iam:ListRoles' })
    await world.admin.send(new UpdatePolicyCommand({ PolicyId: policy, Content: harmless }))
    await listUsers(keys)
    const Content = policyText(denyUsers)
    await world.admin.send(new UpdatePolicyCommand({ PolicyId: policy, Content }))
    await expect(listUsers(keys)).rejects.toThrow('service control policy')
    const type = { RootId: world.rootId, PolicyType: 'SERVICE_CONTROL_POLICY' as const }
    await world.admin.send(new DisablePolicyTypeCommand(type))
    await listUsers(keys)
    await world.enable('SERVICE_CONTROL_POLICY')
    await listUsers(keys)
  })

  test('can keep an account from leaving', async () => {
    const policy = await newPolicy('SERVICE_CONTROL_POLICY', {
      ...denyUsers,
      Action: 'organizations:LeaveOrganization',
    })
    await attach(policy, world.rootId)
    world.passDays(10)
    const client = world.organizations(world.root(member))
    await expect(client.send(new LeaveOrganizationCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:iam::${member}:root is not authorized to perform: organizations:LeaveOrganization on resource: * with an explicit deny in a service control policy`,
    })
  })

  test('is explained in the event history', async () => {
    const policy = await newPolicy('SERVICE_CONTROL_POLICY', denyUsers)
    await attach(policy, unit)
    await expect(listUsers(world.root(member))).rejects.toThrow()
    const [last] = world.aws.events().at(-1)?.decisions ?? []
    expect(last?.decision).toMatchObject({
      kind: 'explicitDeny',
      by: [{ layer: 'scp', policy: expect.stringContaining(policy) }],
    })
  })
})

async function newRole(accountId: string): Promise<string> {
  const trust = policyText({
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 'sts:AssumeRole',
  })
  const input = { RoleName: 'open', AssumeRolePolicyDocument: trust }
  const { Role } = await world.iam(world.root(accountId)).send(new CreateRoleCommand(input))
  return Role?.Arn ?? ''
}

const assume = (keys: Keys, RoleArn: string) =>
  world.sts(keys).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ana' }))

async function newBucket(accountId: string, name: string, statement: object): Promise<void> {
  const s3 = world.s3(world.root(accountId))
  await s3.send(new CreateBucketCommand({ Bucket: name }))
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket: name }))
  const Policy = policyText({
    Effect: 'Allow',
    Action: 's3:ListBucket',
    Resource: `arn:aws:s3:::${name}`,
    ...statement,
  })
  await s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy }))
}

const list = (keys: Keys, Bucket: string) =>
  world.s3(keys).send(new ListObjectsV2Command({ Bucket }))

describe('a resource control policy', () => {
  beforeEach(() => world.enable('RESOURCE_CONTROL_POLICY'))

  test('keeps everybody from the members’ roles and buckets, and nobody from those outside', async () => {
    const ana = await newUser(world.outside, everything)
    const roles = [await newRole(member), await newRole(world.management)] as const
    await assume(ana, roles[0])
    const policy = await newPolicy('RESOURCE_CONTROL_POLICY', outsideOnly)
    for (const target of [world.rootId, unit, member]) {
      await attach(policy, target)
      await expect(assume(ana, roles[0])).rejects.toMatchObject({ name: 'AccessDenied' })
      await expect(
        world.s3(world.root(member)).send(new CreateBucketCommand({ Bucket: 'rcp-bucket' })),
      ).rejects.toThrow('with an explicit deny in a resource control policy')
      await assume(ana, roles[1])
      await listUsers(world.root(member))
      await detach(policy, target)
    }
    await assume(ana, roles[0])
  })

  test('lets the organization in alone when it says so', async () => {
    const { Organization } = await world.admin.send(new DescribeOrganizationCommand({}))
    await newBucket(member, 'shared-bucket', {
      Principal: { AWS: [world.management, world.outside] },
    })
    const [inside, outside] = [
      await newUser(world.management, everything),
      await newUser(world.outside, everything),
    ]
    await list(outside, 'shared-bucket')
    const policy = await newPolicy('RESOURCE_CONTROL_POLICY', {
      ...outsideOnly,
      Condition: { StringNotEquals: { 'aws:PrincipalOrgID': Organization?.Id } },
    })
    await attach(policy, world.rootId)
    await list(inside, 'shared-bucket')
    await expect(list(outside, 'shared-bucket')).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

test('a resource control policy binds those who sign nothing', async () => {
  await world.enable('RESOURCE_CONTROL_POLICY')
  await newBucket(member, 'public-bucket', { Principal: '*' })
  const unsigned = () => fetch(`${world.aws.url}/public-bucket`)
  expect((await unsigned()).status).toBe(200)
  await attach(await newPolicy('RESOURCE_CONTROL_POLICY', outsideOnly), unit)
  expect((await unsigned()).status).toBe(403)
})

describe('the organization’s condition keys', () => {
  test.each([
    ['aws:PrincipalOrgID', 'StringEquals', (id: string) => id],
    ['aws:PrincipalOrgPaths', 'ForAnyValue:StringLike', (id: string) => `${id}/${world.rootId}/*`],
    [
      'aws:PrincipalOrgPaths',
      'ForAnyValue:StringEquals',
      (id: string) => `${id}/${world.rootId}/${unit}/`,
    ],
  ])('%s lets the members in by %s', async (key, operator, value) => {
    const { Organization } = await world.admin.send(new DescribeOrganizationCommand({}))
    const Condition = { [operator]: { [key]: value(Organization?.Id ?? '') } }
    await newBucket(world.outside, 'vendor-bucket', { Principal: { AWS: '*' }, Condition })
    const ana = await newUser(member, everything)
    await list(ana, 'vendor-bucket')
    world.aws.addAccount({ id: '888888888888' })
    const ben = await newUser('888888888888', everything)
    await expect(list(ben, 'vendor-bucket')).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('a caller in no organization has none', async () => {
    const Condition = { Null: { 'aws:PrincipalOrgID': 'true' } }
    await newBucket(member, 'strangers', { Principal: { AWS: '*' }, Condition })
    await list(await newUser(world.outside, everything), 'strangers')
    await expect(list(await newUser(world.management, everything), 'strangers')).rejects.toThrow()
  })

  test('aws:ResourceOrgID and aws:ResourceOrgPaths tell where a resource is', async () => {
    const { Organization } = await world.admin.send(new DescribeOrganizationCommand({}))
    const ana = await newUser(world.management, {
      ...everything,
      Condition: {
        StringEquals: { 'aws:ResourceOrgID': Organization?.Id },
        'ForAnyValue:StringLike': { 'aws:ResourceOrgPaths': `*/${unit}/` },
      },
    })
    await newBucket(member, 'inside-bucket', { Principal: { AWS: world.management } })
    await newBucket(world.outside, 'outside-bucket', { Principal: { AWS: world.management } })
    await list(ana, 'inside-bucket')
    await expect(list(ana, 'outside-bucket')).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import { type OrganizationWorld, startOrganization } from '../support/organization-world.ts'
import { policyText } from '../support/two-accounts.ts'

let world: OrganizationWorld
beforeEach(async () => {
  world = await startOrganization()
})
afterEach(() => world.stop())

test('the resource control policies of a bucket bind what others own in it', async () => {
  // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
  const member = await world.newAccount('member')
  const owner = world.s3(world.root(member))
  const Bucket = 'shared'
  await owner.send(new CreateBucketCommand({ Bucket }))
  const Rules = [{ ObjectOwnership: 'ObjectWriter' as const }]
  await owner.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }))
  const Policy = policyText({
    Effect: 'Allow',
    Principal: { AWS: world.outside },
    Action: 's3:*',
    Resource: `arn:aws:s3:::${Bucket}/*`,
  })
  await owner.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const writer = world.s3(world.root(world.outside))
  await writer.send(new PutObjectCommand({ Bucket, Key: 'theirs', Body: 'x' }))
  const head = new HeadObjectCommand({ Bucket, Key: 'theirs' })
  expect((await writer.send(head)).ContentLength).toBe(1)

  await world.enable('RESOURCE_CONTROL_POLICY')
  const Content = policyText({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: '*',
    Condition: { StringNotEqualsIfExists: { 'aws:PrincipalAccount': member } },
  })
  const Type = 'RESOURCE_CONTROL_POLICY'
  const made = { Name: 'ours', Description: '', Type, Content } as const
  const { Policy: policy } = await world.admin.send(new CreatePolicyCommand(made))
  const PolicyId = policy?.PolicySummary?.Id
  await world.admin.send(new AttachPolicyCommand({ PolicyId, TargetId: member }))
  await expect(writer.send(head)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
})

test('Organizations is in one region, whatever a call was signed for', async () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion
  const mallory = await newUser({ StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } })
  const client = new OrganizationsClient({
    endpoint: world.aws.url,
    region: 'eu-west-1',
    credentials: mallory,
    maxAttempts: 1,
  })
  await expect(client.send(new ListRootsCommand({}))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  })
  const other = await newUser({ StringEquals: { 'aws:RequestedRegion': 'us-east-1' } })
  const { Roots } = await world.organizations(other).send(new ListRootsCommand({}))
  expect(Roots?.length).toBe(1)
})

let users = 0
/** Of the management account, who may call Organizations under a condition. */
async function newUser(Condition: object): Promise<Keys> {
  const iam = world.iam(world.root(world.management))
  users += 1
  const UserName = `user${users}`
  await iam.send(new CreateUserCommand({ UserName }))
  const allowed = { Effect: 'Allow', Action: 'organizations:*', Resource: '*', Condition }
  const PolicyDocument = policyText(allowed)
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'given', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
  return { accessKeyId, secretAccessKey }
}

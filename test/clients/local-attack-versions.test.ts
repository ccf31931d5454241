import { PutUserPolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import { policyText, startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
beforeAll(async () => {
  world = await startTwoAccounts()
})
afterAll(() => world.stop())

const s3 = (credentials: Keys): S3Client =>
  new S3Client({
    endpoint: world.aws.url,
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
    forcePathStyle: true,
  })

test('a bucket policy without a version has no variables, access control lists or not', async () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
  const owner = s3(world.root(world.other))
  const Bucket = 'versionless'
  await owner.send(new CreateBucketCommand({ Bucket }))
  const mallory = await world.newUser(world.home, 'mallory')
  const PolicyDocument = policyText({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
  const given = { UserName: 'mallory', PolicyName: 'given', PolicyDocument }
  await world.iam(world.root(world.home)).send(new PutUserPolicyCommand(given))
  const Key = 'mallory/x'
  await owner.send(new DeletePublicAccessBlockCommand({ Bucket }))
  const everybody = 'uri="http://acs.amazonaws.com/groups/global/AuthenticatedUsers"'
  const get = () => s3(mallory).send(new GetObjectCommand({ Bucket, Key }))
  const put = (Version: object) => {
    const Resource = `arn:aws:s3:::${Bucket}/$${'{aws:username}'}/*`
    const allow = { Effect: 'Allow', Principal: { AWS: world.home }, Action: 's3:*', Resource }
    const Policy = JSON.stringify({ ...Version, Statement: [allow] })
    return owner.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  }
  for (const ObjectOwnership of ['BucketOwnerEnforced', 'ObjectWriter'] as const) {
    const OwnershipControls = { Rules: [{ ObjectOwnership }] }
    await owner.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
    const grant = ObjectOwnership === 'ObjectWriter' ? { GrantReadACP: everybody } : {}
    await owner.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...grant }))
    await put({})
    await expect(get()).rejects.toMatchObject({ name: 'AccessDenied' })
    await put({ Version: '2012-10-17' })
    await expect(get()).resolves.toBeDefined()
  }
})

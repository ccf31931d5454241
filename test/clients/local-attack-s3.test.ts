import { PutUserPolicyCommand } from '@aws-sdk/client-iam'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

/** Of a caller who may do something, and wants more than AWS would give. */
let world: TwoAccounts
let mallory: Keys
let owner: S3Client

beforeEach(async () => {
  world = await startTwoAccounts()
  owner = s3(world.root(world.home))
  await owner.send(new CreateBucketCommand({ Bucket }))
  mallory = await world.newUser(world.home, 'mallory')
})
afterEach(() => world.stop())

const Bucket = 'attacked'
const anyKey = `arn:aws:s3:::${Bucket}/*`

const s3 = (credentials: Keys, region = 'eu-west-1') =>
  new S3Client({
    endpoint: world.aws.url,
    region,
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  })

async function allow(...statements: readonly object[]): Promise<void> {
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((one) => ({ Effect: 'Allow', ...one })),
  })
  const input = { UserName: 'mallory', PolicyName: 'given', PolicyDocument }
  await world.iam(world.root(world.home)).send(new PutUserPolicyCommand(input))
}

const denied = { name: 'AccessDenied' }

describe('deleting', () => {
  test('is not allowed by the tags of what is there', async () => {
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
    await owner.send(new PutObjectCommand({ Bucket, Key: 'old', Body: 'x', Tagging: 'keep=no' }))
    const Condition = { StringEquals: { 's3:ExistingObjectTag/keep': 'no' } }
    await allow({ Action: 's3:DeleteObject', Resource: anyKey, Condition })
    const deletion = new DeleteObjectCommand({ Bucket, Key: 'old' })
    await expect(s3(mallory).send(deletion)).rejects.toMatchObject(denied)
  })

  test('by an ETag takes leave to read, alone and among others', async () => {
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-delete-enforce.html
    const { ETag } = await owner.send(new PutObjectCommand({ Bucket, Key: 'secret', Body: 'x' }))
    await owner.send(new PutObjectCommand({ Bucket, Key: 'other', Body: 'x' }))
    await allow({ Action: 's3:DeleteObject', Resource: anyKey })
    for (const IfMatch of [ETag, '"00000000000000000000000000000000"']) {
      const guess = new DeleteObjectCommand({ Bucket, Key: 'secret', IfMatch })
      await expect(s3(mallory).send(guess)).rejects.toMatchObject(denied)
    }
    const Objects = [{ Key: 'secret', ETag }, { Key: 'other' }]
    const { Deleted, Errors } = await s3(mallory).send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects } }),
    )
    expect(Deleted).toEqual([{ Key: 'other' }])
    expect(Errors).toMatchObject([{ Key: 'secret', Code: 'AccessDenied' }])
    await allow({ Action: ['s3:DeleteObject', 's3:GetObject'], Resource: anyKey })
    await s3(mallory).send(new DeleteObjectCommand({ Bucket, Key: 'secret', IfMatch: ETag }))
    await expect(
      owner.send(new HeadObjectCommand({ Bucket, Key: 'secret' })),
    ).rejects.toMatchObject({ name: 'NotFound' })
  })
})

describe('a bucket that takes conditional writes alone', () => {
  beforeEach(async () => {
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    const Policy = policyText({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: anyKey,
      Condition: {
        Null: { 's3:if-none-match': 'true' },
        Bool: { 's3:ObjectCreationOperation': 'true' },
      },
    })
    await owner.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    await allow({ Action: 's3:*', Resource: anyKey })
  })

  test('takes no other', async () => {
    const put = { Bucket, Key: 'k', Body: 'x' }
    await expect(s3(mallory).send(new PutObjectCommand(put))).rejects.toMatchObject(denied)
    await s3(mallory).send(new PutObjectCommand({ ...put, IfNoneMatch: '*' }))
  })

  test('takes parts without, and completes them with a condition alone', async () => {
    const client = s3(mallory)
    const upload = { Bucket, Key: 'parts' }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload))
    const part = { ...upload, UploadId, PartNumber: 1, Body: 'x' }
    const { ETag } = await client.send(new UploadPartCommand(part))
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    const whole = { ...upload, UploadId, MultipartUpload }
    await expect(client.send(new CompleteMultipartUploadCommand(whole))).rejects.toMatchObject(
      denied,
    )
    await client.send(new CompleteMultipartUploadCommand({ ...whole, IfNoneMatch: '*' }))
  })
})

test('the checksum of what is encrypted is told to those who may decrypt it', async () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
  const sealed = { Bucket, Key: 'sealed', Body: 'x', ServerSideEncryption: 'aws:kms' as const }
  await owner.send(new PutObjectCommand(sealed))
  // AWS's own key lets in its own account alone, the bucket whom its policy names.
  const Principal = { AWS: world.other }
  const Policy = policyText({
    Effect: 'Allow',
    Principal,
    Action: 's3:GetObject',
    Resource: anyKey,
  })
  await owner.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const stranger = s3(world.root(world.other))
  const head = { Bucket, Key: 'sealed' }
  expect((await stranger.send(new HeadObjectCommand(head))).ContentLength).toBe(1)
  await expect(
    stranger.send(new HeadObjectCommand({ ...head, ChecksumMode: 'ENABLED' })),
  ).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
  const own = await owner.send(new HeadObjectCommand({ ...head, ChecksumMode: 'ENABLED' }))
  expect(own.ChecksumCRC32).toBeDefined()
})

test('the region of a call is where the bucket is, whatever it was signed for', async () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion
  const abroad = { Bucket: 'abroad', Key: 'k', Body: 'x' }
  const there = s3(world.root(world.home), 'us-east-1')
  await there.send(new CreateBucketCommand({ Bucket: 'abroad' }))
  await there.send(new PutObjectCommand(abroad))
  await owner.send(new PutObjectCommand({ ...abroad, Bucket }))
  const Condition = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }
  await allow({ Action: 's3:*', Resource: '*', Condition })
  await s3(mallory).send(new HeadObjectCommand({ Bucket, Key: 'k' }))
  const read = new GetObjectCommand({ Bucket: 'abroad', Key: 'k' })
  await expect(s3(mallory, 'eu-west-1').send(read)).rejects.toMatchObject(denied)
})

test('a tag is not hidden behind another whose name differs by case', async () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
  const key = 's3:RequestObjectTag/env'
  const Condition = { StringEquals: { [key]: 'dev' } }
  const Action = ['s3:PutObject', 's3:PutObjectTagging']
  await allow({ Action, Resource: anyKey, Condition })
  const write = (Tagging: string) =>
    s3(mallory).send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', Tagging }))
  await write('env=dev')
  for (const Tagging of ['env=prod&Env=dev', 'Env=dev&env=prod', 'ENV=prod&env=dev']) {
    await expect(write(Tagging)).rejects.toMatchObject(denied)
  }
  await allow({ Action, Resource: anyKey })
  await write('env=prod&Env=dev')
  const Principal = '*'
  const Policy = policyText({
    Effect: 'Deny',
    Principal,
    Action,
    Resource: anyKey,
    Condition: { StringEquals: { [key]: 'prod' } },
  })
  await owner.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  for (const Tagging of ['env=prod&Env=dev', 'Env=dev&env=prod']) {
    await expect(write(Tagging)).rejects.toMatchObject(denied)
  }
})

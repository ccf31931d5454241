import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  S3Client,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '../../index.ts'

const Bucket = 'configured'
let aws: LocalAws
let s3: S3Client

beforeAll(async () => {
  aws = await startLocalAws({ seed: { accounts: [{ id: '111111111111' }] } })
  s3 = new S3Client({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: aws.rootCredentials('111111111111'),
    forcePathStyle: true,
    maxAttempts: 1,
  })
  await s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => aws.stop())

const encrypt = (SSEAlgorithm: string, BucketKeyEnabled: boolean): Promise<unknown> =>
  s3.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: SSEAlgorithm as ServerSideEncryption,
            },
            BucketKeyEnabled,
          },
        ],
      },
    }),
  )

test('a bucket is encrypted with S3’s keys, or with KMS’s where it says so', async () => {
  const shown = async (): Promise<unknown> => {
    const answer = await s3.send(new GetBucketEncryptionCommand({ Bucket }))
    return answer.ServerSideEncryptionConfiguration?.Rules
  }
  const rule = (BucketKeyEnabled: boolean, SSEAlgorithm = 'AES256'): object => ({
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm },
    BucketKeyEnabled,
  })
  await encrypt('AES256', true)
  expect(await shown()).toEqual([rule(true)])
  await encrypt('aws:kms', false)
  expect(await shown()).toEqual([rule(false, 'aws:kms')])
  await expect(encrypt('ROT13', false)).rejects.toMatchObject({ name: 'MalformedXML' })
  await s3.send(new DeleteBucketEncryptionCommand({ Bucket }))
  expect(await shown()).toEqual([rule(false)])
})

const put = (...Rules: readonly LifecycleRule[]): Promise<unknown> =>
  s3.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: { Rules: [...Rules] },
    }),
  )

const rule: LifecycleRule = {
  ID: 'old',
  Status: 'Enabled',
  Filter: { And: { Prefix: 'logs/', Tags: [{ Key: 'keep', Value: 'no' }] } },
  Expiration: { Date: new Date('2030-01-01T00:00:00Z') },
  Transitions: [{ Days: 30, StorageClass: 'STANDARD_IA' }],
  NoncurrentVersionExpiration: { NoncurrentDays: 7 },
}

test('lifecycle rules come back as they were put, until they are deleted', async () => {
  const get = (): Promise<{ Rules?: unknown }> =>
    s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
  const missing = { name: 'NoSuchLifecycleConfiguration' }
  await expect(get()).rejects.toMatchObject(missing)
  const { ID: _, ...nameless } = { ...rule, Expiration: { Days: 1 } }
  await put(rule, nameless)
  const named = { ...nameless, ID: expect.stringMatching(/^[\w-]{32}$/) }
  expect((await get()).Rules).toEqual([rule, named])
  await s3.send(new DeleteBucketLifecycleCommand({ Bucket }))
  await expect(get()).rejects.toMatchObject(missing)
})

const { Filter: _, ...withoutFilter } = rule

test.each([
  ['no rules', [], 'MalformedXML'],
  ['two rules of one name', [rule, rule], 'InvalidArgument'],
  ['a rule that does nothing', [{ Status: 'Enabled', Filter: {} }], 'InvalidRequest'],
  ['neither filter nor prefix', [withoutFilter], 'MalformedXML'],
  ['both filter and prefix', [{ ...rule, Prefix: 'a' }], 'MalformedXML'],
  ['no days', [{ ...rule, Expiration: { Days: 0 } }], 'InvalidArgument'],
  ['a date at noon', [{ ...rule, Expiration: { Date: new Date(43_200_000) } }], 'InvalidArgument'],
] as const)('lifecycle rules with %s are refused', async (_name, rules, code) => {
  await expect(put(...(rules as readonly LifecycleRule[]))).rejects.toMatchObject({ name: code })
})

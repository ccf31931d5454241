import { PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { S3 } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTwoAccounts, type TwoAccounts } from '../../../../../test/support/two-accounts.ts'

const Bucket = 'encrypted'
const kms = { ServerSideEncryption: 'aws:kms' } as const
const customer = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'k'.repeat(32) } as const
const otherKey = { ...customer, SSECustomerKey: 'o'.repeat(32) } as const
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }
let world: TwoAccounts
let owner: S3
let stranger: S3

beforeAll(async () => {
  world = await startTwoAccounts()
  owner = clientOf(world.root(world.home))
  stranger = clientOf(world.root(world.other))
  await owner.createBucket({ Bucket })
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: world.other },
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] })
  await owner.putBucketPolicy({ Bucket, Policy })
})
afterAll(() => world.stop())

function clientOf(credentials: ReturnType<TwoAccounts['root']>): S3 {
  const { url: endpoint } = world.aws
  return new S3({
    endpoint,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  })
}

test('what AWS’s own key of an account encrypts is read in that account alone', async () => {
  const object = { Bucket, Key: 'by-owner' }
  await owner.putObject({ ...object, Body: 'a', ...kms })
  await owner.getObject(object)
  await stranger.headObject(object)
  await expect(stranger.getObject(object)).rejects.toMatchObject(denied)
  const copy = { Bucket, Key: 'copied', CopySource: `${Bucket}/by-owner` }
  await expect(stranger.copyObject(copy)).rejects.toMatchObject(denied)
  await owner.putObject({ ...object, Body: 'a' })
  await stranger.getObject(object)
})

test('what a caller of another account encrypts is not for the owner of the bucket', async () => {
  const object = { Bucket, Key: 'by-stranger' }
  await stranger.putObject({ ...object, Body: 'a', ...kms })
  await stranger.getObject(object)
  await expect(owner.getObject(object)).rejects.toMatchObject(denied)
})

test('whoever completes an upload may use its key', async () => {
  const object = { Bucket, Key: 'upload' }
  const { UploadId } = await owner.createMultipartUpload({ ...object, ...kms })
  const part = { ...object, UploadId, PartNumber: 1, Body: 'a' }
  await expect(stranger.uploadPart(part)).rejects.toMatchObject(denied)
  const { ETag } = await owner.uploadPart(part)
  const whole = { ...object, UploadId, MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] } }
  await expect(stranger.completeMultipartUpload(whole)).rejects.toMatchObject(denied)
  await owner.completeMultipartUpload(whole)
})

test('a user needs no permission for the key but must not be denied it', async () => {
  const keys = await world.newUser(world.home, 'reader')
  const user = clientOf(keys)
  const iam = world.iam(world.root(world.home))
  const give = (...Statement: readonly object[]) =>
    iam.send(
      new PutUserPolicyCommand({
        UserName: 'reader',
        PolicyName: 'own',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    )
  const reads = { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }
  const object = { Bucket, Key: 'for-users' }
  await owner.putObject({ ...object, Body: 'a', ...kms })
  await give(reads)
  await user.getObject(object)
  await give(reads, { Effect: 'Deny', Action: 'kms:Decrypt', Resource: '*' })
  await expect(user.getObject(object)).rejects.toMatchObject(denied)
})

test('a bucket’s default is KMS where it says so, and a request outweighs it', async () => {
  const name = 'by-kms'
  await owner.createBucket({ Bucket: name })
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms' } as const
  const Rules = [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: true }]
  await owner.putBucketEncryption({
    Bucket: name,
    ServerSideEncryptionConfiguration: { Rules },
  })
  const object = { Bucket: name, Key: 'k', Body: 'a' }
  expect(await owner.putObject(object)).toMatchObject({
    ServerSideEncryption: 'aws:kms',
    BucketKeyEnabled: true,
  })
  const plain = await owner.putObject({ ...object, ServerSideEncryption: 'AES256' })
  expect(plain).toMatchObject({ ServerSideEncryption: 'AES256' })
  expect(plain.SSEKMSKeyId).toBeUndefined()
  await owner.deleteBucketEncryption({ Bucket: name })
  expect((await owner.putObject(object)).ServerSideEncryption).toBe('AES256')
})

test('a customer’s key is asked for by every call that reads', async () => {
  const object = { Bucket, Key: 'with-key' }
  await owner.putObject({ ...object, Body: 'a', ...customer })
  const ObjectAttributes = ['ETag' as const]
  const wanting = [
    () => owner.getObject(object),
    () => owner.headObject(object),
    () => owner.getObjectAttributes({ ...object, ObjectAttributes }),
  ]
  for (const call of wanting)
    await expect(call()).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } })
  await expect(owner.getObject({ ...object, ...otherKey })).rejects.toMatchObject(denied)
  const read = await owner.getObject({ ...object, ...customer })
  expect(await read.Body?.transformToString()).toBe('a')
  expect((await owner.headObject({ ...object, ...customer })).SSECustomerAlgorithm).toBe('AES256')
  await owner.putObject({ ...object, Body: 'a' })
  await expect(owner.getObject({ ...object, ...customer })).rejects.toMatchObject({
    message: 'The encryption parameters are not applicable to this object.',
  })
})

test('the parts of an upload come with its customer’s key', async () => {
  const object = { Bucket, Key: 'parts' }
  const { UploadId } = await owner.createMultipartUpload({ ...object, ...customer })
  const part = { ...object, UploadId, PartNumber: 1, Body: 'a' }
  await expect(owner.uploadPart(part)).rejects.toMatchObject({
    message: expect.stringContaining('Subsequent part requests must include'),
  })
  await expect(owner.uploadPart({ ...part, ...otherKey })).rejects.toMatchObject({
    message: expect.stringContaining('did not match the ones used originally'),
  })
  const { ETag } = await owner.uploadPart({ ...part, ...customer })
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] }
  await owner.completeMultipartUpload({ ...object, UploadId, MultipartUpload })
  await expect(owner.getObject(object)).rejects.toMatchObject({ name: 'InvalidRequest' })
  await owner.getObject({ ...object, ...customer })
})

test.each([
  [
    { ServerSideEncryption: 'ROT13' as 'AES256' },
    'The encryption method specified is not supported',
  ],
  [
    { SSEKMSKeyId: 'alias/aws/s3' },
    'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
  ],
  [
    { ...kms, SSEKMSKeyId: 'alias/mine' },
    'Alias arn:aws:kms:us-east-1:111111111111:alias/mine is not found.',
  ],
])('%j is refused', async (how, message) => {
  const put = owner.putObject({ Bucket, Key: 'refused', Body: 'a', ...how })
  await expect(put).rejects.toMatchObject({ message, $metadata: { httpStatusCode: 400 } })
})

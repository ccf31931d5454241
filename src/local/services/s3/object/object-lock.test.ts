import { PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { type PutObjectCommandInput, S3 } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTwoAccounts, type TwoAccounts } from '../../../../../test/support/two-accounts.ts'

const Bucket = 'locked'
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }
const kept = { ...denied, message: 'Access Denied because object protected by object lock.' }
const bypass = { BypassGovernanceRetention: true } as const
let world: TwoAccounts
let owner: S3

beforeAll(async () => {
  world = await startTwoAccounts()
  owner = clientOf(world.root(world.home))
  await owner.createBucket({ Bucket, ObjectLockEnabledForBucket: true })
})
afterAll(() => world.stop())

function clientOf(credentials: ReturnType<TwoAccounts['root']>): S3 {
  const { url: endpoint } = world.aws
  const systemClockOffset = world.nowMs() - Date.now()
  return new S3({
    endpoint,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    systemClockOffset,
  })
}

async function lockedVersion(Key: string, how: Partial<PutObjectCommandInput>) {
  const { VersionId } = await owner.putObject({ Bucket, Key, Body: 'a', ...how })
  return { Bucket, Key, VersionId }
}

function until(seconds: number): Date {
  return new Date(world.nowMs() + seconds * 1000)
}

test('compliance cannot be bypassed, and ends', async () => {
  const version = await lockedVersion('compliance', {
    ObjectLockMode: 'COMPLIANCE',
    ObjectLockRetainUntilDate: until(3600),
  })
  await expect(owner.deleteObject({ ...version, ...bypass })).rejects.toMatchObject(kept)
  await owner.deleteObject({ Bucket, Key: version.Key })
  world.passSeconds(3601)
  owner = clientOf(world.root(world.home))
  await owner.deleteObject(version)
})

test('governance is bypassed by those who may and mean to', async () => {
  const how = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until(3600) } as const
  const version = await lockedVersion('governance', how)
  const user = clientOf(await world.newUser(world.home, 'deleter'))
  const give = (...Action: readonly string[]) =>
    world.iam(world.root(world.home)).send(
      new PutUserPolicyCommand({
        UserName: 'deleter',
        PolicyName: 'own',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action, Resource: `arn:aws:s3:::${Bucket}/*` },
        }),
      }),
    )
  await give('s3:DeleteObjectVersion')
  await expect(user.deleteObject(version)).rejects.toMatchObject(kept)
  await expect(user.deleteObject({ ...version, ...bypass })).rejects.toMatchObject(denied)
  const Objects = [{ Key: version.Key, VersionId: version.VersionId }]
  const many = { Bucket, Delete: { Objects } }
  await expect(user.deleteObjects({ ...many, ...bypass })).rejects.toMatchObject(denied)
  expect((await user.deleteObjects(many)).Errors?.[0]?.Message).toBe(kept.message)
  await give('s3:DeleteObjectVersion', 's3:BypassGovernanceRetention')
  expect((await user.deleteObjects({ ...many, ...bypass })).Errors).toBeUndefined()
})

test('a legal hold is not bypassed', async () => {
  const version = await lockedVersion('held', { ObjectLockLegalHoldStatus: 'ON' })
  await expect(owner.deleteObject({ ...version, ...bypass })).rejects.toMatchObject(kept)
  expect((await owner.headObject(version)).ObjectLockLegalHoldStatus).toBe('ON')
})

test('to lock takes permissions of its own', async () => {
  const user = clientOf(await world.newUser(world.home, 'writer'))
  await world.iam(world.root(world.home)).send(
    new PutUserPolicyCommand({
      UserName: 'writer',
      PolicyName: 'own',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' },
      }),
    }),
  )
  const object = { Bucket, Key: 'by-writer', Body: 'a' }
  await user.putObject(object)
  const held = user.putObject({ ...object, ObjectLockLegalHoldStatus: 'ON' })
  await expect(held).rejects.toMatchObject(denied)
})

test('locks are for buckets that have them', async () => {
  await owner.createBucket({ Bucket: 'unlocked' })
  const put = owner.putObject({ Bucket: 'unlocked', Key: 'k', ObjectLockLegalHoldStatus: 'ON' })
  await expect(put).rejects.toMatchObject({
    message: 'Bucket is missing Object Lock Configuration',
  })
  const VersioningConfiguration = { Status: 'Suspended' } as const
  const suspend = owner.putBucketVersioning({ Bucket, VersioningConfiguration })
  await expect(suspend).rejects.toMatchObject({ name: 'InvalidBucketState' })
  await expect(owner.getObjectLockConfiguration({ Bucket: 'unlocked' })).rejects.toMatchObject({
    name: 'ObjectLockConfigurationNotFoundError',
  })
})

import type * as S3 from '@aws-sdk/client-s3'
import type { Place, Replays } from './replay.ts'

const changing = 'PutObjectRetention and PutObjectLegalHold are not built'

async function locked(place: Place): Promise<string> {
  return place.newBucket({ ObjectLockEnabledForBucket: true })
}

function inADay(place: Place): Date {
  return new Date(place.world.nowMs() + 86_400_000)
}

export const lockReplays: Replays = {
  test_get_put_object_lock_configuration: {
    run: async (place) => {
      const get = place.s3.getObjectLockConfiguration({ Bucket: await locked(place) })
      await place.told('get-lock-config-start', get)
    },
    leftOut: {
      'get-lock-config': 'PutObjectLockConfiguration is not built',
      'get-lock-config-only-enabled': 'PutObjectLockConfiguration is not built',
      'put-lock-config': 'PutObjectLockConfiguration is not built',
      'put-lock-config-enabled': 'PutObjectLockConfiguration is not built',
    },
  },
  test_s3_object_lock_mode_validation: async (place) => {
    const { s3, told } = place
    const object = { Bucket: await locked(place), Key: 'dest-key' }
    const ObjectLockRetainUntilDate = inADay(place)
    const bad = { ObjectLockMode: 'BAD-VALUE' as 'GOVERNANCE', ObjectLockRetainUntilDate }
    const put = (how: Partial<S3.PutObjectCommandInput>) => s3.putObject({ ...object, ...how })
    await told('put-obj-locked-error-no-retain-date', put({ ObjectLockMode: 'GOVERNANCE' }))
    await told('put-obj-locked-error-no-mode', put({ ObjectLockRetainUntilDate }))
    await told('put-obj-locked-bad-value', put(bad))
    const create = s3.createMultipartUpload({ ...object, ...bad })
    await told('create-mpu-locked-bad-value', create)
  },
  test_put_object_with_legal_hold: {
    run: async (place) => {
      const { s3, told } = place
      const object = { Bucket: await locked(place), Key: 'locked-object' }
      const how = { ObjectLockLegalHoldStatus: 'ON' } as const
      await told('put-obj', s3.putObject({ ...object, Body: 'test', ...how }))
      await told('head-object-with-legal-hold', s3.headObject(object))
    },
    leftOut: { 'put-object-legal-hold-off': changing },
  },
  test_delete_locked_object: {
    run: async (place) => {
      const { s3, told } = place
      const Bucket = await locked(place)
      const object = { Bucket, Key: 'test-delete-locked' }
      const how = { ObjectLockLegalHoldStatus: 'ON' } as const
      const put = s3.putObject({ ...object, Body: 'test', ...how })
      const { VersionId } = await told('put-obj', put)
      await told('delete-object-locked', s3.deleteObject({ ...object, VersionId }))
      const Objects = [{ Key: object.Key, VersionId }]
      await told('delete-objects-locked', s3.deleteObjects({ Bucket, Delete: { Objects } }))
    },
    leftOut: { 'put-object-legal-hold': changing, 'put-object-legal-hold-off': changing },
  },
  test_object_lock_delete_markers: {
    run: async (place) => {
      const { s3, told } = place
      const object = { Bucket: await locked(place), Key: 'test-delete-locked' }
      const how = {
        ObjectLockMode: 'GOVERNANCE',
        ObjectLockRetainUntilDate: inADay(place),
      } as const
      const bytes = { unknown: ['ETag', 'ChecksumCRC32'] }
      const put = s3.putObject({ ...object, Body: 'a'.repeat(20), ...how })
      await told('put-object-with-lock', put, bytes)
      await told('head-object-with-lock', s3.headObject(object), bytes)
      const { VersionId } = await told('put-delete-marker', s3.deleteObject(object))
      const head = s3.headObject({ ...object, VersionId })
      await told('head-object-locked-delete-marker', head)
    },
    leftOut: {
      'get-object-retention-delete-marker': changing,
      'put-object-retention-delete-marker': changing,
    },
  },
  test_s3_object_retention: {
    run: async (place) => {
      const { s3, told } = place
      const object = { Bucket: await locked(place), Key: 'test-retention-locked-object' }
      const how = {
        ObjectLockMode: 'GOVERNANCE',
        ObjectLockRetainUntilDate: inADay(place),
      } as const
      const put = () => s3.putObject({ ...object, Body: 'test', ...how })
      const { VersionId } = await told('put-obj-locked-1', put())
      await told('head-object-locked', s3.headObject(object))
      const version = { ...object, VersionId }
      await told('delete-obj-locked', s3.deleteObject(version))
      const bypass = s3.deleteObject({ ...version, BypassGovernanceRetention: true })
      await told('delete-obj-locked-bypass', bypass)
      await told('put-obj-locked-2', put())
    },
    leftOut: {
      'get-object-retention-on-key-1': changing,
      'put-object-empty-retention': changing,
      'put-object-retention-on-key-1': changing,
      'update-retention-locked-object': changing,
      'update-retention-object': changing,
    },
  },
}

import type * as S3 from '@aws-sdk/client-s3'
import type { Place, Replays } from './replay.ts'

const Expiration = { Days: 7 }

async function setRules({ s3, Bucket, told }: Place, Rules: S3.LifecycleRule[]): Promise<void> {
  await s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules } })
  const get = s3.getBucketLifecycleConfiguration({ Bucket })
  await told('get-bucket-lifecycle-conf', get)
}

function rule(ID: string, Filter: S3.LifecycleRuleFilter): S3.LifecycleRule {
  return { ID, Expiration, Filter, Status: 'Enabled' }
}

export const lifecycleReplays: Replays = {
  test_bucket_lifecycle_multiple_rules: async (place) => {
    const { s3, Bucket, told } = place
    await setRules(place, [
      rule('rule_one', { Prefix: 'testobject' }),
      rule('rule_two', { Prefix: 'test' }),
      rule('rule_three', { Prefix: 't' }),
    ])
    const put = (Key: string) => s3.putObject({ Bucket, Key, Body: 'test' })
    await told('put-object-match-both-rules', put('testobject'))
    await told('put-object-match-rule-2', put('test'))
    await told('put-object-no-match', put('other'))
  },
  test_bucket_lifecycle_object_size_rules: async (place) => {
    const { s3, Bucket, told } = place
    await setRules(place, [
      rule('rule_one', { ObjectSizeGreaterThan: 20 }),
      rule('rule_two', { ObjectSizeLessThan: 10 }),
    ])
    const put = (size: number) =>
      s3.putObject({ Bucket, Key: `of-${size}`, Body: 'a'.repeat(size) })
    await told('put-object-match-rule-1', put(22))
    await told('put-object-match-rule-2', put(5))
    await told('put-object-no-match', put(15))
  },
  test_bucket_lifecycle_tag_rules: async (place) => {
    const { s3, Bucket, told } = place
    const first = { Key: 'testlifecycle', Value: 'positive' }
    const second = { Key: 'testlifecycletwo', Value: 'positive-two' }
    await setRules(place, [
      rule('rule_one', { Tag: first }),
      rule('rule_two', { And: { Tags: [first, second] } }),
    ])
    const cases = {
      'match-rule-1': 'testlifecycle=positive',
      'match-both-rules': 'testlifecycle=positive&testlifecycletwo=positive-two',
      'no-match': 'testlifecycle=negative',
      'no-tags': undefined,
    }
    for (const [Key, Tagging] of Object.entries(cases)) {
      await told(`put-object-${Key}`, s3.putObject({ Bucket, Key, Body: 'test', Tagging }))
      await told(`get-object-${Key}`, s3.getObject({ Bucket, Key }))
    }
  },
  test_delete_lifecycle_configuration_on_bucket_deletion: async (place) => {
    const { s3, Bucket, told } = place
    await setRules(place, [rule('wholebucket', { Prefix: '' })])
    await s3.deleteBucket({ Bucket })
    await s3.createBucket({ Bucket })
    const get = s3.getBucketLifecycleConfiguration({ Bucket })
    await told('get-bucket-lifecycle-exc', get)
  },
  test_lifecycle_expired_object_delete_marker: async (place) => {
    const { s3, Bucket, told } = place
    const marker = { ...rule('rule-marker', {}), Expiration: { ExpiredObjectDeleteMarker: true } }
    await setRules(place, [marker])
    const object = { Bucket, Key: 'test-object' }
    await told('put-object', s3.putObject({ ...object, Body: 'test' }))
    await told('head-object', s3.headObject(object))
  },
}

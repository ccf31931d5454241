import type * as S3 from '@aws-sdk/client-s3'
import { enable } from './listing.ts'
import type { Replays } from './replay.ts'

const missing = 'no-such-bucket-of-anybody'

function tagSet(...pairs: readonly (readonly [string | undefined, string | undefined])[]) {
  return { Tagging: { TagSet: pairs.map(([Key, Value]) => ({ Key, Value })) } }
}

export const tagReplays: Replays = {
  test_head_object_with_tags: async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'test-tagging' }
    const put = (Tagging?: string) => s3.putObject({ ...object, Body: 'test-tagging', Tagging })
    await told('put-object', put('tag1=a&tag2=b&tag3=c'))
    await told('head-obj-after-create', s3.headObject(object))
    const one = s3.putObjectTagging({ ...object, ...tagSet(['tag1', 'tag1']) })
    await told('put-object-tags', one)
    await told('head-obj-after-tagging', s3.headObject(object))
    await put('tag1=a&tag2=b&tag3=c')
    await told('head-obj-after-overwrite', s3.headObject(object))
    await s3.deleteObjectTagging(object)
    await told('head-obj-after-removal', s3.headObject(object))
  },
  test_object_tagging_crud: async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'test-tagging' }
    await told('put-object', s3.putObject({ ...object, Body: 'test-tagging' }))
    await told('get-object-tags-empty', s3.getObjectTagging(object))
    const two = tagSet(['tag1', 'tag1'], ['tag2', ''])
    await told('put-object-tags', s3.putObjectTagging({ ...object, ...two }))
    await told('get-object-tags', s3.getObjectTagging(object))
    const one = s3.putObjectTagging({ ...object, ...tagSet(['tag3', 'tag3']) })
    await told('put-object-tags-overwrite', one)
    await told('get-object-tags-overwritten', s3.getObjectTagging(object))
    await told('get-obj-after-tags', s3.getObject(object))
    await told('delete-object-tags', s3.deleteObjectTagging(object))
    await told('get-object-tags-deleted', s3.getObjectTagging(object))
    await told('get-obj-after-tags-deleted', s3.getObject(object))
  },
  test_object_tagging_exc: async ({ s3, Bucket, told }) => {
    const gone = { Bucket: missing, Key: 'fake-key' }
    const fake = { Bucket, Key: 'fake-key' }
    await told('get-no-bucket-tags', s3.getObjectTagging(gone))
    await told('put-no-bucket-tags', s3.putObjectTagging({ ...gone, ...tagSet() }))
    await told('delete-no-bucket-tags', s3.deleteObjectTagging(gone))
    await told('get-no-key-tags', s3.getObjectTagging(fake))
    await told('put-no-key-tags', s3.putObjectTagging({ ...fake, ...tagSet() }))
    await told('delete-no-key-tags', s3.deleteObjectTagging(fake))
    const put = (Tagging: string) => s3.putObject({ ...fake, Body: '', Tagging })
    await told('put-obj-duplicate-tagging', put('key1=val1&key1=val2'))
    await told('put-obj-wrong-format', put('key1=val1,key2=val2'))
  },
  test_object_tagging_versioned: async (place) => {
    const { s3, Bucket, told } = place
    await enable(place)
    const object = { Bucket, Key: 'test-version-tagging' }
    const put = (at: number) =>
      s3.putObject({ ...object, Body: `test-${at}`, Tagging: `test_tag=tagv${at + 1}` })
    const first = { ...object, VersionId: (await told('put-obj-0', put(0))).VersionId }
    await told('put-obj-1', put(1))
    await told('get-object-tags-previous-version', s3.getObjectTagging(first))
    const previous = s3.putObjectTagging({ ...first, ...tagSet(['tag1', 'tag1']) })
    await told('put-object-tags-previous-version', previous)
    const current = s3.putObjectTagging({ ...object, ...tagSet(['tag3', 'tag3']) })
    await told('put-object-tags-current-version', current)
    await told('get-object-tags-current-version', s3.getObjectTagging(object))
    await told('get-object-tags-previous-version-again', s3.getObjectTagging(first))
    await s3.deleteObjectTagging(object)
    await told('get-object-tags-deleted-current', s3.getObjectTagging(object))
    await s3.deleteObjectTagging(first)
    await told('get-object-tags-previous-version-deleted', s3.getObjectTagging(object))
    const { VersionId } = await told('put-delete-marker', s3.deleteObject(object))
    const marker = { ...object, VersionId }
    for (const [name, place_] of [
      ['id', marker],
      ['latest', object],
    ] as const) {
      const end = `delete-marker-${name}`
      await told(`put-object-tags-${end}`, s3.putObjectTagging({ ...place_, ...tagSet() }))
      await told(`get-object-tags-${end}`, s3.getObjectTagging(place_))
      await told(`delete-object-tags-${end}`, s3.deleteObjectTagging(place_))
    }
  },
  test_object_tags_delete_or_overwrite_object: async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'test-tagging' }
    const tags = () => s3.getObjectTagging(object)
    await s3.putObject({ ...object, Body: 'create', Tagging: 'tag1=val1' })
    await told('get-object-after-creation', tags())
    await s3.putObject({ ...object, Body: 'overwrite' })
    await told('get-object-after-overwrite', tags())
    await s3.deleteObject(object)
    await s3.putObject({ ...object, Body: 'create' })
    await told('get-object-after-recreation', tags())
  },
  test_put_object_tagging_none_value: async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'test' }
    await s3.putObject({ ...object, Body: 'test', Tagging: 'tag1=val1' })
    await told('put-none-tag-set', s3.putObjectTagging({ ...object, ...tagSet() }))
    await told('get-object-tags-none', s3.getObjectTagging(object))
  },
  test_tagging_validation: async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'test' }
    await s3.putObject({ ...object, Body: '' })
    type Tagged = Pick<S3.PutBucketTaggingCommandInput, 'Tagging'>
    const bucket = (tags: object) => s3.putBucketTagging({ Bucket, ...(tags as Tagged) })
    const key = (tags: object) => s3.putObjectTagging({ ...object, ...(tags as Tagged) })
    const both = {
      'duplicate-keys': tagSet(['Key1', 'Val1'], ['Key1', 'Val1']),
      'aws-prefixed': tagSet(['aws:prefixed', 'Val1']),
      'none-key': tagSet([undefined, 'Val1']),
      'none-value': tagSet(['Key1', undefined]),
    }
    for (const [name, tags] of Object.entries(both)) {
      await told(`put-bucket-tags-${name}`, bucket(tags))
      await told(`put-object-tags-${name}`, key(tags))
    }
    await told('put-bucket-tags-invalid-key', bucket(tagSet(['Key1,Key2', 'Val1'])))
    await told('put-bucket-tags-invalid-value', bucket(tagSet(['Key1', 'Val1,Val2'])))
    await told('put-object-tags-invalid-field', key(tagSet(['Key1,Key2', 'Val1'])))
  },
}

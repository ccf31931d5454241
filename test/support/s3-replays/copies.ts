import type * as S3 from '@aws-sdk/client-s3'
import { enable } from './listing.ts'
import type { Place, Replay, Replays } from './replay.ts'

const json = { Body: '{"key": "value"}', ContentType: 'application/json' }
const Metadata = { key: 'value' }
const only = (...names: readonly S3.ObjectAttributes[]) => ({ ObjectAttributes: [...names] })
const unknown = ['ETag', 'ChecksumCRC32', 'Size']

function copier({ s3, Bucket }: Place, Source: string) {
  return (Key: string, how: Partial<S3.CopyObjectCommandInput> = {}) =>
    s3.copyObject({ Bucket, Key, CopySource: `${Bucket}/${Source}`, ...how })
}

const copyChecksum =
  (from: S3.ChecksumAlgorithm | undefined, to: S3.ChecksumAlgorithm | undefined): Replay['run'] =>
  async (place) => {
    const { s3, Bucket, told } = place
    const object = { Bucket, Key: 'source-object' }
    const put = s3.putObject({ ...object, ...json, Metadata, ChecksumAlgorithm: from })
    await told('put-object-no-checksum', put)
    const attributes = (Key: string) => s3.getObjectAttributes({ Bucket, Key, ...only('Checksum') })
    await told('object-attrs', attributes(object.Key))
    const copy = copier(place, object.Key)
    const inPlace = copy(object.Key, { StorageClass: 'STANDARD', ChecksumAlgorithm: to })
    await told(`copy-object-in-place-with-${to === undefined ? 'no-' : ''}checksum`, inPlace)
    await told('object-attrs-after-copy', attributes(object.Key))
    await told('copy-object-to-dest-keep-checksum', copy('dest-object'))
    if (to === undefined) await told('dest-object-attrs-after-copy', attributes('dest-object'))
  }

const sourceDates =
  (
    member: 'CopySourceIfModifiedSince' | 'CopySourceIfUnmodifiedSince',
    holds: string,
    fails: string,
  ): Replay['run'] =>
  async (place) => {
    const { s3, Bucket, told, world } = place
    await enable(place)
    const object = { Bucket, Key: 'source-object' }
    await s3.putObject({ ...object, Body: 'data' })
    const { LastModified = new Date(0) } = await told('head-object', s3.headObject(object))
    const copy = copier(place, object.Key)
    const isModified = member === 'CopySourceIfModifiedSince'
    const past = new Date(world.nowMs() - 86_400_000)
    await told(holds, copy('dest', { [member]: isModified ? past : LastModified }))
    await told(fails, copy('dest', { [member]: isModified ? LastModified : past }))
  }

export const copyReplays: Replays = {
  test_s3_copy_content_type_and_metadata: async (place) => {
    const { s3, Bucket, told } = place
    await told('put_object', s3.putObject({ Bucket, Key: 'source', ...json, Metadata }))
    await told('head_object', s3.headObject({ Bucket, Key: 'source' }))
    const copy = copier(place, 'source')
    await told('copy_object', copy('copied'))
    await told('head_object_copy', s3.headObject({ Bucket, Key: 'copied' }))
    const other = { Metadata: { other: 'value' }, ContentType: 'image/jpg' }
    await told('copy_object_second', copy('again', { MetadataDirective: 'COPY', ...other }))
    await told('head_object_second_copy', s3.headObject({ Bucket, Key: 'again' }))
  },
  test_s3_copy_metadata_directive_copy: async (place) => {
    const { s3, Bucket, told } = place
    const put = { Bucket, Key: 'source', Body: 'test', Metadata, ContentLanguage: 'en-US' }
    await told('put-object', s3.putObject(put))
    await told('head-object', s3.headObject({ Bucket, Key: 'source' }))
    const other = { Metadata: { other: 'value' }, ContentLanguage: 'en-GB' }
    const copy = copier(place, 'source')('copied', { MetadataDirective: 'COPY', ...other })
    await told('copy-object', copy)
    await told('head-object-copy', s3.headObject({ Bucket, Key: 'copied' }))
  },
  test_s3_copy_metadata_replace: async (place) => {
    const { s3, Bucket, told } = place
    const put = { Bucket, Key: 'source', ...json, Metadata, ContentLanguage: 'en-US' }
    await told('put_object', s3.putObject(put))
    await told('head_object', s3.headObject({ Bucket, Key: 'source' }))
    const other = { Metadata: { 'another-key': 'value' }, ContentType: 'image/jpg' }
    const copy = copier(place, 'source')('copied', { MetadataDirective: 'REPLACE', ...other })
    await told('copy_object', copy)
    await told('head_object_copy', s3.headObject({ Bucket, Key: 'copied' }))
  },
  test_s3_copy_object_in_place: async (place) => {
    const { told, s3, newBucket } = place
    const Bucket = await newBucket({ ObjectOwnership: 'ObjectWriter' })
    const object = { Bucket, Key: 'source-object' }
    await told('put_object', s3.putObject({ ...object, ...json, Metadata }))
    await told('head_object', s3.headObject(object))
    const attributes = () => s3.getObjectAttributes({ ...object, ...only('StorageClass') })
    await told('object-attrs', attributes())
    const copy = copier({ ...place, Bucket }, object.Key)
    await told('copy-object-in-place-no-change', copy(object.Key))
    const again = copy(object.Key, { StorageClass: 'STANDARD', ChecksumAlgorithm: 'SHA256' })
    await told('copy-object-in-place-with-storage-class', again)
    await told('object-attrs-after-copy', attributes())
    await told('copy-object-in-place-with-acl', copy(object.Key, { ACL: 'public-read' }))
    // The recording numbers one id twice.
    await told('object-acl', s3.getObjectAcl(object), { unknown: ['Owner'] })
  },
  test_s3_copy_object_in_place_website_redirect_location: async (place) => {
    const { s3, Bucket, told } = place
    const object = { Bucket, Key: 'source-object' }
    const WebsiteRedirectLocation = '/test/direct'
    const put = s3.putObject({ ...object, Body: 'test', WebsiteRedirectLocation })
    await told('put-object', put)
    await told('head-object', s3.headObject(object))
    const copy = copier(place, object.Key)(object.Key, { WebsiteRedirectLocation })
    await told('copy-object-in-place-with-website-redirection', copy)
    await told('head-object-after-copy', s3.headObject(object))
  },
  'test_s3_copy_object_with_checksum[CRC32C]': copyChecksum(undefined, 'CRC32C'),
  'test_s3_copy_object_with_checksum[CRC64NVME]': copyChecksum(undefined, 'CRC64NVME'),
  'test_s3_copy_object_with_checksum[SHA256]': copyChecksum(undefined, 'SHA256'),
  'test_s3_copy_object_with_default_checksum[CRC32C]': copyChecksum('CRC32C', undefined),
  'test_s3_copy_object_with_default_checksum[SHA1]': copyChecksum('SHA1', undefined),
  'test_s3_copy_object_with_default_checksum[SHA256]': copyChecksum('SHA256', undefined),
  'test_s3_copy_tagging_directive[COPY]': async (place) => {
    const { s3, Bucket, told } = place
    const put = { Bucket, Key: 'source', Body: 'test', Tagging: 'key1=value1' }
    await told('put-object', s3.putObject(put))
    const tags = (Key: string) => s3.getObjectTagging({ Bucket, Key })
    await told('get-object-tag', tags('source'))
    const copy = copier(place, 'source')
    const how = { TaggingDirective: 'COPY' } as const
    await told('copy-object', copy('dest', { ...how, Tagging: 'key2=value2' }))
    await told('get-copy-object-tag', tags('dest'))
    await told('copy-object-tag-empty', copy('dest', how))
    await told('get-copy-object-tag-empty', tags('dest'))
  },
  'test_s3_copy_tagging_directive_versioned[REPLACE]': async (place) => {
    const { s3, Bucket, told } = place
    await enable(place)
    const object = { Bucket, Key: 'source' }
    const first = s3.putObject({ ...object, Body: 'test', Tagging: 'key1=value1' })
    const { VersionId } = await told('put-object', first)
    const second = s3.putObject({ ...object, Body: 'test-v2', Tagging: 'key1=value1-v2' })
    await told('put-object-v2', second)
    const tags = (Key: string, version?: string) =>
      s3.getObjectTagging({ Bucket, Key, VersionId: version })
    await told('get-object-tag', tags('source'))
    await told('get-object-tag-v1', tags('source', VersionId))
    const how = { TaggingDirective: 'REPLACE' } as const
    const Tagging = 'key2=value2'
    for (const [suffix, source] of [
      ['', 'source'],
      ['-v1', `source?versionId=${VersionId}`],
    ] as const) {
      const copy = copier(place, source)
      await told(`copy-object${suffix}`, copy('dest', { ...how, Tagging }))
      await told(`get-copy-object-tag${suffix}`, tags('dest'))
      await told(`copy-object-tag-empty${suffix}`, copy('dest', how))
      await told(`get-copy-object-tag-empty${suffix}`, tags('dest'))
    }
  },
  test_s3_copy_object_if_source_modified_since_versioned: sourceDates(
    'CopySourceIfModifiedSince',
    'copy-if-modified-since',
    'copy-if-modified-since-last-modified',
  ),
  test_s3_copy_object_if_source_unmodified_since_versioned: sourceDates(
    'CopySourceIfUnmodifiedSince',
    'copy-if-unmodified-since',
    'copy-past-if-unmodified-since',
  ),
  test_s3_copy_object_preconditions: async (place) => {
    const { s3, Bucket, told, world } = place
    const object = { Bucket, Key: 'source-object' }
    const { ETag } = await s3.putObject({ ...object, Body: 'data' })
    const { LastModified = new Date(0) } = await told('head-object', s3.headObject(object))
    const copier_ = copier(place, object.Key)
    const copy = (how: Partial<S3.CopyObjectCommandInput>) => copier_('dest', how)
    const past = new Date(world.nowMs() - 86_400_000)
    const future = new Date(world.nowMs() + 86_400_000)
    await told('copy-precondition-if-match', copy({ CopySourceIfMatch: '"not-the-etag"' }))
    const unmodified = copy({ CopySourceIfUnmodifiedSince: past })
    await told('copy-precondition-if-unmodified-since', unmodified)
    await told('copy-precondition-if-none-match', copy({ CopySourceIfNoneMatch: ETag }))
    const modified = copy({ CopySourceIfModifiedSince: LastModified })
    await told('copy-precondition-if-modified-since', modified)
    const ignored = copy({ CopySourceIfModifiedSince: future })
    await told('copy-ignore-future-modified-since', ignored)
    const bare = copy({ CopySourceIfNoneMatch: ETag?.replaceAll('"', '') })
    await told('copy-etag-missing-quotes', bare)
    await told(
      'copy-success',
      copy({
        CopySourceIfMatch: ETag,
        CopySourceIfNoneMatch: 'something-else',
        CopySourceIfModifiedSince: past,
        CopySourceIfUnmodifiedSince: future,
      }),
    )
  },
  test_copy_object_if_match: async (place) => {
    const { s3, Bucket, told } = place
    await s3.putObject({ Bucket, Key: 'source-object', Body: 'source' })
    const { ETag } = await s3.putObject({ Bucket, Key: 'dest-object', Body: 'dest' })
    const copy = copier(place, 'source-object')
    const none = copy('non-existent-key', { IfMatch: ETag })
    await told('copy-obj-if-match-fail-no-object', none)
    const wrong = copy('dest-object', { IfMatch: '"d41d8cd98f00b204e9800998ecf8427e"' })
    await told('copy-obj-if-match-fail-wrong-etag', wrong)
    await told('copy-obj-if-match', copy('dest-object', { IfMatch: ETag }), { unknown })
  },
  test_copy_object_if_match_in_place: async (place) => {
    const { s3, Bucket, told } = place
    const { ETag } = await s3.putObject({ Bucket, Key: 'test', Body: 'source' })
    const how = { IfMatch: ETag, MetadataDirective: 'REPLACE' } as const
    await told('copy-obj-if-match-in-place', copier(place, 'test')('test', how), { unknown })
  },
  test_copy_object_if_none_match_versioned_bucket: async (place) => {
    const { s3, Bucket, told } = place
    await enable(place)
    await s3.putObject({ Bucket, Key: 'source-object', Body: 'source' })
    const copy = copier(place, 'source-object')
    const how = { IfNoneMatch: '*' }
    await told('copy-obj', copy('dest-object', how), { unknown })
    await told('copy-obj-if-none-match-fail', copy('dest-object', how))
    await told('del-obj', s3.deleteObject({ Bucket, Key: 'dest-object' }))
    await told('copy-obj-after-del', copy('dest-object', how), { unknown })
    await told('list-object-versions', s3.listObjectVersions({ Bucket }), { unknown })
  },
  test_s3_copy_md5: async (place) => {
    const { s3, Bucket, told } = place
    await s3.putObject({ Bucket, Key: 'hello', Body: 'something' })
    await told('copy-obj', copier(place, 'hello')('hello2'))
  },
  test_put_object_if_match_validation: async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'test-precondition-validation', Body: 'test' }
    const put = (IfMatch: string) => s3.putObject({ ...object, IfMatch })
    await told('put-obj-if-match-star-value', put('*'))
    await told('put-obj-if-match-bad-value', put('abcdef'))
    await told('put-obj-if-match-bad-value-2', put('bad-char_/'))
  },
  test_put_object_if_none_match_validation: async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'test-precondition-validation' }
    await told('put-obj', s3.putObject({ ...object, Body: '', IfNoneMatch: '*' }))
    const bad = s3.putObject({ ...object, IfNoneMatch: 'abcdef' })
    await told('put-obj-if-none-match-bad-value', bad)
  },
  test_put_object_if_match_versioned_bucket: async (place) => {
    const { s3, Bucket, told } = place
    await enable(place)
    const object = { Bucket, Key: 'test-precondition' }
    const { ETag } = await told('put-obj', s3.putObject({ ...object, Body: 'test' }))
    const IfMatch = ETag
    const wrong = s3.putObject({ ...object, Body: 'a', IfMatch: 'abcdef' })
    await told('put-obj-if-none-match-bad-value', wrong)
    await told('del-obj', s3.deleteObject(object))
    await told('put-obj-after-del-exc', s3.putObject({ ...object, Body: 'a', IfMatch }))
    const after = s3.putObject({ ...object, Body: 'b' })
    const again = await told('put-obj-after-del', after, { unknown })
    const next = s3.putObject({ ...object, Body: 'c', IfMatch: again.ETag })
    await told('put-obj-if-match', next, { unknown })
    await told('list-object-versions', s3.listObjectVersions({ Bucket }), { unknown })
  },
}

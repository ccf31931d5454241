import { membersOf, sendRawCall } from './raw.ts'
import type { Place, Replay, Replays } from './replay.ts'

/** Recorded before S3 gave every object a checksum. */
const old = { unknown: ['ChecksumAlgorithm', 'ChecksumType'] }

async function putAll({ s3, Bucket }: Place, keys: readonly string[], Body: string): Promise<void> {
  for (const Key of keys) await s3.putObject({ Bucket, Key, Body })
}

const nested = ['test/foo/bar/123', 'test/foo/bar/456', 'test/bar/foo/123']
const folders = [
  'folder/aSubfolder/subFile1',
  'folder/aSubfolder/subFile2',
  'folder/file1',
  'folder/file2',
]

const withDelimiter =
  (Delimiter: string): Replay['run'] =>
  async (place) => {
    const { s3, Bucket, told } = place
    await putAll(place, ['test/foo/bar/123'], 'content 123')
    const query = { Bucket, Prefix: 'test/', Delimiter, MaxKeys: 1, EncodingType: 'url' } as const
    await told('list-objects', s3.listObjects(query))
    if (Delimiter === '') return
    const plain = await sendRawCall(place, {
      path: `/${Bucket}`,
      query: `delimiter=${Delimiter}&prefix=test`,
      signedBy: 'owner',
    })
    const { '@xmlns': _, ...members } = membersOf(plain.body).ListBucketResult as object & {
      '@xmlns'?: string
    }
    await told('list-objects-no-encoding', Promise.resolve({ ListBucketResult: members }))
  }

const specialKey =
  (Key: string): Replay['run'] =>
  async ({ s3, Bucket, told }) => {
    await told('put-object-special-char', s3.putObject({ Bucket, Key, Body: 'test' }))
    await told('list-object-special-char', s3.listObjectsV2({ Bucket }))
    await told('get-object-special-char', s3.getObject({ Bucket, Key }))
    await told('del-object-special-char', s3.deleteObject({ Bucket, Key }))
  }

const encodedKeys: Replay['run'] = async ({ s3, Bucket, told }) => {
  await s3.putObject({ Bucket, Key: 'test@key/', Body: 'test-non-encoded' })
  await s3.putObject({ Bucket, Key: 'test%40key/', Body: 'test-encoded' })
  await s3.putObject({ Bucket, Key: 'test%40key', Body: 'test-encoded-no-trailing' })
  await told('list-object-encoded-char', s3.listObjectsV2({ Bucket }))
}

export const listReplays: Replays = {
  test_list_objects_v2_with_prefix: async (place) => {
    const { s3, Bucket, told } = place
    await putAll(place, nested, 'content 123')
    for (const [at, Prefix] of ['test/', 'test/foo', 'test/foo/bar'].entries())
      await told(`list-objects-v2-${at + 1}`, s3.listObjectsV2({ Bucket, Prefix }), old)
    const plain = await sendRawCall(place, {
      path: `/${Bucket}`,
      query: 'list-type=2&prefix=test%2Ffoo',
      signedBy: 'owner',
    })
    const { '@xmlns': _, ...members } = membersOf(plain.body).ListBucketResult as object & {
      '@xmlns'?: string
    }
    const answer = Promise.resolve({ ListBucketResult: members })
    await told('list-objects-v2-no-encoding', answer, old)
  },
  test_list_objects_next_marker: async (place) => {
    const { s3, Bucket, told } = place
    await putAll(place, ['key-0', 'key-1', 'key-2'], 'content 123')
    await told('list-objects-all', s3.listObjects({ Bucket }))
    const first = s3.listObjects({ Bucket, MaxKeys: 1, Delimiter: '/' })
    const { NextMarker } = await told('list-objects-max-1', first)
    await told('list-objects-rest', s3.listObjects({ Bucket, MaxKeys: 1, Marker: NextMarker }))
    await told('list-objects-marker-empty', s3.listObjects({ Bucket, MaxKeys: 1, Marker: '' }))
  },
  'test_list_objects_with_prefix[%2F]': {
    run: async (place) => {
      await withDelimiter('%2F')(place)
    },
  },
  'test_list_objects_with_prefix[]': withDelimiter(''),
  test_list_objects_v2_continuation_common_prefixes: async (place) => {
    const { s3, Bucket, told } = place
    await putAll(place, folders, 'content 123')
    await told('list-objects-v2-all-keys', s3.listObjectsV2({ Bucket }))
    const query = { Bucket, Prefix: 'folder/', Delimiter: '/', MaxKeys: 1 }
    const first = await told('list-objects-v2-start', s3.listObjectsV2(query))
    const next = (ContinuationToken: string | undefined) =>
      s3.listObjectsV2({ ...query, ContinuationToken })
    const second = await told('list-objects-v2-next-1', next(first.NextContinuationToken))
    await told('list-objects-v2-end', next(second.NextContinuationToken))
  },
  test_list_objects_v2_with_prefix_and_delimiter: async (place) => {
    const { s3, Bucket, told } = place
    await putAll(place, nested, 'content 123')
    const list = (Prefix: string, MaxKeys?: number) =>
      s3.listObjectsV2({ Bucket, Prefix, Delimiter: '/', MaxKeys })
    await told('list-objects-v2-1', list('test/'))
    await told('list-objects-v2-1-with-max-keys', list('test/', 1))
    await told('list-objects-v2-2', list('test/foo'))
    await told('list-objects-v2-3', list('test/foo/bar'))
  },
  'test_list_ops_encoding_type_validation[list_objects_v2]': async ({ s3, Bucket, told }) => {
    const list = (text: string) => s3.listObjectsV2({ Bucket, EncodingType: text as 'url' })
    await told('list_objects_v2-error-wrong-value', list('value'))
    await told('list_objects_v2-error-empty-value', list(''))
  },
  'test_object_with_slashes_in_key[True]': async ({ s3, Bucket, told }) => {
    await s3.putObject({ Bucket, Key: '/foo', Body: 'foobar' })
    await s3.putObject({ Bucket, Key: 'bar', Body: 'barfoo' })
    await s3.putObject({ Bucket, Key: '/bar/foo/', Body: 'test' })
    await told('list-objects-slashes', s3.listObjectsV2({ Bucket }))
  },
  'test_url_encoded_key[False]': encodedKeys,
  'test_url_encoded_key[True]': encodedKeys,
  'test_put_get_object_special_character[file%2Fname]': specialKey('file%2Fname'),
  'test_put_get_object_special_character[test key//]': specialKey('test key//'),
  'test_put_get_object_special_character[test%123/]': specialKey('test%123/'),
  'test_put_get_object_special_character[test%123]': specialKey('test%123'),
  test_s3_put_more_than_1000_items: async ({ s3, Bucket, told }) => {
    const numbers = [...Array(1010).keys()]
    const put = (at: number) => s3.putObject({ Bucket, Key: `test-key-${at}`, Body: `test-${at}` })
    for (let at = 0; at < numbers.length; at += 50)
      await Promise.all(numbers.slice(at, at + 50).map(put))
    for (const at of [0, 1009])
      await told(`get_object-${at}`, s3.getObject({ Bucket, Key: `test-key-${at}` }))
    const first = s3.listObjects({ Bucket, Delimiter: '/' })
    const { NextMarker: Marker } = await told('list-objects', first, { unknown: ['Contents'] })
    await told('list-objects-next_marker', s3.listObjects({ Bucket, Marker }))
  },
}

export const versionReplays: Replays = {
  test_list_object_versions_pagination_common_prefixes: async (place) => {
    const { s3, Bucket, told } = place
    await enable(place)
    await putAll(place, folders, 'content 123')
    await told('list-object-versions-all-keys', s3.listObjectVersions({ Bucket }))
    const query = { Bucket, Prefix: 'folder/', Delimiter: '/', MaxKeys: 1 }
    const list = (KeyMarker?: string) => s3.listObjectVersions({ ...query, KeyMarker })
    const first = await told('list-object-versions-start', list())
    const second = await told('list-object-versions-next-1', list(first.NextKeyMarker))
    await told('list-object-versions-end', list(second.NextKeyMarker))
    await told('list-object-versions-manual-first-file', list('folder/aSubfolder/subFile1'))
  },
  test_list_objects_versions_markers: async (place) => {
    const { s3, Bucket, told } = place
    await enable(place)
    const keys = ['test_0', 'test_1', 'test_2']
    const made: { VersionId: string | undefined }[] = []
    const put = async (Key: string, Body: string) => {
      const { VersionId } = await s3.putObject({ Bucket, Key, Body })
      made.push({ VersionId })
    }
    for (const Key of keys) await put(Key, 'version 1')
    await put('test_2', 'version 2')
    for (const Key of keys) {
      const { VersionId } = await s3.deleteObject({ Bucket, Key })
      made.push({ VersionId })
    }
    for (const Key of keys.slice(0, 2)) await put(Key, 'version 2')
    await told('version-order', Promise.resolve({ Versions: made }))
    await told('list-objects-versions-all', s3.listObjectVersions({ Bucket }))
    await told('list-objects-versions-5', s3.listObjectVersions({ Bucket, MaxKeys: 5 }))
    const list = (KeyMarker?: string, VersionIdMarker?: string) =>
      s3.listObjectVersions({ Bucket, MaxKeys: 1, KeyMarker, VersionIdMarker })
    await told('list-objects-next-key-only', list('test_1'))
    await told('list-objects-next-version-only', list(undefined, made[5]?.VersionId))
    await told('list-objects-both-markers', list('test_1', made[5]?.VersionId))
    await told('list-objects-last-key-last-version', list('test_2', made[3]?.VersionId))
    await told('list-objects-next-key-last', list('test_2'))
    await told('list-objects-next-key-empty', list(''))
  },
  test_list_objects_versions_with_prefix_only_and_pagination: async (place) => {
    const { s3, Bucket, told } = place
    await enable(place)
    const object = { Bucket, Key: 'prefixed_key' }
    for (let made = 0; made < 5; made += 1) await s3.putObject(object)
    const list = (query: object) => s3.listObjectVersions({ Bucket, Prefix: 'prefix', ...query })
    await told('list-object-version-prefix-full', list({}))
    const first = await told('list-object-version-prefix-page-1', list({ MaxKeys: 3 }))
    const KeyMarker = first.NextKeyMarker
    const next = { KeyMarker, VersionIdMarker: first.NextVersionIdMarker, MaxKeys: 5 }
    await told('list-object-version-prefix-key-marker-only', list({ KeyMarker, MaxKeys: 4 }))
    await told('list-object-version-prefix-page-2', list(next))
    for (const { VersionId } of first.Versions ?? [])
      await s3.deleteObject({ ...object, VersionId })
    await told('list-object-version-prefix-page-2-after-delete', list(next))
  },
  test_list_object_versions_order_unversioned: async ({ s3, Bucket, told }) => {
    await told('list-empty', s3.listObjectVersions({ Bucket }))
    const put = (Key: string, Body: string) => s3.putObject({ Bucket, Key, Body })
    await told('put-object', put('a-test-object-1', 'test-object-1'))
    await told('put-object-3', put('c-test-object-3', 'test-object-3'))
    await told('put-object-2', put('b-test-object-2', 'test-object-2'))
    await told('list-object-versions', s3.listObjectVersions({ Bucket }))
  },
  test_s3_delete_object_with_version_id: async (place) => {
    const { s3, Bucket, told } = place
    const set = (Status: 'Enabled' | 'Suspended') =>
      s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status } })
    await set('Enabled')
    await told('get_bucket_versioning', s3.getBucketVersioning({ Bucket }))
    const Key = 'aws/s3/testkey1.txt'
    const { VersionId } = await s3.putObject({ Bucket, Key, Body: 'a' })
    await s3.putObject({ Bucket, Key: 'aws/s3/testkey2.txt', Body: 'b' })
    const remove = s3.deleteObjects({ Bucket, Delete: { Objects: [{ Key, VersionId }] } })
    await told('delete_objects', remove)
    const bytes = { unknown: ['ETag', 'Size'] }
    await told('list_object_versions_after_delete', s3.listObjectVersions({ Bucket }), bytes)
    await set('Suspended')
    await told('get_bucket_versioning_suspended', s3.getBucketVersioning({ Bucket }))
  },
  test_s3_put_object_versioned: async (place) => {
    const { s3, Bucket, told } = place
    const plain = { Bucket, Key: 'non-version-bucket-key' }
    const versioned = { Bucket, Key: 'versioned-bucket-key' }
    const list = () => s3.listObjectVersions({ Bucket })
    await told('put-pre-versioned', s3.putObject({ ...plain, Body: 'non-versioned-key' }))
    await told('get-pre-versioned', s3.getObject(plain))
    await told('list-object-pre-versioned', list())
    await enable(place)
    await told('get-post-versioned', s3.getObject(plain))
    await told('put-obj-versioned-1', s3.putObject({ ...versioned, Body: 'versioned-key' }))
    const again = s3.putObject({ ...versioned, Body: 'versioned-key-updated' })
    await told('put-obj-versioned-2', again)
    await told('get-obj-versioned', s3.getObject(versioned))
    await told('list-object-versioned', list())
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })
    await told('list-bucket-suspended', list())
    await told('get-obj-versioned-disabled', s3.getObject(versioned))
    await told('get-obj-non-versioned-disabled', s3.getObject(plain))
    const later = s3.putObject({ ...plain, Body: 'non-versioned-key-post' })
    await told('put-non-versioned-post-disable', later)
    await told('get-non-versioned-post-disable', s3.getObject(plain))
  },
  test_delete_object_versioned: async (place) => {
    const { s3, Bucket, told } = place
    await enable(place)
    const object = { Bucket, Key: 'test-delete' }
    const { VersionId } = await told('put-object', s3.putObject({ ...object, Body: 'test-delete' }))
    const first = await told('delete-object', s3.deleteObject(object))
    await told('get-deleted-object', s3.getObject(object))
    await told('get-object-with-version', s3.getObject({ ...object, VersionId }))
    const marker = { ...object, VersionId: first.VersionId }
    await told('get-delete-marker', s3.getObject(marker))
    await told('delete-object-2', s3.deleteObject(object))
    const list = s3.listObjectVersions({ Bucket, Prefix: object.Key })
    await told('list-object-versions', list)
    await told('delete-object-version', s3.deleteObject({ ...object, VersionId }))
    await told('get-deleted-object-with-version', s3.getObject({ ...object, VersionId }))
    await told('delete-delete-marker', s3.deleteObject(marker))
    await told('delete-wrong-key', s3.deleteObject({ Bucket, Key: 'wrong-key' }))
    const bad = s3.deleteObject({ ...object, VersionId: 'HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD' })
    await told('delete-with-bad-version', bad)
  },
  test_delete_objects_versioned: async (place) => {
    const { s3, Bucket, told } = place
    await enable(place)
    const Key = 'test-delete'
    const { VersionId } = await told('put-object', s3.putObject({ Bucket, Key, Body: Key }))
    const remove = (...Objects: { Key: string; VersionId?: string | undefined }[]) =>
      s3.deleteObjects({ Bucket, Delete: { Objects } })
    const marked = await told(
      'delete-objects-no-version-id',
      remove({ Key }, { Key: 'wrongkey' }, { Key: 'wrongkey-x' }),
    )
    await told('delete-objects-version-id', remove({ Key, VersionId }))
    const wrong = 'HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD'
    await told(
      'delete-objects-wrong-version-id',
      remove({ Key, VersionId: wrong }, { Key: 'wrong-key-2', VersionId: wrong }),
    )
    const marker = marked.Deleted?.[0]?.DeleteMarkerVersionId
    await told('delete-objects-marker', remove({ Key, VersionId: marker }))
  },
}

export async function enable({ s3, Bucket }: Place): Promise<void> {
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })
}

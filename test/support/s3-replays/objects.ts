import type * as S3 from '@aws-sdk/client-s3'
import { enable } from './listing.ts'
import { sendRawCall } from './raw.ts'
import type { Place, Replay, Replays } from './replay.ts'

const storageClass =
  (StorageClass: S3.StorageClass): Replay['run'] =>
  async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'test-put-storage-class' }
    await s3.putObject({ ...object, Body: 'body-test', StorageClass })
    const ObjectAttributes = ['StorageClass'] as S3.ObjectAttributes[]
    await told('get-object-storage-class', s3.getObjectAttributes({ ...object, ObjectAttributes }))
    await told('get-object', s3.getObject(object))
  }

const preconditions =
  (read: 'getObject' | 'headObject'): Replay['run'] =>
  async ({ s3, Bucket, told, world }) => {
    const object = { Bucket, Key: 'test-object' }
    const { ETag } = await s3.putObject({ ...object, Body: 'data' })
    const { LastModified = new Date(0) } = await s3.headObject(object)
    const get = (conditions: Partial<S3.GetObjectCommandInput>): Promise<object> =>
      read === 'getObject'
        ? s3.getObject({ ...object, ...conditions })
        : s3.headObject({ ...object, ...conditions })
    const past = new Date(world.nowMs() - 86_400_000)
    const future = new Date(world.nowMs() + 86_400_000)
    await told('precondition-if-match', get({ IfMatch: '"not-the-etag"' }))
    await told('precondition-if-unmodified-since', get({ IfUnmodifiedSince: past }))
    await told('precondition-if-none-match', get({ IfNoneMatch: ETag }))
    const sameTime = get({ IfModifiedSince: LastModified })
    await told('copy-precondition-if-modified-since', sameTime)
    await told('obj-ignore-future-modified-since', get({ IfModifiedSince: future }))
    await told('etag-missing-quotes', get({ IfNoneMatch: ETag?.replaceAll('"', '') }))
    const exact = get({ IfModifiedSince: LastModified })
    await told('precondition-if-modified-since-is-object', exact)
    const unmodified = get({ IfUnmodifiedSince: LastModified })
    await told('precondition-if-unmodified-since-is-object', unmodified)
    await told(
      'obj-success',
      get({
        IfMatch: ETag,
        IfNoneMatch: 'something-else',
        IfModifiedSince: past,
        IfUnmodifiedSince: future,
      }),
    )
  }

const attributes = [
  'StorageClass',
  'ETag',
  'ObjectSize',
  'ObjectParts',
  'Checksum',
] as S3.ObjectAttributes[]

async function uploaded(
  { s3 }: Place,
  object: { readonly Bucket: string; readonly Key: string },
  bodies: readonly string[],
): Promise<S3.CompleteMultipartUploadCommandOutput> {
  const { UploadId } = await s3.createMultipartUpload(object)
  const Parts: S3.CompletedPart[] = []
  for (const [at, Body] of bodies.entries()) {
    const part = { ...object, UploadId, PartNumber: at + 1, Body }
    const { ETag } = await s3.uploadPart(part)
    Parts.push({ ETag, PartNumber: at + 1 })
  }
  return s3.completeMultipartUpload({ ...object, UploadId, MultipartUpload: { Parts } })
}

export const objectReplays: Replays = {
  test_get_object_attributes: async (place) => {
    const { s3, Bucket, told } = place
    const get = (Key: string, ObjectAttributes = attributes) =>
      s3.getObjectAttributes({ Bucket, Key, ObjectAttributes })
    await s3.putObject({ Bucket, Key: 'data.txt', Body: '69\n420\n' })
    await told('object-attrs', get('data.txt'))
    const content = 'upload-part-1'.repeat(5)
    const withoutChecksum = attributes.slice(0, -1)
    await uploaded(place, { Bucket, Key: 'one' }, [content])
    await told('object-attrs-multiparts-1-part', get('one', withoutChecksum))
    const long = content.repeat(80_660)
    await uploaded(place, { Bucket, Key: 'two' }, [long, content])
    await told('object-attrs-multiparts-2-parts', get('two', withoutChecksum))
    const noParts = attributes.filter((one) => one !== 'ObjectParts')
    await told('object-attrs-multiparts-2-parts-checksum', get('two', noParts))
  },
  test_get_object_attributes_versioned: async (place) => {
    const { s3, Bucket, told } = place
    await enable(place)
    const object = { Bucket, Key: 'key-attrs-versioned' }
    const get = (VersionId?: string, ObjectAttributes = attributes) =>
      s3.getObjectAttributes({ ...object, VersionId, ObjectAttributes })
    const first = await told('put-obj-v1', s3.putObject({ ...object, Body: '69\n420\n' }))
    await told('put-obj-v2', s3.putObject({ ...object, Body: 'version 2' }))
    await told('object-attrs', get())
    const noChecksum = attributes.slice(0, -1)
    await told('get-object-attrs-v1', get(first.VersionId, noChecksum))
    await told('delete-key', s3.deleteObject(object))
    await told('deleted-object-attrs', get())
  },
  'test_get_object_content_length_with_virtual_host[True]': async (place) => {
    const { s3, Bucket, told, world } = place
    await s3.deletePublicAccessBlock({ Bucket })
    await s3.putBucketPolicy({ Bucket, Policy: readable(Bucket) })
    await s3.putObject({ Bucket, Key: 'temp.txt', Body: '123' })
    const host = `${Bucket}.localhost:${world.aws.port}`
    const { headers } = await sendRawCall(place, { path: '/temp.txt', headers: { host } })
    await told('get-obj-content-len-headers', Promise.resolve(shownHeaders(headers)))
  },
  test_get_object_part: async (place) => {
    const { s3, Bucket, told } = place
    const object = { Bucket, Key: 'test.file' }
    const content = 'test content 123'
    const bodies = [content.repeat(327_681), content]
    await told('multipart-upload', uploaded(place, object, bodies))
    await told('head-object-part', s3.headObject({ ...object, PartNumber: 2 }))
    await told('get-object-part', s3.getObject({ ...object, PartNumber: 2 }))
    const checked = s3.getObject({ ...object, PartNumber: 2, ChecksumMode: 'ENABLED' })
    await told('get-object-part-with-checksum', checked)
    await told('part-doesnt-exist', s3.getObject({ ...object, PartNumber: 10 }))
    const ranged = s3.getObject({ ...object, PartNumber: 2, Range: 'bytes=0-8' })
    await told('part-with-range', ranged)
    const single = { Bucket, Key: 'no-multipart' }
    await s3.putObject({ ...single, Body: 'test-123' })
    await told('part-no-multipart', s3.getObject({ ...single, PartNumber: 2 }))
    await told('get-obj-no-multipart', s3.getObject({ ...single, PartNumber: 1 }))
  },
  test_get_object_with_anon_credentials: async (place) => {
    const { s3, Bucket, told } = place
    await s3.deletePublicAccessBlock({ Bucket })
    await s3.putBucketPolicy({ Bucket, Policy: readable(Bucket) })
    const object = { Bucket, Key: 'test-key' }
    await s3.putObject({ ...object, Body: 'body data' })
    const stranger = place.client('us-east-1')
    stranger.config.signer = (async () => ({
      sign: (request: unknown) => Promise.resolve(request),
    })) as never
    await told('get_object', stranger.getObject(object))
  },
  test_head_object_fields: async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'my-key' }
    await s3.putObject({ ...object, Body: 'abcdefgh' })
    await told('head-object', s3.headObject(object))
    await told('head-object-404', s3.headObject({ Bucket, Key: 'doesnt-exist' }))
  },
  test_put_and_get_object_with_content_language_disposition: async (place) => {
    const { s3, Bucket, told } = place
    const object = { Bucket, Key: 'test' }
    await told(
      'put-object',
      s3.putObject({
        ...object,
        Body: 'abc123',
        ContentDisposition: 'attachment; filename="foo.jpg"',
        ContentLanguage: 'de',
        CacheControl: 'no-cache',
      }),
    )
    await told('get-object', s3.getObject(object))
    const path = `/${Bucket}/test`
    const read = await sendRawCall(place, {
      path,
      headers: { 'x-amz-checksum-mode': 'ENABLED' },
      signedBy: 'owner',
    })
    const shown = { HTTPHeaders: shownHeaders(read.headers), HTTPStatusCode: read.status }
    await told('get-object-headers', Promise.resolve(shown), { unknown: ['ChecksumAlgorithm'] })
    const written = await sendRawCall(place, {
      method: 'PUT',
      path,
      headers: { 'x-amz-checksum-crc32': 'zwK7XA==' },
      body: 'abc123',
      signedBy: 'owner',
    })
    const headers = shownHeaders(written.headers)
    const answer = { HTTPHeaders: headers, HTTPStatusCode: written.status }
    await told('put-object-headers', Promise.resolve(answer))
  },
  test_put_object_acl_on_delete_marker: async (place) => {
    const { s3, told, newBucket } = place
    const Bucket = await newBucket({ ObjectOwnership: 'ObjectWriter' })
    await enable({ ...place, Bucket })
    const object = { Bucket, Key: 'test-key-versioned' }
    await told('put-obj-1', s3.putObject({ ...object, Body: 'something' }))
    await told('put-obj-2', s3.putObject({ ...object, Body: 'something-v2' }))
    const { VersionId } = await told('delete-object', s3.deleteObject(object))
    const marker = { ...object, VersionId }
    await told('put-acl-delete-marker', s3.putObjectAcl({ ...object, ACL: 'public-read' }))
    await told('get-acl-delete-marker', s3.getObjectAcl(object))
    const put = s3.putObjectAcl({ ...marker, ACL: 'public-read' })
    await told('put-acl-delete-marker-version-id', put)
    await told('get-acl-delete-marker-version-id', s3.getObjectAcl(marker))
  },
  'test_put_object_storage_class[DEEP_ARCHIVE-False]': storageClass('DEEP_ARCHIVE'),
  'test_put_object_storage_class[GLACIER-False]': storageClass('GLACIER'),
  'test_put_object_storage_class[GLACIER_IR-True]': storageClass('GLACIER_IR'),
  'test_put_object_storage_class[ONEZONE_IA-True]': storageClass('ONEZONE_IA'),
  'test_put_object_storage_class[STANDARD_IA-True]': storageClass('STANDARD_IA'),
  test_s3_get_deep_archive_object_restore: {
    run: async ({ s3, Bucket, told }) => {
      const object = { Bucket, Key: 'key' }
      await s3.putObject({ ...object, Body: 'body data', StorageClass: 'DEEP_ARCHIVE' })
      await told('get_object_invalid_state', s3.getObject(object))
      await told('get-object-invalid-state', s3.getObject(object))
    },
    leftOut: { restore_object: 'RestoreObject is not built' },
  },
  test_putobject_with_multiple_keys: async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'aws/key1/key2/key3' }
    await s3.putObject({ ...object, Body: 'test' })
    await told('get_object', s3.getObject(object))
  },
  test_range_key_not_exists: ({ s3, Bucket, told }) =>
    told('exc', s3.getObject({ Bucket, Key: 'my-key', Range: 'bytes=0-1024' })),
  test_s3_get_object_header_overrides: async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'key-header-overrides' }
    await s3.putObject({ ...object, Body: 'something' })
    await told(
      'get-object',
      s3.getObject({
        ...object,
        ResponseCacheControl: 'max-age=74',
        ResponseContentDisposition: 'attachment; filename="foo.jpg"',
        ResponseContentEncoding: 'identity',
        ResponseContentLanguage: 'de-DE',
        ResponseContentType: 'image/jpeg',
        ResponseExpires: new Date('2015-10-21T07:28:00Z'),
      }),
    )
  },
  'test_s3_get_object_preconditions[get_object]': preconditions('getObject'),
  'test_s3_get_object_preconditions[head_object]': preconditions('headObject'),
  test_s3_object_expires: async ({ s3, Bucket, told, world }) => {
    const keys = { future: 86_400_000, past: -86_400_000 }
    for (const [Key, offset] of Object.entries(keys)) {
      const Expires = new Date(world.nowMs() + offset)
      const put = s3.putObject({ Bucket, Key, Body: 'foo', Expires })
      await told(`put-object-expires-${Key}`, put)
      await told(`get-object-expires-${Key}`, s3.getObject({ Bucket, Key }))
      await told(`head-object-expires-${Key}`, s3.headObject({ Bucket, Key }))
    }
  },
  test_s3_uppercase_key_names: async ({ s3, Bucket, told }) => {
    await s3.putObject({ Bucket, Key: 'CamelCaseKey', Body: 'something' })
    await told('response', s3.getObject({ Bucket, Key: 'CamelCaseKey' }))
    await told('wrong-case-key', s3.getObject({ Bucket, Key: 'camelcasekey' }))
  },
  test_upload_file_with_xml_preamble: async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'key' }
    await s3.putObject({ ...object, Body: '<?xml version="1.0" encoding="UTF-8"?><test/>' })
    await told('get_object', s3.getObject(object))
  },
  test_user_metadata_rfc2047_bad_b64_encoded: async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'test-metadata-encoded' }
    const Metadata = { 'bad-b64-encoded': '=?UTF-8?B?/2H/?=' }
    await told('put-object', s3.putObject({ ...object, Metadata }))
    await told('get-object', s3.getObject(object))
  },
  test_get_object_range: async ({ s3, Bucket, told }) => {
    const object = { Bucket, Key: 'test-range' }
    await s3.putObject({ ...object, Body: '0123456789' })
    const ranges = [
      ...['0-8', '1-1', '1-0', '1-', '-1-', '-2', '-9', '-15', '0-100', '0-0', '0--1'],
      ...['-', '-0', '100-200'],
    ]
    for (const range of ranges)
      await told(`get-${range}`, s3.getObject({ ...object, Range: `bytes=${range}` }))
    const checked = s3.getObject({ ...object, Range: 'bytes=0-8', ChecksumMode: 'ENABLED' })
    await told('get-0-8-checksum', checked)
    await told('get-multiple-ranges', s3.getObject({ ...object, Range: 'bytes=0-1,3-4,7-9' }))
    await told('get-wrong-format', s3.getObject({ ...object, Range: '0-1' }))
    const again = s3.putObject({ ...object, Body: '0123456789'.repeat(2) })
    await told('put-after-failed', again)
  },
  test_delete_non_existing_keys: async ({ s3, Bucket, told }) => {
    await s3.putObject({ Bucket, Key: 'test-key-nonexistent', Body: 'something' })
    const Objects = ['dummy1', 'dummy2', 'test-key-nonexistent'].map((Key) => ({ Key }))
    await told('deleted-resp', s3.deleteObjects({ Bucket, Delete: { Objects } }))
  },
  test_delete_non_existing_keys_in_non_existing_bucket: ({ s3, told }) => {
    const Delete = { Objects: [{ Key: 'dummy1' }, { Key: 'dummy2' }] }
    const answer = s3.deleteObjects({ Bucket: 'no-such-bucket-of-anybody', Delete })
    return told('error-non-existent-bucket', answer)
  },
  test_s3_batch_delete_objects: async ({ s3, Bucket, told }) => {
    const Objects = [...Array(5).keys()].map((at) => ({ Key: `key-${at}` }))
    for (const { Key } of Objects) await s3.putObject({ Bucket, Key, Body: 'test' })
    await told('batch-delete', s3.deleteObjects({ Bucket, Delete: { Objects } }))
    await told('list-remaining-objects', s3.listObjects({ Bucket }))
  },
  test_delete_object_if_match_all_non_express: async ({ s3, Bucket, told, world }) => {
    const object = { Bucket, Key: 'test-precondition' }
    const { ETag } = await s3.putObject({ ...object, Body: 'test' })
    await told(
      'delete-obj-if-match-all',
      s3.deleteObject({
        ...object,
        IfMatch: ETag,
        IfMatchLastModifiedTime: new Date(world.nowMs()),
        IfMatchSize: 4,
      }),
    )
  },
}

function readable(bucket: string): string {
  const Statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
  }
  return JSON.stringify({ Version: '2012-10-17', Statement: [Statement] })
}

/** Without those of the connection. */
function shownHeaders(
  headers: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { connection: _, 'keep-alive': __, ...shown } = headers
  return shown
}

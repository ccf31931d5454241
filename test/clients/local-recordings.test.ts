import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as S3 from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordingsFolder } from '../support/recordings-folder.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { startTwoAccounts } from '../support/two-accounts.ts'

const folder = recordingsFolder(fileURLToPath(new URL('../..', import.meta.url)))
const isThere = existsSync(folder)

type Json = Readonly<Record<string, unknown>>

/** What AWS answered, by the name of the test and of the step in it. */
function load(service: string): Readonly<Record<string, Json>> {
  const file: Readonly<Record<string, Json>> = JSON.parse(
    readFileSync(`${folder}/${service}.json`, 'utf8'),
  )
  return Object.fromEntries(
    Object.entries(file).map(([name, steps]) => [name.replace(/^.*::/, ''), steps]),
  )
}

let world: TwoAccounts
let bucketNumber = 0
beforeAll(async () => {
  world = await startTwoAccounts()
})
afterAll(() => world.stop())

function client(region = 'us-east-1'): S3.S3Client {
  return new S3.S3Client({
    endpoint: world.aws.url,
    region,
    credentials: world.root(world.home),
    forcePathStyle: true,
    maxAttempts: 1,
    followRegionRedirects: false,
  })
}

interface Place {
  readonly s3: S3.S3Client
  /** A bucket of this recording's own. */
  readonly Bucket: string
}

/** The steps of one recorded test that can be told again, in their order; made after `prepare`. */
type Steps = Readonly<Record<string, () => Promise<unknown>>>
type Replay = (place: Place) => Steps | Promise<Steps>

const missing = 'no-such-bucket-of-anybody'
const owner = (ExpectedBucketOwner: string) => ({ ExpectedBucketOwner })

async function put(place: Place, Key: string, Body = 'body'): Promise<S3.PutObjectCommandOutput> {
  const { s3, Bucket } = place
  return await s3.send(new S3.PutObjectCommand({ Bucket, Key, Body }))
}

async function enableVersions({ s3, Bucket }: Place, Status: 'Enabled' = 'Enabled'): Promise<void> {
  const VersioningConfiguration = { Status }
  await s3.send(new S3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
}

const invalidOwner =
  (Account: string, make: (input: { Bucket: string; ExpectedBucketOwner: string }) => object) =>
  (step: string): Replay =>
  ({ s3, Bucket }) => ({
    [step]: () => s3.send(make({ Bucket, ...owner(Account) }) as S3.GetBucketPolicyCommand),
  })

const getPolicyOf = (Account: string): Replay =>
  invalidOwner(
    Account,
    (input) => new S3.GetBucketPolicyCommand(input),
  )('get-bucket-policy-invalid-bucket-owner')
const putPolicyOf = (Account: string): Replay =>
  invalidOwner(
    Account,
    (input) => new S3.PutBucketPolicyCommand({ ...input, Policy: '{}' }),
  )('put-bucket-policy-invalid-bucket-owner')

const wrongChecksums =
  (member: 'ChecksumCRC32' | 'ChecksumCRC32C' | 'ChecksumSHA256', wrong: string): Replay =>
  ({ s3, Bucket }) => {
    const object = { Bucket, Key: 'test-checksum', Body: 'test data..' }
    const send = (value: string) => () =>
      s3.send(new S3.PutObjectCommand({ ...object, [member]: value }))
    return { 'put-wrong-checksum-no-b64': send('test'), 'put-wrong-checksum-value': send(wrong) }
  }

const incompatible =
  (ChecksumType: S3.ChecksumType, ChecksumAlgorithm: S3.ChecksumAlgorithm): Replay =>
  ({ s3, Bucket }) => ({
    'create-mpu-checksum-exc': () =>
      s3.send(
        new S3.CreateMultipartUploadCommand({ Bucket, Key: 'k', ChecksumAlgorithm, ChecksumType }),
      ),
  })

const locked = (place: string, constraint: string | undefined, step: string): Replay => {
  const LocationConstraint = constraint as S3.BucketLocationConstraint
  const input = { Bucket: 'constrained', CreateBucketConfiguration: { LocationConstraint } }
  return () => ({ [step]: () => client(place).send(new S3.CreateBucketCommand(input)) })
}

const s3Replays: Readonly<Record<string, Replay>> = {
  test_bucket_exists: ({ s3 }) => ({
    'get-bucket-not-exists': () =>
      s3.send(new S3.GetBucketAclCommand({ Bucket: 'bucket-not-exists' })),
  }),
  'test_bucket_constraint_aws_global[us-west-1]': locked(
    'us-west-1',
    'aws-global',
    'aws-global-constraint',
  ),
  'test_create_bucket_with_invalid_location_constraint[eu-west-1-bar]': locked(
    'eu-west-1',
    'bar',
    'eu-west-1-location-constraint-bar-error',
  ),
  'test_create_bucket_with_invalid_location_constraint[us-east-1-us-east-1]': locked(
    'us-east-1',
    'us-east-1',
    'us-east-1-location-constraint-us-east-1-error',
  ),
  test_different_location_constraint: () => ({
    'get-bucket-location-non-existent-bucket': () =>
      client().send(new S3.GetBucketLocationCommand({ Bucket: missing })),
  }),
  test_delete_bucket_policy: ({ s3, Bucket }) => ({
    'get-bucket-policy-no-such-bucket-policy': () =>
      s3.send(new S3.GetBucketPolicyCommand({ Bucket })),
  }),
  test_delete_bucket_policy_expected_bucket_owner: ({ s3, Bucket }) => ({
    'delete-bucket-policy-invalid-bucket-owner': () =>
      s3.send(new S3.DeleteBucketPolicyCommand({ Bucket, ...owner('invalid') })),
    'delete-bucket-policy-with-expected-bucket-owner-error': () =>
      s3.send(new S3.DeleteBucketPolicyCommand({ Bucket, ...owner('000000000002') })),
  }),
  test_delete_non_existing_keys_in_non_existing_bucket: ({ s3 }) => ({
    'error-non-existent-bucket': () =>
      s3.send(
        new S3.DeleteObjectsCommand({ Bucket: missing, Delete: { Objects: [{ Key: 'a' }] } }),
      ),
  }),
  'test_get_bucket_policy_invalid_account_id[0000000000020]': getPolicyOf('0000000000020'),
  'test_get_bucket_policy_invalid_account_id[abcd]': getPolicyOf('abcd'),
  'test_put_bucket_policy_invalid_account_id[0000000000020]': putPolicyOf('0000000000020'),
  'test_put_bucket_policy_invalid_account_id[0000]': putPolicyOf('0000'),
  test_range_key_not_exists: ({ s3, Bucket }) => ({
    exc: () => s3.send(new S3.GetObjectCommand({ Bucket, Key: 'my-key', Range: 'bytes=0-1' })),
  }),
  test_head_object_fields: ({ s3, Bucket }) => ({
    'head-object-404': () => s3.send(new S3.HeadObjectCommand({ Bucket, Key: 'my-key' })),
  }),
  test_multipart_no_such_upload: ({ s3, Bucket }) => {
    const upload = { Bucket, Key: 'k', UploadId: 'fakeid' }
    const parts = { MultipartUpload: { Parts: [{ ETag: 'a', PartNumber: 1 }] } }
    return {
      'upload-exc': () =>
        s3.send(new S3.UploadPartCommand({ ...upload, PartNumber: 1, Body: 'a' })),
      'complete-exc': () => s3.send(new S3.CompleteMultipartUploadCommand({ ...upload, ...parts })),
      'abort-exc': () => s3.send(new S3.AbortMultipartUploadCommand(upload)),
    }
  },
  test_multipart_complete_multipart_too_small: async ({ s3, Bucket }) => {
    const { UploadId } = await s3.send(new S3.CreateMultipartUploadCommand({ Bucket, Key: 'k' }))
    const upload = { Bucket, Key: 'k', UploadId }
    const part = (PartNumber: number) =>
      s3.send(new S3.UploadPartCommand({ ...upload, PartNumber, Body: 'data' }))
    const first = await part(1)
    const second = await part(2)
    const Parts = [
      { PartNumber: 1, ETag: first.ETag },
      { PartNumber: 2, ETag: second.ETag },
    ]
    const complete = (parts: S3.CompletedPart[]) => () =>
      s3.send(
        new S3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }),
      )
    return { 'complete-exc-no-parts': complete([]), 'complete-exc-too-small': complete(Parts) }
  },
  test_complete_multipart_parts_order: async ({ s3, Bucket }) => {
    const { UploadId } = await s3.send(new S3.CreateMultipartUploadCommand({ Bucket, Key: 'k' }))
    const upload = { Bucket, Key: 'k', UploadId }
    const part = (PartNumber: number) =>
      s3.send(new S3.UploadPartCommand({ ...upload, PartNumber, Body: 'data' }))
    const { ETag } = await part(1)
    await part(2)
    const Parts = [2, 1].map((PartNumber) => ({ PartNumber, ETag }))
    return {
      'upload-part-negative-part-number': () => part(-1),
      'complete-multipart-unordered': () =>
        s3.send(new S3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })),
    }
  },
  test_put_object_acl_on_delete_marker: async (place) => {
    const { s3, Bucket } = place
    await s3.send(
      new S3.PutBucketOwnershipControlsCommand({
        Bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
      }),
    )
    await enableVersions(place)
    const object = { Bucket, Key: 'test-key-versioned' }
    await put(place, object.Key)
    const { VersionId } = await s3.send(new S3.DeleteObjectCommand(object))
    const marker = { ...object, VersionId }
    return {
      'put-acl-delete-marker': () =>
        s3.send(new S3.PutObjectAclCommand({ ...object, ACL: 'private' })),
      'get-acl-delete-marker': () => s3.send(new S3.GetObjectAclCommand(object)),
      'put-acl-delete-marker-version-id': () =>
        s3.send(new S3.PutObjectAclCommand({ ...marker, ACL: 'private' })),
      'get-acl-delete-marker-version-id': () => s3.send(new S3.GetObjectAclCommand(marker)),
    }
  },
  test_s3_copy_object_in_place: async (place) => {
    const { s3, Bucket } = place
    await put(place, 'k')
    const copy = { Bucket, Key: 'k', CopySource: `${Bucket}/k` }
    return {
      'copy-object-in-place-no-change': () => s3.send(new S3.CopyObjectCommand(copy)),
      'copy-object-in-place-with-acl': () =>
        s3.send(new S3.CopyObjectCommand({ ...copy, ACL: 'bucket-owner-full-control' })),
    }
  },
  'test_s3_get_object_preconditions[get_object]': async (place) => {
    const { s3, Bucket } = place
    const { ETag } = await put(place, 'k')
    const get = (conditions: object) => () =>
      s3.send(new S3.GetObjectCommand({ Bucket, Key: 'k', ...conditions }))
    const { LastModified } = await s3.send(new S3.HeadObjectCommand({ Bucket, Key: 'k' }))
    return {
      'precondition-if-match': get({ IfMatch: 'not-the-etag' }),
      'precondition-if-none-match': get({ IfNoneMatch: ETag }),
      'precondition-if-unmodified-since': get({ IfUnmodifiedSince: new Date(1_600_000_000_000) }),
      'etag-missing-quotes': get({ IfNoneMatch: ETag?.replaceAll('"', '') }),
      'copy-precondition-if-modified-since': get({ IfModifiedSince: LastModified }),
    }
  },
  test_s3_uppercase_bucket_name: ({ s3 }) => ({
    'uppercase-bucket': () => s3.send(new S3.CreateBucketCommand({ Bucket: 'Camel-Case-Bucket' })),
  }),
  test_s3_uppercase_key_names: ({ s3, Bucket }) => ({
    'wrong-case-key': () => s3.send(new S3.GetObjectCommand({ Bucket, Key: 'camelcasekey' })),
  }),
  test_delete_versioned_bucket_with_objects: async (place) => {
    await enableVersions(place)
    await put(place, 'k')
    const { s3, Bucket } = place
    await s3.send(new S3.DeleteObjectCommand({ Bucket, Key: 'k' }))
    return {
      'delete-with-obj-and-delete-marker': () => s3.send(new S3.DeleteBucketCommand({ Bucket })),
    }
  },
  test_object_tagging_exc: ({ s3, Bucket }) => {
    const gone = { Bucket: missing, Key: 'fake-key' }
    const fake = { Bucket, Key: 'fake-key' }
    const Tagging = { TagSet: [] }
    const tagged = (text: string) => () =>
      s3.send(new S3.PutObjectCommand({ ...fake, Body: '', Tagging: text }))
    return {
      'get-no-bucket-tags': () => s3.send(new S3.GetObjectTaggingCommand(gone)),
      'put-no-bucket-tags': () => s3.send(new S3.PutObjectTaggingCommand({ ...gone, Tagging })),
      'delete-no-bucket-tags': () => s3.send(new S3.DeleteObjectTaggingCommand(gone)),
      'put-no-key-tags': () => s3.send(new S3.PutObjectTaggingCommand({ ...fake, Tagging })),
      'delete-no-key-tags': () => s3.send(new S3.DeleteObjectTaggingCommand(fake)),
      'get-no-key-tags': () => s3.send(new S3.GetObjectTaggingCommand(fake)),
      'put-obj-duplicate-tagging': tagged('key1=val1&key1=val2'),
      'put-obj-wrong-format': tagged('key1=val1,key2=val2'),
    }
  },
  test_object_tagging_versioned: async (place) => {
    const { s3, Bucket } = place
    await enableVersions(place)
    await put(place, 'k')
    const object = { Bucket, Key: 'k' }
    const { VersionId } = await s3.send(new S3.DeleteObjectCommand(object))
    const Tagging = { TagSet: [] }
    const marker = { ...object, VersionId }
    return {
      'put-object-tags-delete-marker-id': () =>
        s3.send(new S3.PutObjectTaggingCommand({ ...marker, Tagging })),
      'put-object-tags-delete-marker-latest': () =>
        s3.send(new S3.PutObjectTaggingCommand({ ...object, Tagging })),
      'get-object-tags-delete-marker-id': () => s3.send(new S3.GetObjectTaggingCommand(marker)),
      'get-object-tags-delete-marker-latest': () => s3.send(new S3.GetObjectTaggingCommand(object)),
      'delete-object-tags-delete-marker-id': () =>
        s3.send(new S3.DeleteObjectTaggingCommand(marker)),
      'delete-object-tags-delete-marker-latest': () =>
        s3.send(new S3.DeleteObjectTaggingCommand(object)),
    }
  },
  test_put_bucket_tagging_none_value: ({ s3, Bucket }) => ({
    'no-such-tag-set': () => s3.send(new S3.GetBucketTaggingCommand({ Bucket })),
  }),
  test_tagging_validation: async (place) => {
    const { s3, Bucket } = place
    await put(place, 'k')
    const tags = (...pairs: readonly (readonly [string | undefined, string | undefined])[]) => ({
      Tagging: { TagSet: pairs.map(([Key, Value]) => ({ Key, Value })) },
    })
    const bucket = (tagging: ReturnType<typeof tags>) => () =>
      s3.send(new S3.PutBucketTaggingCommand({ Bucket, ...tagging }))
    const object = (tagging: ReturnType<typeof tags>) => () =>
      s3.send(new S3.PutObjectTaggingCommand({ Bucket, Key: 'k', ...tagging }))
    const cases = {
      'duplicate-keys': tags(['Key1', 'Val1'], ['Key1', 'Val1']),
      'aws-prefixed': tags(['aws:prefixed', 'Val1']),
      'none-key': tags([undefined, 'Val1']),
      'none-value': tags(['Key1', undefined]),
    }
    const named = Object.entries(cases)
    return {
      'put-bucket-tags-invalid-key': bucket(tags(['Key1,Key2', 'Val1'])),
      'put-bucket-tags-invalid-value': bucket(tags(['Key1', 'Val1,Val2'])),
      'put-object-tags-invalid-field': object(tags(['Key1,Key2', 'Val1'])),
      ...Object.fromEntries(named.map(([name, one]) => [`put-bucket-tags-${name}`, bucket(one)])),
      ...Object.fromEntries(named.map(([name, one]) => [`put-object-tags-${name}`, object(one)])),
    }
  },
  test_create_bucket_with_tags_exc: ({ s3 }) => {
    const make = (Key: string, Value: string) => () =>
      s3.send(
        new S3.CreateBucketCommand({
          Bucket: 'with-odd-tags',
          CreateBucketConfiguration: { Tags: [{ Key, Value }] },
        }),
      )
    return {
      'tags-key-aws-bad-key': make('test,test2', 'value1'),
      'tags-key-aws-bad-value': make('test', 'value1,value2'),
      'tags-key-aws-prefix': make('aws:prefixed', 'value1'),
    }
  },
  test_bucket_ownership_controls_exc: ({ s3, Bucket }) => {
    const create = (text: string) => () =>
      s3.send(
        new S3.CreateBucketCommand({
          Bucket: 'owned-oddly',
          ObjectOwnership: text as S3.ObjectOwnership,
        }),
      )
    const controls =
      (...texts: readonly string[]) =>
      () => {
        const Rules = texts.map((text) => ({ ObjectOwnership: text as S3.ObjectOwnership }))
        return s3.send(
          new S3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }),
        )
      }
    return {
      'ownership-wrong-value-at-creation': create('RandomValue'),
      'put-ownership-multiple-rules': controls('BucketOwnerPreferred', 'ObjectWriter'),
      'put-ownership-wrong-value': controls('RandomValue'),
      'put-ownership-empty-rule': controls(),
    }
  },
  test_bucket_policy_crud: ({ s3, Bucket }) => ({
    'get-bucket-default-policy': () => s3.send(new S3.GetBucketPolicyCommand({ Bucket })),
  }),
  test_bucket_policy_exc: ({ s3, Bucket }) => {
    const policy = (Policy: string) => () =>
      s3.send(new S3.PutBucketPolicyCommand({ Bucket, Policy }))
    return {
      'put-empty-bucket-policy': policy(''),
      'put-bucket-policy-randomstring': policy('invalid json'),
      'put-bucket-policy-empty-json': policy('{}'),
    }
  },
  test_bucket_versioning_crud: ({ s3, Bucket }) => {
    const set = (name: string, Status?: string) => () =>
      s3.send(
        new S3.PutBucketVersioningCommand({
          Bucket: name,
          VersioningConfiguration: Status === undefined ? {} : { Status: Status as 'Enabled' },
        }),
      )
    return {
      'put-versioning-empty': set(Bucket),
      'put-versioning-disabled': set(Bucket, 'Disabled'),
      'put-versioning-enabled-lowercase': set(Bucket, 'enabled'),
      'get-versioning-no-bucket': () =>
        s3.send(new S3.GetBucketVersioningCommand({ Bucket: missing })),
      'put-versioning-no-bucket': set(missing, 'Suspended'),
    }
  },
  test_s3_copy_object_preconditions: async (place) => {
    const { s3, Bucket } = place
    const { ETag } = await put(place, 'k')
    const copy = (conditions: object) => () =>
      s3.send(
        new S3.CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/k`, ...conditions }),
      )
    const past = new Date(1_600_000_000_000)
    const { LastModified } = await s3.send(new S3.HeadObjectCommand({ Bucket, Key: 'k' }))
    return {
      'copy-precondition-if-match': copy({ CopySourceIfMatch: 'not-the-etag' }),
      'copy-precondition-if-none-match': copy({ CopySourceIfNoneMatch: ETag }),
      'copy-etag-missing-quotes': copy({ CopySourceIfNoneMatch: ETag?.replaceAll('"', '') }),
      'copy-precondition-if-unmodified-since': copy({ CopySourceIfUnmodifiedSince: past }),
      'copy-precondition-if-modified-since': copy({ CopySourceIfModifiedSince: LastModified }),
    }
  },
  test_delete_object_if_match_all_non_express: async (place) => {
    const { s3, Bucket } = place
    await put(place, 'k')
    const IfMatchLastModifiedTime = new Date(world.nowMs())
    return {
      'delete-obj-if-match-all': () =>
        s3.send(new S3.DeleteObjectCommand({ Bucket, Key: 'k', IfMatchLastModifiedTime })),
    }
  },
  test_list_objects_versions_markers: ({ s3, Bucket }) => ({
    'list-objects-next-version-only': () =>
      s3.send(new S3.ListObjectVersionsCommand({ Bucket, VersionIdMarker: 'marker' })),
  }),
  'test_list_ops_encoding_type_validation[list_objects_v2]': ({ s3, Bucket }) => ({
    'list_objects_v2-error-wrong-value': () =>
      s3.send(new S3.ListObjectsV2Command({ Bucket, EncodingType: 'value' as 'url' })),
  }),
  'test_multipart_checksum_type_compatibility[COMPOSITE-CRC64NVME]': incompatible(
    'COMPOSITE',
    'CRC64NVME',
  ),
  'test_multipart_checksum_type_compatibility[FULL_OBJECT-SHA256]': incompatible(
    'FULL_OBJECT',
    'SHA256',
  ),
  test_delete_object_versioned: async (place) => {
    const { s3, Bucket } = place
    await enableVersions(place)
    const object = { Bucket, Key: 'test-delete' }
    const { VersionId } = await put(place, object.Key)
    const marker = await s3.send(new S3.DeleteObjectCommand(object))
    await s3.send(new S3.DeleteObjectCommand({ ...object, VersionId }))
    return {
      'get-deleted-object': () => s3.send(new S3.GetObjectCommand(object)),
      'get-delete-marker': () =>
        s3.send(new S3.GetObjectCommand({ ...object, VersionId: marker.VersionId })),
      'get-deleted-object-with-version': () =>
        s3.send(new S3.GetObjectCommand({ ...object, VersionId })),
      'delete-with-bad-version': () =>
        s3.send(new S3.DeleteObjectCommand({ ...object, VersionId: 'no such version' })),
    }
  },
  test_get_object_range: async (place) => {
    const { s3, Bucket } = place
    await put(place, 'k', '0123456789')
    const get = (range: string) => () =>
      s3.send(new S3.GetObjectCommand({ Bucket, Key: 'k', Range: `bytes=${range}` }))
    return { 'get--0': get('-0'), 'get-100-200': get('100-200') }
  },
  test_put_object_if_match_validation: ({ s3, Bucket }) => {
    const object = { Bucket, Key: 'test-precondition-validation', Body: 'a' }
    const match = (IfMatch: string) => () =>
      s3.send(new S3.PutObjectCommand({ ...object, IfMatch }))
    return {
      'put-obj-if-match-star-value': match('*'),
      'put-obj-if-match-bad-value': match('abcdef'),
    }
  },
  test_put_object_if_none_match_validation: ({ s3, Bucket }) => ({
    'put-obj-if-none-match-bad-value': () =>
      s3.send(new S3.PutObjectCommand({ Bucket, Key: 'k', Body: 'a', IfNoneMatch: 'abcdef' })),
  }),
  test_crud_public_access_block: async ({ s3, Bucket }) => {
    await s3.send(new S3.DeletePublicAccessBlockCommand({ Bucket }))
    return {
      'get-public-access-block-after-delete': () =>
        s3.send(new S3.GetPublicAccessBlockCommand({ Bucket })),
    }
  },
  test_crud_website_configuration: ({ s3, Bucket }) => ({
    'get-no-such-website-config': () => s3.send(new S3.GetBucketWebsiteCommand({ Bucket })),
  }),
  'test_put_object_checksum[CRC32]': wrongChecksums('ChecksumCRC32', 'AAAAAA=='),
  'test_put_object_checksum[CRC32C]': wrongChecksums('ChecksumCRC32C', 'AAAAAA=='),
  'test_put_object_checksum[SHA256]': wrongChecksums('ChecksumSHA256', `${'A'.repeat(43)}=`),
  test_get_response_overrides_unicode_metadata_with_sig_s3: async (place) => {
    const { s3, Bucket } = place
    await put(place, 'k')
    const ResponseCacheControl = 'non-ascii-%E2%80%94_\u2014_\u00e9_'
    const get = { Bucket, Key: 'k', ResponseCacheControl }
    return { 'unicode-error': () => s3.send(new S3.GetObjectCommand(get)) }
  },
}

/** The members of an error that a client sees, whatever its SDK calls them. */
async function errorOf(step: () => Promise<unknown>): Promise<Json> {
  try {
    await step()
    return { Code: 'no error' }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const { $metadata, $response: _, $fault: __, name, message, ...members } = error as Error & Json
    const shown = 'Code' in error ? error.Code : name
    const { httpStatusCode } = $metadata as { readonly httpStatusCode?: number }
    return { ...members, Code: shown, Message: message, status: httpStatusCode }
  }
}

/** Compares with placeholders such as `<bucket-name:1>`, which stand for any text. */
function differences(recorded: Json, error: Json): readonly string[] {
  return Object.entries(recorded).flatMap(([member, wanted]) => {
    if (['HostId', 'RequestId', 'Type'].includes(member) || wanted === null) return []
    const found = String(error[member] ?? '')
    const parts = String(wanted).split(/<[a-z0-9_:-]+>/)
    const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')
    return new RegExp(`^${pattern}$`, 's').test(found) ? [] : [`${member}: ${found}, not ${wanted}`]
  })
}

/** An answer without a body has a status and no code: clients make up the rest, each in its way. */
function recordedError(step: unknown): Json & { readonly status: unknown } {
  const { Error: error, ResponseMetadata: metadata } = step as {
    Error: Json
    ResponseMetadata?: Json
  }
  const status = metadata?.HTTPStatusCode ?? null
  return /^\d+$/.test(String(error.Code)) ? { status } : { ...error, status }
}

async function compare(recorded: Json | undefined, steps: Steps): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const [name, step] of Object.entries(steps)) {
    const answer = recorded?.[name]
    if (answer === undefined) {
      wrong.push(`${name} is not in the recording`)
      continue
    }
    const error = await errorOf(step)
    wrong.push(...differences(recordedError(answer), error).map((one) => `${name} ${one}`))
  }
  return wrong
}

describe.skipIf(!isThere)('what AWS answered', () => {
  test.each(Object.entries(s3Replays))('S3: %s', async (name, replay) => {
    bucketNumber += 1
    const Bucket = `recorded-${bucketNumber}`
    const s3 = client()
    await s3.send(new S3.CreateBucketCommand({ Bucket }))
    const steps = await replay({ s3, Bucket })
    expect(await compare(load('s3')[name], steps)).toEqual([])
  })
})

// STILE_AWS_RECORDINGS names the folder; the repository holds none.
test.skipIf(!isThere)(
  'the recordings are there: set STILE_AWS_RECORDINGS to compare with AWS',
  () => {
    expect(Object.keys(load('s3')).length).toBeGreaterThan(100)
  },
)

import { createHash } from 'node:crypto'
import type * as S3 from '@aws-sdk/client-s3'
import { membersOf, sendRawCall } from './raw.ts'
import type { Place, Replays } from './replay.ts'

const key = '1234567890abcdef1234567890abcdef'
const given = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: key } as const
const source = { CopySourceSSECustomerAlgorithm: 'AES256', CopySourceSSECustomerKey: key } as const
const random = { unknown: ['ETag', 'ChecksumCRC32'] }

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const md5 = (text: string): string => createHash('md5').update(text).digest('base64')

interface KeyHeaders {
  readonly algorithm?: string
  readonly key?: string
  readonly md5?: string
}

/** Puts an object as no SDK would: they mend what is said of keys. */
async function putRaw(place: Place, about: KeyHeaders, more: object = {}): Promise<object> {
  const prefix = 'x-amz-server-side-encryption-customer'
  const headers = Object.entries({
    [`${prefix}-algorithm`]: about.algorithm,
    [`${prefix}-key`]: about.key,
    [`${prefix}-key-md5`]: about.md5,
    ...more,
  }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  const { status, body } = await sendRawCall(place, {
    method: 'PUT',
    path: `/${place.Bucket}/test-sse-c`,
    headers: Object.fromEntries(headers),
    body: 'test_data',
    signedBy: 'owner',
  })
  return { ...membersOf(body), ResponseMetadata: { HTTPStatusCode: status } }
}

export const encryptionReplays: Replays = {
  test_put_object_validation_sse_c: async (place) => {
    const { told } = place
    const whole = { algorithm: 'AES256', key: base64(key), md5: md5(key) }
    const { algorithm: _, ...noAlgorithm } = whole
    const { key: __, ...noKey } = whole
    await told(
      'put-obj-sse-c-both-encryption',
      putRaw(place, whole, { 'x-amz-server-side-encryption': 'AES256' }),
    )
    await told('put-obj-sse-c-wrong-algo', putRaw(place, { ...whole, algorithm: 'KMS' }))
    await told('put-obj-sse-c-no-algo', putRaw(place, noAlgorithm))
    await told('put-obj-sse-c-no-key', putRaw(place, noKey))
    const short = 'test'
    const small = { ...whole, key: base64(short), md5: md5(short) }
    await told('put-obj-sse-c-wrong-key-size', putRaw(place, small))
    // The recording's client encodes a key once more where its digest is left out.
    const twice = { ...whole, key: base64(base64(key)) }
    await told('put-obj-sse-c-no-md5', putRaw(place, twice))
    await told('put-obj-sse-c-bad-md5', putRaw(place, { ...whole, md5: md5('other') }))
  },
  test_copy_object_with_sse_c: async (place) => {
    const { s3, Bucket, told } = place
    const object = { Bucket, Key: 'test-sse-c' }
    await told('put-obj-sse-c', s3.putObject({ ...object, Body: 'test_data', ...given }), random)
    await told('get-obj-no-sse-c-param', s3.getObject(object))
    const copy = (how: Partial<S3.CopyObjectCommandInput>) =>
      s3.copyObject({ Bucket, Key: 'copied', CopySource: `${Bucket}/${object.Key}`, ...how })
    const other = { CopySourceSSECustomerAlgorithm: 'KMS' }
    await told('copy-obj-wrong-src-sse-c-algo', copy({ ...source, ...other }))
    const wrong = { SSECustomerAlgorithm: 'KMS' }
    await told('copy-obj-wrong-target-sse-c-algo', copy({ ...source, ...given, ...wrong }))
    await told('copy-obj-no-src-sse-c', copy(given))
    const both = copy({ ...source, ...given, ServerSideEncryption: 'AES256' })
    await told('copy-obj-target-double-encryption', both)
    await told('copy-obj-sse-c', copy({ ...source, ...given }), random)
    await told('copy-obj-sse-c-target-no-sse-c', copy(source), random)
  },
  test_s3_sse_default_kms_key: async (place) => {
    const { s3, told, newBucket } = place
    const tell = async (name: string, Bucket: string, how: Partial<S3.PutObjectCommandInput>) => {
      const object = { Bucket, Key: 'test-sse-default-kms-key' }
      const put = s3.putObject({ ...object, Body: 'test-sse', ...how })
      await told(`put-obj-default-kms-s3-key${name}`, put, random)
      await told(`get-obj-default-kms-s3-key${name}`, s3.getObject(object), random)
    }
    const how = { ServerSideEncryption: 'aws:kms' } as const
    await tell('', place.Bucket, how)
    const second = await newBucket()
    await tell('-bucket-2', second, how)
    const Bucket = await newBucket()
    const Rules: S3.ServerSideEncryptionRule[] = [
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true },
    ]
    const ServerSideEncryptionConfiguration = { Rules }
    const put = s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration })
    await told('put-bucket-encryption-default-kms-s3-key', put)
    await told('get-bucket-encryption-default-kms-s3-key', s3.getBucketEncryption({ Bucket }))
    await tell('-from-bucket', Bucket, {})
  },
  test_s3_sse_validate_kms_key: {
    run: async ({ s3, Bucket, told, world }) => {
      const object = { Bucket, Key: 'test-sse-validate-kms-key' }
      const how = (SSEKMSKeyId: string) =>
        ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId }) as const
      const put = (keyId: string) => s3.putObject({ ...object, Body: 'test-sse', ...how(keyId) })
      const fake = how('fake-key-id')
      await told('put-obj-wrong-kms-key', put('fake-key-id'))
      const id = '134f2428-cec1-4b25-a1ae-9048164dba47'
      await told('put-obj-wrong-kms-key-real-uuid', put(id))
      const arn = (region: string) => `arn:aws:kms:${region}:${world.home}:key/${id}`
      await told('put-obj-wrong-kms-key-real-uuid-arn', put(arn('us-east-1')))
      await told('create-multipart-wrong-kms-key', s3.createMultipartUpload({ ...object, ...fake }))
      await s3.putObject({ Bucket, Key: 'source', Body: 'test-sse' })
      const copy = { ...object, CopySource: `${Bucket}/source` }
      await told('copy-obj-wrong-kms-key', s3.copyObject({ ...copy, ...fake }))
      await told('put-obj-different-region-kms-key', put(arn('us-west-2')))
      const unnamed = '234f2428-cec1-4b25-a1ae-9048164dba47'
      await told('put-obj-different-region-kms-key-no-arn', put(unnamed))
    },
    leftOut: { 'create-kms-key': 'KMS is not built' },
  },
}

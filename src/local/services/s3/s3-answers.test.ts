import { type CompletedPart, S3 } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signQuery } from '../../../../test/support/sign-any.ts'
import {
  sendRaw,
  startTwoAccounts,
  type TwoAccounts,
} from '../../../../test/support/two-accounts.ts'

let world: TwoAccounts
let s3: S3
let bucketNumber = 0
beforeAll(async () => {
  world = await startTwoAccounts()
  s3 = newClient(0)
})
afterAll(() => world.stop())

function newClient(systemClockOffset: number): S3 {
  return new S3({
    endpoint: world.aws.url,
    region: 'us-east-1',
    credentials: world.root(world.home),
    forcePathStyle: true,
    maxAttempts: 1,
    systemClockOffset,
  })
}

async function newBucket(input: { ObjectOwnership?: 'ObjectWriter' } = {}): Promise<string> {
  bucketNumber += 1
  const Bucket = `answers-${bucketNumber}`
  await s3.createBucket({ Bucket, ...input })
  return Bucket
}

async function begin(object: { readonly Bucket: string; readonly Key: string }) {
  const { UploadId } = await s3.createMultipartUpload(object)
  const { ETag } = await s3.uploadPart({ ...object, UploadId, PartNumber: 1, Body: 'part' })
  const Parts: CompletedPart[] = [{ ETag, PartNumber: 1 }]
  return (condition: object) =>
    s3.completeMultipartUpload({ ...object, UploadId, MultipartUpload: { Parts }, ...condition })
}

const conflict = { name: 'ConditionalRequestConflict', $metadata: { httpStatusCode: 409 } }

test('an upload that was overtaken is in conflict with its condition', async () => {
  const object = { Bucket: await newBucket(), Key: 'k' }
  const afterPut = await begin(object)
  world.passSeconds(1)
  s3.config.systemClockOffset = world.nowMs() - Date.now()
  const { ETag } = await s3.putObject({ ...object, Body: 'a' })
  await expect(afterPut({ IfMatch: ETag })).rejects.toMatchObject({
    ...conflict,
    Condition: 'If-Match',
    Key: 'k',
  })
  const afterDelete = await begin(object)
  await s3.deleteObject(object)
  await expect(afterDelete({ IfNoneMatch: '*' })).rejects.toMatchObject({
    ...conflict,
    Condition: 'If-None-Match',
  })
  await afterDelete({})
})

test('the parts of an upload state its own checksum', async () => {
  const object = { Bucket: await newBucket(), Key: 'k' }
  const { UploadId } = await s3.createMultipartUpload({ ...object, ChecksumAlgorithm: 'SHA256' })
  const part = { ...object, UploadId, PartNumber: 1, Body: 'a' }
  await expect(s3.uploadPart({ ...part, ChecksumAlgorithm: 'CRC32' })).rejects.toMatchObject({
    message:
      'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32',
  })
  await s3.uploadPart({ ...part, ChecksumAlgorithm: 'SHA256' })
})

test('a version id is one that was given, or none', async () => {
  const Bucket = await newBucket()
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })
  const object = { Bucket, Key: 'k' }
  const made: (string | undefined)[] = []
  for (let at = 0; at < 3; at += 1) made.unshift((await s3.putObject(object)).VersionId)
  const [newest, middle, oldest] = made
  const wrong = {
    ...object,
    VersionId: `${newest?.startsWith('A') ? 'B' : 'A'}${newest?.slice(1)}`,
  }
  await expect(s3.getObject(wrong)).rejects.toMatchObject({ name: 'InvalidArgument' })
  await s3.deleteObject({ ...object, VersionId: middle })
  await s3.deleteObject({ ...object, VersionId: middle })
  await expect(s3.getObject({ ...object, VersionId: middle })).rejects.toMatchObject({
    name: 'NoSuchVersion',
  })
  const rest = await s3.listObjectVersions({ Bucket, KeyMarker: 'k', VersionIdMarker: middle })
  expect(rest.Versions?.map(({ VersionId }) => VersionId)).toEqual([oldest])
})

test('times are shown in whole seconds, wherever they are', async () => {
  const object = { Bucket: await newBucket(), Key: 'k' }
  await s3.putObject(object)
  const { Contents = [] } = await s3.listObjectsV2({ Bucket: object.Bucket })
  const { LastModified } = await s3.headObject(object)
  expect(Contents[0]?.LastModified).toEqual(LastModified)
  expect(LastModified?.getMilliseconds()).toBe(0)
})

test('an object is copied onto itself where its bucket says how it encrypts', async () => {
  const object = { Bucket: await newBucket(), Key: 'k' }
  await s3.putObject(object)
  const copy = { ...object, CopySource: `${object.Bucket}/k` }
  await expect(s3.copyObject(copy)).rejects.toMatchObject({ name: 'InvalidRequest' })
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }]
  await s3.putBucketEncryption({
    Bucket: object.Bucket,
    ServerSideEncryptionConfiguration: { Rules },
  })
  await s3.copyObject(copy)
})

test('what is archived is not read, but known', async () => {
  const object = { Bucket: await newBucket(), Key: 'k' }
  await s3.putObject({ ...object, Body: 'a', StorageClass: 'GLACIER' })
  expect((await s3.headObject(object)).StorageClass).toBe('GLACIER')
  await expect(s3.getObject(object)).rejects.toMatchObject({
    name: 'InvalidObjectState',
    StorageClass: 'GLACIER',
  })
  const copy = { ...object, Key: 'copy', CopySource: `${object.Bucket}/k` }
  await expect(s3.copyObject(copy)).rejects.toMatchObject({ name: 'ObjectNotInActiveTierError' })
})

test('a digest that is well-formed and of something else is told from a broken one', async () => {
  const object = { Bucket: await newBucket(), Key: 'k', Body: 'a' }
  const put = (ContentMD5: string) => s3.putObject({ ...object, ContentMD5 })
  await expect(put('broken')).rejects.toMatchObject({ name: 'InvalidDigest' })
  await expect(put('1B2M2Y8AsgTpgAmY7PhCfg==')).rejects.toMatchObject({
    name: 'BadDigest',
    message: 'The Content-MD5 you specified did not match what we received.',
  })
})

const uri = 'http://acs.amazonaws.com/groups/s3/LogDelivery'
test.each([
  [{ ACL: 'fake-acl' }, { ArgumentName: 'x-amz-acl', ArgumentValue: 'fake-acl' }],
  [{ GrantWrite: 'uri="http://fake"' }, { message: 'Invalid group uri', ArgumentName: 'uri' }],
  [
    { GrantWrite: 'fakekey="1234"' },
    { message: 'Argument format not recognized', ArgumentName: 'x-amz-grant-write' },
  ],
  [{ GrantWrite: 'id="wrong-id"' }, { message: 'Invalid id', ArgumentName: 'id' }],
  [{ ACL: 'private', GrantRead: `uri="${uri}"` }, { name: 'InvalidRequest' }],
  [{ ACL: 'private', AccessControlPolicy: { Grants: [] } }, { name: 'UnexpectedContent' }],
  [{ AccessControlPolicy: { Grants: [] } }, { name: 'MalformedACLError' }],
])('an ACL of %j is refused', async (how, refusal) => {
  const Bucket = await newBucket({ ObjectOwnership: 'ObjectWriter' })
  const put = s3.putBucketAcl({ Bucket, ...(how as object) })
  await expect(put).rejects.toMatchObject({ ...refusal, $metadata: { httpStatusCode: 400 } })
})

async function follow(link: { query?: string; madeMs: number; method: string; path: string }) {
  const host = `127.0.0.1:${world.aws.port}`
  const { madeMs, ...request } = link
  const unsigned = { service: 's3', headers: { host }, ...request }
  const times = { nowMs: madeMs, expires: 60 }
  const signed = signQuery(world.aws.rootCredentials(world.home), unsigned, times)
  const headers = Object.fromEntries(signed.headers)
  return sendRaw(world.aws, { method: link.method, path: signed.target, headers })
}

test('a link that has expired says when', async () => {
  const madeMs = world.nowMs() - 3_600_000
  const answer = await follow({ method: 'GET', path: '/answers-1/k', madeMs })
  expect(answer.status).toBe(403)
  expect(answer.body).toContain('<Message>Request has expired</Message><X-Amz-Expires>60<')
  expect(answer.body).toMatch(/<Expires>[\dT:-]+Z<\/Expires><ServerTime>[\dT:-]+Z<\/ServerTime>/)
})

test('a link may carry in its query what a header would say', async () => {
  const Bucket = await newBucket()
  const query = 'x-amz-acl=public-read&x-amz-meta-team=platform'
  const link = { method: 'PUT', path: `/${Bucket}/k`, madeMs: world.nowMs() }
  const refused = await follow({ ...link, query })
  expect(refused.body).toContain('AccessControlListNotSupported')
  expect((await follow({ ...link, query: 'x-amz-meta-team=platform' })).status).toBe(200)
  expect((await s3.headObject({ Bucket, Key: 'k' })).Metadata).toEqual({ team: 'platform' })
})

test('a request of another time is told the server’s', async () => {
  await expect(newClient(-3_600_000).listBuckets({})).rejects.toMatchObject({
    name: 'RequestTimeTooSkewed',
    MaxAllowedSkewMilliseconds: '900000',
  })
})

test('the earliest of the rules that match an object says when it goes', async () => {
  const Bucket = await newBucket()
  const rule = (ID: string, Days: number) =>
    ({ ID, Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days } }) as const
  await s3.putBucketLifecycleConfiguration({
    Bucket,
    LifecycleConfiguration: { Rules: [rule('slow', 30), rule('by name', 1)] },
  })
  const { Expiration } = await s3.putObject({ Bucket, Key: 'logs/a' })
  expect(Expiration).toMatch(/^expiry-date="\w{3}, .* 00:00:00 GMT", rule-id="by%20name"$/)
  expect((await s3.putObject({ Bucket, Key: 'a' })).Expiration).toBeUndefined()
})

test('a copy names its source, its directives and no marker', async () => {
  const object = { Bucket: await newBucket(), Key: 'k' }
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await s3.putBucketVersioning({ Bucket: object.Bucket, VersioningConfiguration })
  await s3.putObject(object)
  const copy = { ...object, Key: 'copy', CopySource: `${object.Bucket}/k` }
  const TaggingDirective = 'OTHER' as 'COPY'
  await expect(s3.copyObject({ ...copy, TaggingDirective })).rejects.toMatchObject({
    message: 'Unknown tagging directive.',
    ArgumentName: 'x-amz-tagging-directive',
  })
  const { VersionId } = await s3.deleteObject(object)
  await expect(s3.copyObject(copy)).rejects.toMatchObject({ name: 'NoSuchKey' })
  const marker = { ...copy, CopySource: `${copy.CopySource}?versionId=${VersionId}` }
  await expect(s3.copyObject(marker)).rejects.toMatchObject({ name: 'InvalidRequest' })
})

test('attributes of an object are named, and known', async () => {
  const object = { Bucket: await newBucket(), Key: 'k' }
  await s3.putObject(object)
  const get = (...names: readonly string[]) =>
    s3.getObjectAttributes({ ...object, ObjectAttributes: names as 'ETag'[] })
  await expect(get('ETag', 'Colour')).rejects.toMatchObject({
    message: 'Invalid attribute name specified.',
    ArgumentValue: 'Colour',
  })
  expect((await get('ETag')).ETag).toBeDefined()
})

test.each([{}, { Days: 1, ExpiredObjectDeleteMarker: true }])(
  'a rule that expires by %j is none',
  async (Expiration) => {
    const rule = { ID: 'a', Status: 'Enabled', Filter: { Prefix: '' }, Expiration } as const
    const put = s3.putBucketLifecycleConfiguration({
      Bucket: await newBucket(),
      LifecycleConfiguration: { Rules: [rule] },
    })
    await expect(put).rejects.toMatchObject({ name: 'MalformedXML' })
  },
)

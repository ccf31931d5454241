import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketAclCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '../../index.ts'

const owner = '111111111111'
const stranger = '222222222222'
let aws: LocalAws
let s3: S3Client
let bucket: string
let count = 0

function rootClient(accountId: string, region = 'us-east-1'): S3Client {
  return new S3Client({
    endpoint: aws.url,
    region,
    forcePathStyle: true,
    credentials: aws.rootCredentials(accountId),
    maxAttempts: 1,
  })
}

async function text(output: GetObjectCommandOutput): Promise<string> {
  return (await output.Body?.transformToString()) ?? ''
}

beforeAll(async () => {
  aws = await startLocalAws({ seed: { accounts: [{ id: owner }, { id: stranger }] } })
  s3 = rootClient(owner)
})

afterAll(async () => {
  await aws.stop()
})

beforeEach(async () => {
  count += 1
  bucket = `bucket-${count}`
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
})

test('a new bucket is private, owner-enforced, encrypted and in the endpoint’s region', async () => {
  const Bucket = bucket
  const head = await s3.send(new HeadBucketCommand({ Bucket }))
  expect(head.BucketRegion).toBe('us-east-1')
  const location = await s3.send(new GetBucketLocationCommand({ Bucket }))
  expect(location.LocationConstraint).toBeUndefined()
  const controls = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))
  expect(controls.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }])
  const block = await s3.send(new GetPublicAccessBlockCommand({ Bucket }))
  expect(block.PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  })
  const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }))
  expect(
    encryption.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault,
  ).toEqual({ SSEAlgorithm: 'AES256' })
  const acl = await s3.send(new GetBucketAclCommand({ Bucket }))
  expect(acl.Grants?.map((grant) => grant.Permission)).toEqual(['FULL_CONTROL'])
  const listed = await s3.send(new ListBucketsCommand({}))
  expect(listed.Buckets?.map((one) => one.Name)).toContain(bucket)
  expect(listed.Buckets?.[0]?.CreationDate).toBeInstanceOf(Date)
})

const refusedBuckets = [
  { claim: 'a capital letter', input: { Bucket: 'Bad' }, code: 'InvalidBucketName' },
  { claim: 'an address', input: { Bucket: '192.168.0.1' }, code: 'InvalidBucketName' },
  {
    claim: 'an unknown ownership',
    input: { Bucket: 'fine-name', ObjectOwnership: 'Nobody' as 'ObjectWriter' },
    code: 'InvalidArgument',
  },
  {
    claim: 'a region that is none',
    input: {
      Bucket: 'fine-name',
      CreateBucketConfiguration: { LocationConstraint: 'nowhere' as 'eu-west-1' },
    },
    code: 'InvalidLocationConstraint',
  },
  {
    claim: 'an ACL with ACLs disabled',
    input: { Bucket: 'fine-name', ACL: 'public-read' as const },
    code: 'InvalidBucketAclWithObjectOwnership',
  },
]

for (const { claim, input, code } of refusedBuckets) {
  test(`CreateBucket refuses ${claim}`, async () => {
    await expect(s3.send(new CreateBucketCommand(input))).rejects.toMatchObject({ name: code })
  })
}

test('bucket names are one namespace for all accounts', async () => {
  const taken = rootClient(stranger).send(new CreateBucketCommand({ Bucket: bucket }))
  await expect(taken).rejects.toMatchObject({ name: 'BucketAlreadyExists' })
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const europe = rootClient(owner, 'eu-west-1')
  const Bucket = `${bucket}-europe`
  await expect(europe.send(new CreateBucketCommand({ Bucket: 'x', ...{} }))).rejects.toMatchObject({
    name: 'InvalidBucketName',
  })
  await europe.send(new CreateBucketCommand({ Bucket }))
  const location = await europe.send(new GetBucketLocationCommand({ Bucket }))
  expect(location.LocationConstraint).toBe('eu-west-1')
  await expect(europe.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
    name: 'BucketAlreadyOwnedByYou',
  })
})

test('an object comes back as it was put, with its headers, metadata and checksum', async () => {
  const Key = 'folder/a b+c é.txt'
  const put = await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key,
      Body: 'hello',
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      Metadata: { Colour: 'blue' },
    }),
  )
  const etag = `"${createHash('md5').update('hello').digest('hex')}"`
  expect(put).toMatchObject({
    ETag: etag,
    ServerSideEncryption: 'AES256',
    ChecksumCRC32: 'NhCmhg==',
  })
  const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
  expect(await text(got)).toBe('hello')
  expect(got).toMatchObject({
    ETag: etag,
    ContentLength: 5,
    ContentType: 'text/plain',
    CacheControl: 'no-cache',
    Metadata: { colour: 'blue' },
    ChecksumCRC32: 'NhCmhg==',
    AcceptRanges: 'bytes',
  })
  const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key }))
  expect(head).toMatchObject({ ETag: etag, ContentLength: 5, ContentType: 'text/plain' })
})

test('a streamed body of unknown checksum is taken with its trailer', async () => {
  const bytes = randomBytes(300_000)
  const body = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)])
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: body, ContentLength: bytes.length }),
  )
  const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }))
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)
  expect(got.ContentEncoding).toBeUndefined()
})

for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
  test(`${algorithm}: a wrong checksum is refused and nothing is kept`, async () => {
    const wrong = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 }[algorithm]
    const put = s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: 'k',
        Body: 'hello',
        [`Checksum${algorithm}`]: Buffer.alloc(wrong, 7).toString('base64'),
      }),
    )
    await expect(put).rejects.toMatchObject({
      name: 'BadDigest',
      message: `The ${algorithm} you specified did not match the calculated checksum.`,
    })
    const list = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
    expect(list.KeyCount).toBe(0)
  })
}

test('a Content-MD5 is compared with the body', async () => {
  const put = (ContentMD5: string): Promise<unknown> =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'hello', ContentMD5 }))
  await expect(put('xxx')).rejects.toMatchObject({ name: 'InvalidDigest' })
  await expect(put(createHash('md5').update('other').digest('base64'))).rejects.toMatchObject({
    name: 'BadDigest',
  })
  await put(createHash('md5').update('hello').digest('base64'))
})

const ranges = [
  { Range: 'bytes=0-0', body: '0', range: 'bytes 0-0/10' },
  { Range: 'bytes=8-', body: '89', range: 'bytes 8-9/10' },
  { Range: 'bytes=-3', body: '789', range: 'bytes 7-9/10' },
  { Range: 'bytes=-15', body: '0123456789', range: 'bytes 0-9/10' },
  { Range: 'bytes=0-100', body: '0123456789', range: 'bytes 0-9/10' },
  { Range: 'bytes=1-0', body: '0123456789', range: undefined },
  { Range: 'bytes=0-1,3-4', body: '0123456789', range: undefined },
]

test('ranges are answered as S3 answers them', async () => {
  const place = { Bucket: bucket, Key: 'digits' }
  await s3.send(new PutObjectCommand({ ...place, Body: '0123456789' }))
  for (const { Range, body, range } of ranges) {
    const got = await s3.send(new GetObjectCommand({ ...place, Range }))
    expect({ Range, body: await text(got), range: got.ContentRange }).toEqual({
      Range,
      body,
      range,
    })
    expect(got.$metadata.httpStatusCode).toBe(range === undefined ? 200 : 206)
  }
  for (const Range of ['bytes=10-20', 'bytes=-0']) {
    await expect(s3.send(new GetObjectCommand({ ...place, Range }))).rejects.toMatchObject({
      name: 'InvalidRange',
    })
  }
})

test('reads and writes on condition', async () => {
  const place = { Bucket: bucket, Key: 'k' }
  const { ETag } = await s3.send(new PutObjectCommand({ ...place, Body: 'one' }))
  const get = (condition: object): Promise<unknown> =>
    s3.send(new GetObjectCommand({ ...place, ...condition }))
  await get({ IfMatch: ETag })
  await expect(get({ IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await expect(get({ IfNoneMatch: ETag })).rejects.toMatchObject({
    $metadata: { httpStatusCode: 304 },
  })
  await expect(get({ IfModifiedSince: new Date() })).rejects.toMatchObject({
    $metadata: { httpStatusCode: 304 },
  })
  const put = (condition: object): Promise<unknown> =>
    s3.send(new PutObjectCommand({ ...place, Body: 'two', ...condition }))
  await expect(put({ IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await expect(put({ IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await put({ IfMatch: ETag })
})

test('lists by prefix and delimiter, page by page, in both versions', async () => {
  for (const Key of ['a', 'b/1', 'b/2', 'c d&<e>'])
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }))
  const first = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Delimiter: '/', MaxKeys: 2 }),
  )
  expect(first.Contents?.map((one) => one.Key)).toEqual(['a'])
  expect(first.CommonPrefixes).toEqual([{ Prefix: 'b/' }])
  expect(first).toMatchObject({ IsTruncated: true, KeyCount: 2, MaxKeys: 2, Name: bucket })
  const second = await s3.send(
    new ListObjectsV2Command({
      Bucket: bucket,
      Delimiter: '/',
      ContinuationToken: first.NextContinuationToken,
    }),
  )
  expect(second.Contents?.map((one) => one.Key)).toEqual(['c d&<e>'])
  expect(second.IsTruncated).toBe(false)
  const old = await s3.send(new ListObjectsCommand({ Bucket: bucket, Prefix: 'b/', Marker: 'b/1' }))
  expect(old.Contents?.map((one) => one.Key)).toEqual(['b/2'])
  expect(old.Contents?.[0]?.Owner?.ID).toMatch(/^[0-9a-f]{64}$/)
  const encoded = await s3.send(
    new ListObjectsCommand({ Bucket: bucket, Prefix: 'c', EncodingType: 'url' }),
  )
  expect(encoded.Contents?.map((one) => one.Key)).toEqual(['c+d%26%3Ce%3E'])
})

test('deletes one or many, and a bucket only when it is empty', async () => {
  for (const Key of ['a', 'b', 'c'])
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }))
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a' }))
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a' }))
  await expect(s3.send(new DeleteBucketCommand({ Bucket: bucket }))).rejects.toMatchObject({
    name: 'BucketNotEmpty',
  })
  const deleted = await s3.send(
    new DeleteObjectsCommand({
      Bucket: bucket,
      Delete: { Objects: [{ Key: 'b' }, { Key: 'c' }, { Key: 'never' }] },
    }),
  )
  expect(deleted.Deleted?.map((one) => one.Key)).toEqual(['b', 'c', 'never'])
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }))
  await expect(s3.send(new GetBucketAclCommand({ Bucket: bucket }))).rejects.toMatchObject({
    name: 'NoSuchBucket',
  })
})

test('versions: older ones stay, a marker hides them, deleting it brings them back', async () => {
  const place = { Bucket: bucket, Key: 'k' }
  await s3.send(new PutObjectCommand({ ...place, Body: 'before' }))
  await s3.send(
    new PutBucketVersioningCommand({
      Bucket: bucket,
      VersioningConfiguration: { Status: 'Enabled' },
    }),
  )
  const one = await s3.send(new PutObjectCommand({ ...place, Body: 'one' }))
  await s3.send(new PutObjectCommand({ ...place, Body: 'two' }))
  const old = await s3.send(new GetObjectCommand({ ...place, VersionId: one.VersionId }))
  expect(await text(old)).toBe('one')
  const gone = await s3.send(new DeleteObjectCommand(place))
  expect(gone.DeleteMarker).toBe(true)
  await expect(s3.send(new GetObjectCommand(place))).rejects.toMatchObject({ name: 'NoSuchKey' })
  const marker = s3.send(new GetObjectCommand({ ...place, VersionId: gone.VersionId }))
  await expect(marker).rejects.toMatchObject({ name: 'MethodNotAllowed' })
  const list = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }))
  expect(list.Versions?.map((version) => version.IsLatest)).toEqual([false, false, false])
  expect(list.Versions?.at(-1)?.VersionId).toBe('null')
  expect(list.DeleteMarkers?.map((version) => version.IsLatest)).toEqual([true])
  await s3.send(new DeleteObjectCommand({ ...place, VersionId: gone.VersionId }))
  expect(await text(await s3.send(new GetObjectCommand(place)))).toBe('two')
})

test('copies an object with its metadata and tags, or with others instead', async () => {
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: 'from é',
      Body: 'content',
      Metadata: { a: '1' },
      Tagging: 'colour=blue',
    }),
  )
  const CopySource = `${bucket}/${encodeURIComponent('from é')}`
  await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'copy', CopySource }))
  const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'copy' }))
  expect(head.Metadata).toEqual({ a: '1' })
  const tags = await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: 'copy' }))
  expect(tags.TagSet).toEqual([{ Key: 'colour', Value: 'blue' }])
  await s3.send(
    new CopyObjectCommand({
      Bucket: bucket,
      Key: 'other',
      CopySource,
      MetadataDirective: 'REPLACE',
      Metadata: { b: '2' },
    }),
  )
  const other = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'other' }))
  expect(other.Metadata).toEqual({ b: '2' })
  expect(await text(other)).toBe('content')
  const onto = s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'from é', CopySource }))
  await expect(onto).rejects.toMatchObject({ name: 'InvalidRequest' })
})

const partSize = 5 * 1024 * 1024

for (const ChecksumAlgorithm of ['CRC32', 'SHA256', 'CRC64NVME'] as const) {
  test(`a multipart upload with ${ChecksumAlgorithm} is put together from its parts`, async () => {
    const place = { Bucket: bucket, Key: 'big' }
    const begun = await s3.send(new CreateMultipartUploadCommand({ ...place, ChecksumAlgorithm }))
    const { UploadId } = begun
    const bodies = [Buffer.alloc(partSize, 'a'), Buffer.from('tail')]
    const Parts = []
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1
      const part = await s3.send(
        new UploadPartCommand({ ...place, UploadId, PartNumber, Body, ChecksumAlgorithm }),
      )
      const { ETag, ChecksumCRC32, ChecksumSHA256, ChecksumCRC64NVME } = part
      Parts.push({ PartNumber, ETag, ChecksumCRC32, ChecksumSHA256, ChecksumCRC64NVME })
    }
    const listed = await s3.send(new ListPartsCommand({ ...place, UploadId }))
    expect(listed.Parts?.map((part) => part.Size)).toEqual([partSize, 4])
    const done = await s3.send(
      new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }),
    )
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/)
    const got = await s3.send(new GetObjectCommand(place))
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? [])
    expect(bytes.equals(Buffer.concat(bodies))).toBe(true)
    const second = await s3.send(new GetObjectCommand({ ...place, PartNumber: 2 }))
    expect(await text(second)).toBe('tail')
    expect(second).toMatchObject({
      PartsCount: 2,
      ContentRange: `bytes ${partSize}-${partSize + 3}/${partSize + 4}`,
    })
    const attributes = await s3.send(
      new GetObjectAttributesCommand({ ...place, ObjectAttributes: ['ObjectParts', 'ObjectSize'] }),
    )
    expect(attributes).toMatchObject({
      ObjectSize: partSize + 4,
      ObjectParts: { TotalPartsCount: 2 },
    })
  })
}

test('a multipart upload is refused with missing, small or unordered parts, and aborted', async () => {
  const place = { Bucket: bucket, Key: 'big' }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(place))
  const parts: { PartNumber: number; ETag: string | undefined }[] = []
  for (const PartNumber of [1, 2]) {
    const part = await s3.send(
      new UploadPartCommand({ ...place, UploadId, PartNumber, Body: 'small' }),
    )
    parts.push({ PartNumber, ETag: part.ETag })
  }
  const complete = (Parts: typeof parts): Promise<unknown> =>
    s3.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }))
  await expect(complete(parts)).rejects.toMatchObject({ name: 'EntityTooSmall' })
  await expect(complete([...parts].reverse())).rejects.toMatchObject({ name: 'InvalidPartOrder' })
  await expect(complete([{ PartNumber: 3, ETag: '"x"' }])).rejects.toMatchObject({
    name: 'InvalidPart',
  })
  const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  expect(uploads.Uploads?.map((upload) => upload.UploadId)).toEqual([UploadId])
  await s3.send(new AbortMultipartUploadCommand({ ...place, UploadId }))
  await expect(s3.send(new ListPartsCommand({ ...place, UploadId }))).rejects.toMatchObject({
    name: 'NoSuchUpload',
  })
})

test('a part can be copied from another object', async () => {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'from', Body: '0123456789' }))
  const place = { Bucket: bucket, Key: 'to' }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(place))
  const copied = await s3.send(
    new UploadPartCopyCommand({
      ...place,
      UploadId,
      PartNumber: 1,
      CopySource: `${bucket}/from`,
      CopySourceRange: 'bytes=2-4',
    }),
  )
  const Parts = [{ PartNumber: 1, ETag: copied.CopyPartResult?.ETag }]
  await s3.send(
    new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }),
  )
  expect(await text(await s3.send(new GetObjectCommand(place)))).toBe('234')
})

test('tags of buckets and objects', async () => {
  const none = s3.send(new GetBucketTaggingCommand({ Bucket: bucket }))
  await expect(none).rejects.toMatchObject({ name: 'NoSuchTagSet' })
  const TagSet = [{ Key: 'team', Value: 'platform' }]
  await s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet } }))
  expect((await s3.send(new GetBucketTaggingCommand({ Bucket: bucket }))).TagSet).toEqual(TagSet)
  const place = { Bucket: bucket, Key: 'k' }
  await s3.send(new PutObjectCommand({ ...place, Body: 'x', Tagging: 'a=1&b=2' }))
  expect((await s3.send(new HeadObjectCommand(place))).TagCount).toBe(2)
  await s3.send(new PutObjectTaggingCommand({ ...place, Tagging: { TagSet } }))
  expect((await s3.send(new GetObjectTaggingCommand(place))).TagSet).toEqual(TagSet)
  const twice = s3.send(
    new PutObjectTaggingCommand({ ...place, Tagging: { TagSet: [...TagSet, ...TagSet] } }),
  )
  await expect(twice).rejects.toMatchObject({ name: 'InvalidTag' })
})

test('with ACLs disabled every ACL but the harmless ones is refused', async () => {
  const place = { Bucket: bucket, Key: 'k' }
  await s3.send(new PutObjectCommand({ ...place, Body: 'x', ACL: 'bucket-owner-full-control' }))
  const refused = { name: 'AccessControlListNotSupported', $metadata: { httpStatusCode: 400 } }
  for (const attempt of [
    () => s3.send(new PutObjectAclCommand({ ...place, ACL: 'private' })),
    () => s3.send(new PutBucketAclCommand({ Bucket: bucket, ACL: 'private' })),
    () => s3.send(new PutObjectCommand({ ...place, Body: 'x', ACL: 'public-read' })),
  ])
    await expect(attempt()).rejects.toMatchObject(refused)
})

test('what is not built is refused, not ignored', async () => {
  const place = { Bucket: bucket, Key: 'k', Body: 'x' }
  for (const header of [{ SSEKMSEncryptionContext: 'e30=' }])
    await expect(s3.send(new PutObjectCommand({ ...place, ...header }))).rejects.toMatchObject({
      name: 'NotImplemented',
    })
})

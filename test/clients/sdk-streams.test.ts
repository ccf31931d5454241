import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

const Bucket = 'streams'
const chunkBytes = 256 * 1024
const chunks = 256 // Of 256 KiB: 64 MiB.

let world: TwoAccounts
let s3: S3Client

beforeAll(async () => {
  world = await startTwoAccounts()
  s3 = new S3Client({
    endpoint: world.aws.url,
    region: 'us-east-1',
    credentials: world.root(world.home),
    forcePathStyle: true,
    maxAttempts: 1,
    // Else the SDK computes a CRC32 of every download of its own accord.
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  await s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => {
  s3.destroy()
  return world.stop()
})

/** 64 MiB that nobody has in memory at once, each chunk different. */
function* noise(upTo = chunks): Generator<Buffer> {
  for (let index = 0; index < upTo; index += 1) yield Buffer.alloc(chunkBytes, `chunk ${index} `)
}

function hashOf(parts: Iterable<Buffer>): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('base64')
}

async function hashOfObject(
  Key: string,
): Promise<{ readonly bytes: number; readonly hash: string }> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of Body as Readable) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, hash: hash.digest('base64') }
}

// The SDK's own CRCs of so much take it seconds.
const sizes = { SHA256: 256, SHA1: 16, CRC32: 16, CRC32C: 16, CRC64NVME: 16 } as const

test.each(Object.entries(sizes))(
  'a stream goes up and down with a trailing %s',
  async (name, count) => {
    const ChecksumAlgorithm = name as keyof typeof sizes
    const Key = `up/${name}`
    const ContentLength = count * chunkBytes
    const Body = Readable.from(noise(count), { objectMode: false })
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength, ChecksumAlgorithm }))
    expect(await hashOfObject(Key)).toEqual({ bytes: ContentLength, hash: hashOf(noise(count)) })
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
    expect(head[`Checksum${ChecksumAlgorithm}`]).toBeTruthy()
    expect(head.ChecksumType).toBe('FULL_OBJECT')
    if (ChecksumAlgorithm === 'SHA256') expect(head.ChecksumSHA256).toBe(hashOf(noise(count)))
  },
)

/** Begins an upload of 64 MiB and gives it up after ten. */
async function giveUp(Key: string): Promise<void> {
  const abort = new AbortController()
  function* begun(): Generator<Buffer> {
    yield* noise(40)
    abort.abort()
    yield* noise(10)
  }
  const Body = Readable.from(begun(), { objectMode: false })
  Body.on('error', () => {})
  const put = new PutObjectCommand({ Bucket, Key, Body, ContentLength: chunks * chunkBytes })
  await expect(s3.send(put, { abortSignal: abort.signal })).rejects.toThrow()
  expect(abort.signal.aborted).toBe(true)
}

test('an upload that is given up in the middle leaves nothing', async () => {
  await giveUp('given-up')
  const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'given-up' }))
  expect(KeyCount).toBe(0)
})

test('an overwriting upload that is given up leaves the object as it was', async () => {
  const Key = 'kept'
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'as it was' }))
  await giveUp(Key)
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
  expect(await Body?.transformToString()).toBe('as it was')
})

test('a download that is given up does not keep others from theirs', async () => {
  const Key = 'down'
  const ContentLength = chunks * chunkBytes
  const whole = Readable.from(noise(), { objectMode: false })
  const put = { Bucket, Key, Body: whole, ContentLength, ChecksumAlgorithm: 'SHA256' as const }
  await s3.send(new PutObjectCommand(put))
  const abort = new AbortController()
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }), {
    abortSignal: abort.signal,
  })
  const stream = Body as Readable
  stream.on('error', () => {})
  await once(stream, 'readable')
  stream.read(1)
  stream.destroy()
  abort.abort()
  const all = await Promise.all([hashOfObject(Key), hashOfObject(Key), hashOfObject(Key)])
  const expected = { bytes: ContentLength, hash: hashOf(noise()) }
  expect(all).toEqual([expected, expected, expected])
})

test('a checksum that is not that of the stream is refused, and nothing is kept', async () => {
  const Key = 'wrong'
  const Body = Readable.from(noise(4), { objectMode: false })
  const ChecksumSHA256 = hashOf(noise(5))
  const put = new PutObjectCommand({
    Bucket,
    Key,
    Body,
    ContentLength: 4 * chunkBytes,
    ChecksumSHA256,
  })
  await expect(s3.send(put)).rejects.toMatchObject({ name: 'BadDigest' })
  const asked = s3.send(new HeadObjectCommand({ Bucket, Key }))
  await expect(asked).rejects.toMatchObject({ name: 'NotFound' })
})

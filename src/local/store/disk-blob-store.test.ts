import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checksumOf } from './checksum/checksum.ts'
import { DiskBlobStore } from './disk-blob-store.ts'
import { createSmallBlobs, smallBlobLimit } from './small-blobs.ts'

let blobs: DiskBlobStore

beforeEach(() => {
  blobs = new DiskBlobStore({ randomBytes })
})

afterEach(() => blobs.stop())

async function text(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('a written blob carries its digests and reads back, whole and in ranges', async () => {
  const blob = await blobs.write(Readable.from([Buffer.from('hello '), Buffer.from('world')]), {
    checksums: ['CRC32'],
  })
  expect(blob).toMatchObject({
    size: 11,
    md5: createHash('md5').update('hello world').digest('hex'),
    sha256: createHash('sha256').update('hello world').digest('hex'),
    checksums: { CRC32: checksumOf('CRC32', Buffer.from('hello world')) },
  })
  expect(await text(blobs.read(blob.id))).toBe('hello world')
  expect(await text(blobs.read(blob.id, { start: 6, end: 7 }))).toBe('wo')
  expect(await text(blobs.read(blob.id, { start: 0, end: -1 }))).toBe('')
  expect(blobs.readBytes(blob.id).toString()).toBe('hello world')
  expect(blobs.checksum(blob.id, 'SHA1')).toBe(checksumOf('SHA1', Buffer.from('hello world')))
})

test.each([smallBlobLimit - 1, smallBlobLimit, smallBlobLimit + 1, 5 * smallBlobLimit])(
  'a blob of %d bytes is what was sent, in memory or on the disk',
  async (size) => {
    const bytes = randomBytes(size)
    const cuts = Array.from({ length: 10 }, (_, at) =>
      bytes.subarray(at * 40_000, (at + 1) * 40_000),
    )
    const blob = await blobs.write(Readable.from(cuts.filter((cut) => cut.length > 0)))
    expect(blob).toMatchObject({ size, md5: createHash('md5').update(bytes).digest('hex') })
    expect(blobs.readBytes(blob.id).equals(bytes)).toBe(true)
    expect(readdirSync(blobs.directory)).toHaveLength(size > smallBlobLimit ? 1 : 0)
    const chunks = await blobs.read(blob.id, { start: 10, end: size - 2 }).toArray()
    expect(Buffer.concat(chunks).equals(bytes.subarray(10, size - 1))).toBe(true)
    blobs.delete(blob.id)
    expect(readdirSync(blobs.directory)).toEqual([])
  },
)

test('a store with a directory of its own keeps small blobs in a file', async () => {
  const directory = `${blobs.directory}/kept`
  const durable = new DiskBlobStore({ randomBytes, directory })
  const { id } = await durable.write(Readable.from([Buffer.from('x')]))
  await durable.stop()
  expect(readdirSync(directory)).toEqual(['packed-1'])
  expect(new DiskBlobStore({ randomBytes, directory }).readBytes(id).toString()).toBe('x')
})

test('what has no room in memory is left to the disk', () => {
  const small = createSmallBlobs(10)
  expect(small.keep('a', Buffer.alloc(6))).toBe(true)
  expect(small.keep('b', Buffer.alloc(6))).toBe(false)
  small.delete('a')
  expect(small.keep('b', Buffer.alloc(6))).toBe(true)
})

test('a stream that fails late leaves nothing behind, and nobody else hears of it', async () => {
  const failing = Readable.from(
    (async function* () {
      yield Buffer.alloc(smallBlobLimit + 1)
      throw new Error('connection lost')
    })(),
  )
  await expect(blobs.write(failing)).rejects.toThrow('connection lost')
  expect(readdirSync(blobs.directory)).toEqual([])
})

test('files are for their owner only', async () => {
  const blob = await blobs.write(Readable.from([Buffer.alloc(smallBlobLimit + 1)]))
  expect(statSync(blobs.directory).mode & 0o777).toBe(0o700)
  expect(statSync(`${blobs.directory}/${blob.id}`).mode & 0o777).toBe(0o600)
})

test('a stream that fails leaves nothing behind', async () => {
  const failing = Readable.from(
    (async function* () {
      yield Buffer.from('half')
      throw new Error('connection lost')
    })(),
  )
  await expect(blobs.write(failing)).rejects.toThrow('connection lost')
  expect(readdirSync(blobs.directory)).toEqual([])
})

test('a composed blob reads as its parts in a row, across their borders', async () => {
  const first = blobs.compose([
    blobs.writeBytes(Buffer.from('abc')),
    blobs.writeBytes(Buffer.alloc(0)),
  ])
  const id = blobs.compose([{ id: first, size: 3 }, blobs.writeBytes(Buffer.from('defg'))])
  expect(await text(blobs.read(id))).toBe('abcdefg')
  expect(await text(blobs.read(id, { start: 2, end: 4 }))).toBe('cde')
  expect(await text(blobs.read(id, { start: 3, end: 3 }))).toBe('d')
  expect(blobs.checksum(id, 'SHA256')).toBe(checksumOf('SHA256', Buffer.from('abcdefg')))
  blobs.delete(id)
  expect(readdirSync(blobs.directory)).toEqual([])
})

test('a copy is a blob of its own', async () => {
  const original = blobs.writeBytes(Buffer.from('0123456789'))
  const copy = blobs.copy(original.id, { start: 3, end: 5 })
  const whole = blobs.copy(original.id)
  blobs.delete(original.id)
  expect(copy).toMatchObject({ size: 3, md5: createHash('md5').update('345').digest('hex') })
  expect(await text(blobs.read(copy.id))).toBe('345')
  expect(await text(blobs.read(whole.id))).toBe('0123456789')
})

test('shared bytes outlive either of their blobs', async () => {
  const single = blobs.writeBytes(Buffer.from('one'))
  const composed = blobs.compose([
    blobs.writeBytes(Buffer.from('tw')),
    blobs.writeBytes(Buffer.from('o')),
  ])
  for (const [id, content] of [
    [single.id, 'one'],
    [composed, 'two'],
  ] as const) {
    const [first, second] = [blobs.share(id), blobs.share(id)]
    blobs.delete(id)
    blobs.delete(first)
    expect(await text(blobs.read(second))).toBe(content)
    blobs.delete(second)
  }
  expect(readdirSync(blobs.directory)).toEqual([])
})

test('what is being read survives its deletion until it was read', async () => {
  const blob = blobs.compose([
    blobs.writeBytes(Buffer.from('still')),
    blobs.writeBytes(Buffer.from(' here')),
  ])
  const stream = blobs.read(blob)
  blobs.delete(blob)
  expect(await text(stream)).toBe('still here')
  await new Promise((resolve) => setImmediate(resolve))
  expect(readdirSync(blobs.directory)).toEqual([])
})

test('stop removes a temporary directory', async () => {
  blobs.writeBytes(Buffer.from('x'))
  await blobs.stop()
  expect(existsSync(blobs.directory)).toBe(false)
})

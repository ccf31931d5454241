import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Md5Thread } from './md5-thread.ts'

const mebibyte = 1024 * 1024

let thread: Md5Thread

beforeEach(() => {
  thread = new Md5Thread()
})

afterEach(() => thread.stop())

function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}

async function feed(bytes: Uint8Array, pieceSize: number): Promise<string> {
  const stream = thread.start()
  try {
    for (let at = 0; at < bytes.length; at += pieceSize) {
      const piece = Buffer.from(bytes.subarray(at, at + pieceSize))
      await stream.update(piece)
      piece.fill(0)
    }
    return await stream.finish()
  } finally {
    stream.stop()
  }
}

test.each([
  [0, 1],
  [1, 1],
  [mebibyte - 1, 1000],
  [mebibyte, 1000],
  [mebibyte + 1, 65_536],
  [2 * mebibyte, mebibyte],
  [9 * mebibyte + 7, 65_537],
  [9 * mebibyte, 9 * mebibyte],
])('%d bytes in pieces of %d', async (size, pieceSize) => {
  const bytes = randomBytes(size)
  expect(await feed(bytes, pieceSize)).toBe(md5Of(bytes))
})

test('streams side by side, with one that comes to nothing among them', async () => {
  const left = thread.start()
  await left.update(randomBytes(3 * mebibyte))
  const bodies = Array.from({ length: 10 }, (_, at) => randomBytes(2 * mebibyte + at))
  const made = bodies.map((bytes) => feed(bytes, 50_000))
  left.stop()
  expect(await Promise.all(made)).toEqual(bodies.map(md5Of))
})

test('a stream whose thread ended fails, and never gives the hash of a part', async () => {
  const stream = thread.start()
  await stream.update(randomBytes(2 * mebibyte))
  await thread.stop()
  await expect(async () => {
    await stream.update(randomBytes(8 * mebibyte))
    await stream.finish()
  }).rejects.toThrow('ended')
  stream.stop()
  const bytes = randomBytes(3 * mebibyte)
  expect(await feed(bytes, mebibyte)).toBe(md5Of(bytes))
})

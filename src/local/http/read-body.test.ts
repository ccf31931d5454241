import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { Readable } from 'node:stream'
import { afterAll, expect, test } from 'vitest'
import type { PayloadPlan } from '../signature/payload-hash.ts'
import { DiskBlobStore } from '../store/disk-blob-store.ts'
import { readBody } from './read-body.ts'

const blobs = new DiskBlobStore({ randomBytes })
afterAll(() => blobs.stop())

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
const declared = (text: string): PayloadPlan => ({ kind: 'declared', canonical: hashOf(text) })
const chunked: PayloadPlan = {
  kind: 'chunked',
  canonical: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  hasSignedChunks: false,
  hasTrailer: true,
}

function read(text: string, payload: PayloadPlan, headers: Readonly<Record<string, string>> = {}) {
  const head = { method: 'PUT', path: '/b/k', query: '', headers }
  const plan = { payload, into: {}, dialect: 's3', blobs } as const
  return readBody(Readable.from([Buffer.from(text)]), head, plan)
}

test('a body that is not the one declared leaves nothing behind', async () => {
  const before = readdirSync(blobs.directory)
  const reading = read('hallo', declared('hello'))
  await expect(reading).rejects.toMatchObject({ code: 'XAmzContentSHA256Mismatch' })
  expect(readdirSync(blobs.directory)).toEqual(before)
})

test('a body that is the one declared is kept', async () => {
  const { body } = await read('hello', declared('hello'))
  expect(body).toMatchObject({ size: 5, sha256: hashOf('hello') })
})

const frames = '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n'
const announced = { 'x-amz-trailer': 'x-amz-checksum-crc32', 'x-amz-decoded-content-length': '5' }

test('frames are taken off, and trailers come beside', async () => {
  const { body, trailers } = await read(frames, chunked, announced)
  expect(body).toMatchObject({ sha256: hashOf('hello') })
  expect({ ...trailers }).toEqual({ 'x-amz-checksum-crc32': 'NhCmhg==' })
})

test.each([
  [
    'a trailer that is no checksum',
    { ...announced, 'x-amz-trailer': 'x-amz-acl' },
    'InvalidRequest',
  ],
  [
    'a length that is no number',
    { ...announced, 'x-amz-decoded-content-length': '0x5' },
    'MissingContentLength',
  ],
  ['no length', { 'x-amz-trailer': 'x-amz-checksum-crc32' }, 'MissingContentLength'],
  ['another length', { ...announced, 'x-amz-decoded-content-length': '6' }, 'IncompleteBody'],
])('frames with %s leave nothing behind', async (_name, headers, code) => {
  const before = readdirSync(blobs.directory)
  await expect(read(frames, chunked, headers)).rejects.toMatchObject({ code })
  expect(readdirSync(blobs.directory)).toEqual(before)
})

test('a body in memory has a limit', async () => {
  const headers = { 'transfer-encoding': 'chunked' }
  const head = { method: 'POST', path: '/', query: '', headers }
  const plan = { payload: { kind: 'computed' }, dialect: 'query', blobs } as const
  const body = () => Readable.from([Buffer.from('abc'), Buffer.from('def')])
  const whole = await readBody(body(), head, { ...plan, into: { limit: 6 } })
  expect(Buffer.from(whole.body as Uint8Array).toString()).toBe('abcdef')
  const reading = readBody(body(), head, { ...plan, into: { limit: 5 } })
  await expect(reading).rejects.toMatchObject({ code: 'RequestEntityTooLarge', status: 413 })
})

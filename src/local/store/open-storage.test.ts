import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyState } from './empty-state.ts'
import { openStorage, type Storage } from './open-storage.ts'
import { smallBlobLimit } from './small-blobs.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stile-data-'))
})

afterEach(() => rmSync(directory, { recursive: true }))

const open = () => openStorage({ randomBytes, directory })

function refer({ store }: Storage, key: string, value: unknown): void {
  store.transact(() => store.table('t', '').set(key, value))
}

function namesOfBlobs(): string[] {
  return readdirSync(join(directory, 'blobs')).filter((name) => !name.startsWith('packed-'))
}

const large = (fill: number) => Buffer.alloc(smallBlobLimit + 1, fill)

test('what rows refer to stays, wherever they do; what nobody refers to is swept', async () => {
  const first = open()
  const small = first.blobs.writeBytes(Buffer.from('small'))
  const big = await first.blobs.write(Readable.from([large(1)]))
  const parts = [
    first.blobs.writeBytes(Buffer.from('pa')),
    await first.blobs.write(Readable.from([large(2)])),
  ]
  const composed = first.blobs.compose(parts)
  refer(first, 'small', { versions: [{ blobId: small.id }] })
  refer(first, 'big', { parts: [{ part: { id: big.id } }] })
  refer(first, 'composed', composed)
  const lost = [
    first.blobs.writeBytes(Buffer.from('x')),
    await first.blobs.write(Readable.from([large(3)])),
  ]
  writeFileSync(join(directory, 'blobs', 'b1.partial'), 'half')
  await first.stop()

  const second = open()
  expect(second).toMatchObject({ isNew: false, notices: [] })
  expect(second.blobs.readBytes(small.id).toString()).toBe('small')
  expect(second.blobs.readBytes(big.id).equals(large(1))).toBe(true)
  expect(
    second.blobs.readBytes(composed).equals(Buffer.concat([Buffer.from('pa'), large(2)])),
  ).toBe(true)
  for (const { id } of lost) expect(() => second.blobs.readBytes(id)).toThrow('ENOENT')
  expect(namesOfBlobs().sort()).toEqual([big.id, parts[1]?.id, composed].sort())
  await second.stop()
})

test('bytes go when the transaction that let go of them is kept, and come back when it is undone', async () => {
  const storage = open()
  const { blobs, store } = storage
  const old = await blobs.write(Readable.from([large(1)]))
  const list = blobs.compose([await blobs.write(Readable.from([large(2)]))])
  const before = namesOfBlobs().sort()
  const failing = () =>
    store.transact(() => {
      blobs.delete(old.id)
      blobs.compose([{ id: list, size: smallBlobLimit + 1 }, blobs.writeBytes(Buffer.from('x'))])
      blobs.share(old.id)
      blobs.copy(old.id)
      throw new Error('no')
    })
  expect(failing).toThrow('no')
  expect(namesOfBlobs().sort()).toEqual(before)
  expect(blobs.readBytes(old.id).equals(large(1))).toBe(true)
  expect(blobs.readBytes(list).equals(large(2))).toBe(true)
  const composed = store.transact(() => {
    blobs.delete(old.id)
    return blobs.compose([{ id: list, size: smallBlobLimit + 1 }])
  })
  expect(namesOfBlobs()).not.toContain(old.id)
  expect(namesOfBlobs()).not.toContain(list)
  expect(blobs.readBytes(composed).equals(large(2))).toBe(true)
  await storage.stop()
})

test('an emptied state is empty after a restart, bytes and all', async () => {
  const first = open()
  const { id } = await first.blobs.write(Readable.from([large(1)]))
  const small = first.blobs.writeBytes(Buffer.from('small'))
  refer(first, 'object', { blobIds: [id, small.id] })
  first.store.transact(() => {
    emptyState(first)
    first.store.table('t', '').set('seed', 1)
  })
  expect(namesOfBlobs()).toEqual([])
  await first.stop()
  const second = open()
  expect([...second.store.rows()]).toEqual([['t', '', 'seed', 1]])
  await second.stop()
})

test('missing bytes are told', async () => {
  const first = open()
  const { id } = await first.blobs.write(Readable.from([large(1)]))
  refer(first, 'object', id)
  await first.stop()
  rmSync(join(directory, 'blobs', id))
  const second = open()
  expect(second.notices).toEqual([expect.stringContaining(`missing, such as \`${id}\``)])
  await second.stop()
})

test('with power loss in mind, the same is kept', async () => {
  const first = openStorage({ randomBytes, directory, outlives: 'machine' })
  const blob = await first.blobs.write(Readable.from([large(1)]))
  const small = first.blobs.writeBytes(Buffer.from('small'))
  refer(first, 'object', [blob.id, small.id])
  await first.stop()
  const second = open()
  expect(second.notices).toEqual([])
  expect(second.blobs.readBytes(small.id).toString()).toBe('small')
  await second.stop()
})

test('a directory is for its owner, for one process, and for nothing else', async () => {
  writeFileSync(join(directory, 'thesis.txt'), '')
  expect(open).toThrow('holds no data of Stile, but `thesis.txt`')
  rmSync(join(directory, 'thesis.txt'))
  const storage = open()
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  expect(open).toThrow('is in use by process')
  await storage.stop()
  writeFileSync(join(directory, 'format'), 'stile data 2\n')
  expect(open).toThrow('another version')
})

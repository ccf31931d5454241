import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store } from '../store.ts'
import { type FileCalls, systemFiles } from './append-file.ts'
import { openDurableStore } from './durable-store.ts'
import type { StateLogOptions } from './state-log.ts'

let home: string
let directory: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stile-state-'))
  directory = join(home, 'a')
  cpSync(mkdtempSync(join(home, 'empty-')), directory, { recursive: true })
})

afterEach(() => rmSync(home, { recursive: true }))

const open = (options: Partial<StateLogOptions> = {}) => openDurableStore({ directory, ...options })

/** What a process finds that starts when another was killed right now. */
async function contentAfterKill(): Promise<unknown[]> {
  const copy = mkdtempSync(join(home, 'copy-'))
  cpSync(directory, copy, { recursive: true })
  const opened = openDurableStore({ directory: copy })
  const rows = rowsOf(opened.store)
  await opened.stop()
  return rows
}

function rowsOf(store: Store): unknown[] {
  return [...store.rows()].map((row) => JSON.stringify(row)).sort()
}

function put(store: Store, key: string, value: unknown): void {
  store.transact(() => store.table('t', 'scope').set(key, value))
}

test('every transaction is there after a kill, whole, through snapshots and restarts', async () => {
  const aChange = fc.record({
    table: fc.constantFrom('t', 'u'),
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    value: fc.option(fc.jsonValue({ maxDepth: 1 }), { nil: undefined }),
  })
  const aStep = fc.oneof(
    { weight: 8, arbitrary: fc.array(aChange, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { maxLength: 25 }), async (steps) => {
      rmSync(directory, { recursive: true })
      cpSync(mkdtempSync(join(home, 'empty-')), directory, { recursive: true })
      let opened = open({ compactFrom: 200 })
      for (const step of steps) {
        const { store } = opened
        if (step === 'restart') {
          const before = rowsOf(store)
          await opened.stop()
          opened = open({ compactFrom: 200 })
          expect(rowsOf(opened.store)).toEqual(before)
        } else if (step === 'clear') store.transact(() => store.clear())
        else
          store.transact(() => {
            for (const { table, key, value } of step) {
              if (value === undefined) store.table(table, '').delete(key)
              else store.table(table, '').set(key, value)
            }
          })
        // Somewhere within a snapshot that is being written, as often as not.
        await new Promise((resolve) => setImmediate(resolve))
        expect(await contentAfterKill()).toEqual(rowsOf(opened.store))
      }
      await opened.settled()
      expect(await contentAfterKill()).toEqual(rowsOf(opened.store))
      await opened.stop()
    }),
    { numRuns: 25 },
  )
})

test('a log that grew long becomes a snapshot, and what changes meanwhile is kept', async () => {
  const opened = open({ compactFrom: 50_000 })
  for (let at = 0; at < 2_000; at += 1) put(opened.store, `k${at % 1000}`, { at })
  expect(readdirSync(directory)).toContain('log-2')
  for (let at = 0; at < 50; at += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    put(opened.store, `k${at}`, 'meanwhile')
    put(opened.store, `new${at}`, 1)
    opened.store.transact(() => opened.store.table('t', 'scope').delete(`k${999 - at}`))
    expect(await contentAfterKill()).toEqual(rowsOf(opened.store))
  }
  await opened.settled()
  expect(readdirSync(directory).sort()).toEqual(['log-2', 'snapshot-2'])
  expect(await contentAfterKill()).toEqual(rowsOf(opened.store))
  await opened.stop()
})

test('a torn last record is cut off and reported; what follows is kept behind it', async () => {
  const first = open()
  expect(first.isNew).toBe(true)
  put(first.store, 'a', 1)
  const whole = statSync(join(directory, 'log-1')).size
  put(first.store, 'b', 2)
  await first.stop()
  truncateSync(join(directory, 'log-1'), whole + 7)
  const second = open()
  expect(second).toMatchObject({
    isNew: false,
    torn: { path: join(directory, 'log-1'), bytes: 7 },
  })
  put(second.store, 'c', 3)
  await second.stop()
  const third = open()
  expect(third.torn).toBeUndefined()
  expect(rowsOf(third.store)).toEqual(['["t","scope","a",1]', '["t","scope","c",3]'])
  await third.stop()
})

test('damage in the middle is refused by name, and nothing is touched', async () => {
  const opened = open()
  for (const key of ['a', 'b', 'c']) put(opened.store, key, 'some value')
  await opened.stop()
  const path = join(directory, 'log-1')
  const content = readFileSync(path)
  content[30] = (content[30] ?? 0) ^ 1
  writeFileSync(path, content)
  expect(() => open()).toThrow(`\`${path}\` is damaged at byte 0`)
  expect(readFileSync(path).equals(content)).toBe(true)
})

test('a file that is missing, or torn before the last, is refused by name', async () => {
  const opened = open({ compactFrom: 500 })
  for (let at = 0; at < 20; at += 1) put(opened.store, `k${at}`, 'some value')
  await opened.settled()
  await opened.stop()
  const snapshot = readdirSync(directory).find((name) => name.startsWith('snapshot-')) ?? ''
  const log = snapshot.replace('snapshot', 'log')
  const kept = readFileSync(join(directory, snapshot))
  truncateSync(join(directory, snapshot), kept.length - 1)
  expect(() => open()).toThrow(`${snapshot}\` ends in the middle of a record`)
  writeFileSync(join(directory, snapshot), kept)
  rmSync(join(directory, log))
  expect(() => open()).toThrow(`${log}\` is missing`)
})

/** A disk with so many bytes of room; a write that does not fit goes as far as it can. */
function createFullDisk(room: number): FileCalls & { room: number; isBroken: boolean } {
  const disk = {
    ...systemFiles,
    room,
    isBroken: false,
    write(file: number, bytes: Buffer, position: number) {
      const size = Math.min(bytes.length, disk.room)
      if (size === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      disk.room -= size
      return systemFiles.write(file, bytes.subarray(0, size), position)
    },
    truncate(file: number, size: number) {
      if (disk.isBroken) throw Object.assign(new Error('broken'), { code: 'EIO' })
      systemFiles.truncate(file, size)
    },
    sync(file: number) {
      if (disk.isBroken) throw Object.assign(new Error('broken'), { code: 'EIO' })
      systemFiles.sync(file)
    },
  }
  return disk
}

test.each(['truncating works', 'truncating fails too'])(
  'on a full disk nothing is half kept, and it goes on when there is room: %s',
  async (how) => {
    const disk = createFullDisk(100)
    const opened = open({ calls: disk })
    put(opened.store, 'a', 1)
    disk.isBroken = how === 'truncating fails too'
    const before = rowsOf(opened.store)
    expect(() => put(opened.store, 'big', 'x'.repeat(100))).toThrow('ENOSPC')
    expect(rowsOf(opened.store)).toEqual(before)
    expect(await contentAfterKill()).toEqual(before)
    disk.room = 1000
    if (disk.isBroken) expect(() => put(opened.store, 'b', 2)).toThrow('EIO')
    disk.isBroken = false
    put(opened.store, 'b', 2)
    expect(await contentAfterKill()).toEqual(['["t","scope","a",1]', '["t","scope","b",2]'])
    await opened.stop()
  },
)

test('a disk that cannot promise anything leaves no change behind', async () => {
  const disk = createFullDisk(10_000)
  const opened = open({ calls: disk, outlives: 'machine' })
  put(opened.store, 'a', 1)
  disk.isBroken = true
  expect(() => put(opened.store, 'b', 2)).toThrow('EIO')
  disk.isBroken = false
  put(opened.store, 'c', 3)
  expect(await contentAfterKill()).toEqual(['["t","scope","a",1]', '["t","scope","c",3]'])
  await opened.stop()
})

test('a snapshot that finds no room leaves the logs, and is tried again later', async () => {
  const opened = open({ compactFrom: 2_000 })
  // A directory where the snapshot would be: it cannot be written.
  cpSync(mkdtempSync(join(home, 'empty-')), join(directory, 'snapshot-2.partial'), {
    recursive: true,
  })
  appendFileSync(join(directory, 'snapshot-2.partial', 'x'), '')
  for (let at = 0; at < 60; at += 1) put(opened.store, `k${at}`, 'some value')
  await opened.settled()
  expect(readdirSync(directory).filter((name) => /^snapshot-\d+$/.test(name))).toEqual([])
  rmSync(join(directory, 'snapshot-2.partial'), { recursive: true })
  for (let at = 0; at < 60; at += 1) put(opened.store, `l${at}`, 'some value')
  await opened.settled()
  expect(readdirSync(directory).sort()).toEqual(['log-3', 'snapshot-3'])
  expect(await contentAfterKill()).toEqual(rowsOf(opened.store))
  await opened.stop()
})

test('nothing is taken after the end', async () => {
  const opened = open()
  await opened.stop()
  expect(() => put(opened.store, 'a', 1)).toThrow('closed')
})

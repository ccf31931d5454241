import { randomBytes } from 'node:crypto'
import {
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
import { PackedBlobs } from './packed-blobs.ts'
import { smallBlobLimit } from './small-blobs.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stile-packed-'))
})

afterEach(() => rmSync(directory, { recursive: true }))

const newId = () => `b${randomBytes(16).toString('hex')}`
const open = () => new PackedBlobs(directory, 'process', 2_000)

function sizeOnDisk(): number {
  return readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)
}

test('what is kept reads the same after any other blobs came and went, and after a restart', () => {
  const aStep = fc.oneof(
    { weight: 4, arbitrary: fc.record({ keep: fc.uint8Array({ maxLength: 600 }) }) },
    { weight: 4, arbitrary: fc.record({ drop: fc.nat() }) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  )
  fc.assert(
    fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
      let packed = open()
      packed.retain(new Set())
      const model = new Map<string, Buffer>()
      for (const step of steps) {
        if (step === 'restart') {
          packed.close()
          packed = open()
          packed.retain(new Set(model.keys()))
        } else if ('keep' in step) {
          const id = newId()
          expect(packed.keep(id, step.keep)).toBe(true)
          model.set(id, Buffer.from(step.keep))
        } else {
          const id = [...model.keys()][step.drop % model.size]
          if (id === undefined) continue
          expect(packed.delete(id)).toBe(true)
          model.delete(id)
        }
        expect(new Set(packed.ids())).toEqual(new Set(model.keys()))
        for (const [id, bytes] of model) expect(packed.get(id)?.equals(bytes)).toBe(true)
      }
      packed.close()
    }),
    { numRuns: 50 },
  )
})

test('room of what was deleted comes back, also where a little of each file is kept', () => {
  const packed = open()
  const ids = Array.from({ length: 200 }, () => {
    const id = newId()
    packed.keep(id, randomBytes(300))
    return id
  })
  const full = sizeOnDisk()
  for (const [at, id] of ids.entries()) if (at % 10 > 0) packed.delete(id)
  expect(sizeOnDisk()).toBeLessThan(full / 2)
  for (const [at, id] of ids.entries())
    expect(packed.get(id)?.length).toBe(at % 10 > 0 ? undefined : 300)
  packed.close()
})

test('a write that was broken off leaves the others', () => {
  const packed = open()
  const [whole, torn] = [newId(), newId()]
  packed.keep(whole, Buffer.from('whole'))
  packed.keep(torn, Buffer.from('torn'))
  packed.close()
  const path = join(directory, 'packed-1')
  truncateSync(path, statSync(path).size - 1)
  const again = open()
  expect(again.get(whole)?.toString()).toBe('whole')
  expect(again.get(torn)).toBeUndefined()
  again.close()
})

test('bytes that changed on the disk are never given out', () => {
  const packed = open()
  const id = newId()
  packed.keep(id, Buffer.from('some bytes'))
  const path = join(directory, 'packed-1')
  const content = readFileSync(path)
  content[content.length - 1] = 0
  writeFileSync(path, content)
  expect(() => packed.get(id)).toThrow('packed-1` is damaged at byte 0')
  packed.close()
})

test('what is not small is not kept', () => {
  const packed = open()
  expect(packed.keep(newId(), Buffer.alloc(smallBlobLimit + 1))).toBe(false)
  expect(packed.keep(newId(), Buffer.alloc(smallBlobLimit))).toBe(true)
  packed.close()
})

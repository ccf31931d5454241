import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withLock } from './with-lock.ts'

let directory: string
let path: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stile-'))
  path = join(directory, 'a/x.lock')
})
afterEach(() => rm(directory, { recursive: true }))

test('one at a time works, and nothing is left', async () => {
  let working = 0
  let most = 0
  const work = async () => {
    working += 1
    most = Math.max(most, working)
    await readdir(directory)
    working -= 1
  }
  await Promise.all(Array.from({ length: 10 }, () => withLock(path, work)))
  expect(most).toBe(1)
  expect(await readdir(join(directory, 'a'))).toEqual([])
})

test.each([
  ['whose process is gone', '999999999 x', 0],
  ['that was never written', '', 6],
  ['that nobody can hold so long', `${process.pid} x`, 301],
])('a lock %s is taken over', async (_, holder, ageSeconds) => {
  const lock = join(directory, 'x.lock')
  await writeFile(lock, holder)
  const seconds = Date.now() / 1000 - ageSeconds
  await utimes(lock, seconds, seconds)
  expect(await withLock(lock, () => readFile(lock, 'utf8'))).toMatch(
    new RegExp(`^${process.pid} (?!x$)`),
  )
  expect(await readdir(directory)).toEqual([])
})

test('where no lock can be written the work is done all the same', async () => {
  await writeFile(join(directory, 'a'), '')
  expect(await withLock(path, async () => 'done')).toBe('done')
})

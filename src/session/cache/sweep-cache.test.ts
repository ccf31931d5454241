import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSessionCache, type SessionCache } from './session-cache.ts'
import { sweepCache } from './sweep-cache.ts'

let directory: string
let cache: SessionCache
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stile-'))
  cache = openSessionCache({ STILE_CACHE_DIR: directory })
  for (const [key, expiresAtMs] of [
    ['over', 1000],
    ['live', 1001],
  ] as const) {
    const credentials = { accessKeyId: 'ASIA', secretAccessKey: 's', expiresAtMs }
    await cache.put(key, { name: key, arn: 'arn', credentials, issuedAtMs: 0 })
  }
  await mkdir(join(directory, 'answers'))
})
afterEach(() => rm(directory, { recursive: true }))

const sweep = (nowMs: number) =>
  sweepCache(cache, { environment: { STILE_CACHE_DIR: directory }, nowMs })

test('sessions that are over go, the others stay', async () => {
  await sweep(1000)
  expect(await readdir(join(directory, 'sessions'))).toEqual(['live.json'])
})

test('answers that are to be renewed go, and what is none', async () => {
  const answers = join(directory, 'answers')
  const files = {
    'over.json': '{"renewAtMs":1000}',
    'live.json': '{"renewAtMs":1001}',
    'x.json': '{',
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(answers, name), text)
  await sweep(1000)
  expect(await readdir(answers)).toEqual(['live.json'])
})

test('what was never finished goes once nobody can be writing it', async () => {
  for (const folder of ['answers', 'sessions']) {
    for (const [name, ageSeconds] of [
      ['old.tmp', 3700],
      ['new.tmp', 1],
    ] as const) {
      const path = join(directory, folder, name)
      await writeFile(path, '')
      const seconds = Date.now() / 1000 - ageSeconds
      await utimes(path, seconds, seconds)
    }
  }
  await sweep(0)
  expect(await readdir(join(directory, 'answers'))).toEqual(['new.tmp'])
  expect((await readdir(join(directory, 'sessions'))).toSorted()).toEqual([
    'live.json',
    'new.tmp',
    'over.json',
  ])
})

test('where nothing was ever kept there is nothing to do', async () => {
  await rm(directory, { recursive: true })
  await sweep(1000)
  await mkdir(directory)
})

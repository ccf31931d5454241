import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openKeyRing } from './kept-keys.ts'

const keys = { accessKeyId: 'AKIAEXAMPLE1234', secretAccessKey: 'a-secret' }

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'stile-keys-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const ringOf = (more: Readonly<Record<string, string>> = {}) =>
  openKeyRing({ environment: { HOME: home, STILE_KEYCHAIN: 'off', ...more }, nowMs: () => 1000 })

test('without a keychain keys are kept in files that are their owner’s alone', async () => {
  const ring = ringOf()
  const directory = join(home, '.config/stile/keys')
  expect(await ring.put('work', keys)).toMatchObject({ kept: 'file', directory })
  expect(await ring.get('work')).toEqual(keys)
  expect(await ring.list()).toEqual([
    { name: 'work', kept: 'file', lastFour: '1234', addedAtMs: 1000 },
  ])
  for (const name of await readdir(directory)) {
    expect((await stat(join(directory, name))).mode & 0o077, name).toBe(0)
  }
  expect((await stat(directory)).mode & 0o077).toBe(0)
  expect(await readFile(join(directory, 'keys.json'), 'utf8')).not.toContain(keys.secretAccessKey)
})

test('what others can read is not used', async () => {
  await ringOf().put('work', keys)
  const path = join(home, '.config/stile/keys/work.secret')
  await chmod(path, 0o640)
  await expect(ringOf().get('work')).rejects.toThrow('is open to others')
})

test('removing is final, and said when there was nothing', async () => {
  const ring = ringOf()
  await ring.put('work', keys)
  expect(await ring.remove('work')).toBe(true)
  expect(await ring.get('work')).toBeUndefined()
  expect(await ring.remove('work')).toBe(false)
  expect(await readdir(join(home, '.config/stile/keys'))).toEqual(['keys.json'])
})

test.each(['../x', '', 'a/b', '.hidden', 'a b', '-x'])('`%s` names no keys', async (name) => {
  await expect(ringOf().put(name, keys)).rejects.toThrow('cannot name keys')
})

test('names that are written at the same time are all kept', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `k${index}`)
  await Promise.all(names.map((name) => ringOf().put(name, keys)))
  expect((await ringOf().list()).map(({ name }) => name)).toEqual(names)
})

test('damaged content is told, without a word of it', async () => {
  await ringOf().put('work', keys)
  await writeFile(join(home, '.config/stile/keys/work.secret'), '{"secretAccessKey":"a-secret"')
  const error = await ringOf()
    .get('work')
    .catch((caught: Error) => caught)
  expect(String(error)).toMatch(/holds no keys/)
  expect(String(error)).not.toContain('a-secret')
})

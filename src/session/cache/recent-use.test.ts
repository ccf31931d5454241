import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadRecentUse, noteUse, recentUsePath } from './recent-use.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stile-'))
})
afterEach(() => rm(directory, { recursive: true }))

test('most used first, of two alike the later one', async () => {
  const environment = { STILE_CACHE_DIR: directory }
  for (const [index, name] of ['a', 'b', 'c', 'b'].entries()) {
    await noteUse(environment, { name, nowMs: index })
  }
  expect(await loadRecentUse(environment)).toEqual([
    { name: 'b', count: 2, lastUsedAtMs: 3 },
    { name: 'c', count: 1, lastUsedAtMs: 2 },
    { name: 'a', count: 1, lastUsedAtMs: 0 },
  ])
  expect((await stat(recentUsePath(environment))).mode & 0o777).toBe(0o600)
})

test('of very many names the latest are kept', async () => {
  const environment = { STILE_CACHE_DIR: directory }
  const uses = Array.from({ length: 200 }, (_, index) => ({
    name: `old-${index}`,
    count: 5,
    lastUsedAtMs: index,
  }))
  await writeFile(recentUsePath(environment), JSON.stringify({ version: 1, uses }))
  await noteUse(environment, { name: 'new', nowMs: 1000 })
  const names = (await loadRecentUse(environment)).map(({ name }) => name)
  expect(names).toHaveLength(200)
  expect(names).toContain('new')
  expect(names).not.toContain('old-0')
})

test.each(['', '{', '[]', '{"uses":1}', '{"uses":[{"name":1}]}', 'null'])(
  'the damaged file %j counts as none',
  async (text) => {
    const environment = { STILE_CACHE_DIR: directory }
    await writeFile(recentUsePath(environment), text)
    expect(await loadRecentUse(environment)).toEqual([])
    await noteUse(environment, { name: 'a', nowMs: 1 })
    expect(await loadRecentUse(environment)).toHaveLength(1)
  },
)

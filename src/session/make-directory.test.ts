import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeDirectory } from './make-directory.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'stile-'))
})
afterEach(() => rm(home, { recursive: true }))

test('those above it come along, for their owner alone', async () => {
  const path = join(home, 'a/b/c')
  await makeDirectory(path)
  await makeDirectory(path)
  for (const each of ['a', 'a/b', 'a/b/c']) {
    expect((await stat(join(home, each))).mode & 0o777).toBe(0o700)
  }
})

test('below a file it fails', async () => {
  await writeFile(join(home, 'file'), '')
  await expect(makeDirectory(join(home, 'file/a'))).rejects.toThrow('ENOTDIR')
})

test.skipIf(process.platform !== 'linux')(
  'where the file system takes no directory it ends (only Linux has /proc)',
  async () => {
    await expect(makeDirectory('/proc/stile/cache/sessions')).rejects.toThrow('ENOENT')
  },
)

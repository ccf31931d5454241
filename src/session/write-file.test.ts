import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeFileAtomically } from './write-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stile-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a new file and its folder are for their owner alone', async () => {
  const path = join(folder, '.aws', 'config')
  await writeFileAtomically(path, 'text\r\n')
  expect(await readFile(path, 'utf8')).toBe('text\r\n')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(join(folder, '.aws'))).mode & 0o777).toBe(0o700)
})

test('an old file is replaced whole, and nothing else is left behind', async () => {
  const path = join(folder, 'config')
  await writeFile(path, 'a much longer text', { mode: 0o644 })
  await writeFileAtomically(path, 'short')
  expect(await readFile(path, 'utf8')).toBe('short')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['config'])
})

test('a symbolic link stays one', async () => {
  await writeFile(join(folder, 'real'), 'old')
  await symlink(join(folder, 'real'), join(folder, 'link'))
  await writeFileAtomically(join(folder, 'link'), 'new')
  expect(await readFile(join(folder, 'real'), 'utf8')).toBe('new')
  expect((await readdir(folder)).sort()).toEqual(['link', 'real'])
})

test('what cannot be written is named, and the temporary file is gone', async () => {
  await expect(writeFileAtomically(folder, 'text')).rejects.toMatchObject({
    code: 'unwritable-file',
    message: expect.stringContaining(`cannot write \`${folder}\``),
  })
  await writeFile(join(folder, 'file'), '')
  await expect(writeFileAtomically(join(folder, 'file', 'below'), 'x')).rejects.toMatchObject({
    code: 'unwritable-file',
  })
  expect(await readdir(folder)).toEqual(['file'])
})

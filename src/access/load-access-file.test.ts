import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findAccessFile } from './find-access-file.ts'
import { loadAccessFile } from './load-access-file.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stile-load-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const accounts = 'accounts:\n  a: { id: "111111111111" }\n  b: { id: "222222222222" }\n'
const grants =
  'grants:\n  g:\n    from: { account: a }\n    to: { accounts: b, role: R }\n    allow: [{ policy: P }]\n'

async function problemsOf(path: string): Promise<readonly string[]> {
  const { problems } = await loadAccessFile(path)
  return problems.map(({ code, position, message }) => `${position.file} ${code} ${message}`)
}

describe('loadAccessFile', () => {
  test('a file', async () => {
    const file = join(directory, 'access.yaml')
    await writeFile(file, accounts + grants)
    const parse = await loadAccessFile(file)
    expect(parse.ok && parse.access.sources).toEqual([file])
  })

  test('a directory: its YAML files in the order of their names', async () => {
    await writeFile(join(directory, 'b.yml'), grants)
    await writeFile(join(directory, 'a.yaml'), accounts)
    await writeFile(join(directory, 'notes.txt'), 'none')
    await writeFile(join(directory, '.hidden.yaml'), 'none')
    const parse = await loadAccessFile(directory)
    expect(parse.ok && parse.access.sources).toEqual([
      join(directory, 'a.yaml'),
      join(directory, 'b.yml'),
    ])
  })

  test('what cannot be read is a problem with a remedy', async () => {
    const missing = join(directory, 'nowhere.yaml')
    await writeFile(join(directory, 'file'), '')
    await mkdir(join(directory, 'empty'))
    await mkdir(join(directory, 'odd', 'x.yaml'), { recursive: true })
    await symlink('loop', join(directory, 'loop'))
    expect(await problemsOf(missing)).toEqual([`${missing} unreadable-file there is no such file`])
    expect(await problemsOf(join(directory, 'file', 'x'))).toEqual([
      expect.stringContaining('a part of the path is a file'),
    ])
    expect(await problemsOf(join(directory, 'empty'))).toEqual([
      expect.stringContaining('the directory holds no `*.yaml`'),
    ])
    expect(await problemsOf(join(directory, 'odd'))).toEqual([
      expect.stringContaining('this is a directory among the files'),
    ])
    expect(await problemsOf(join(directory, 'loop'))).toEqual([
      expect.stringContaining('leads in a circle'),
    ])
    const { problems } = await loadAccessFile(missing)
    expect(problems[0]?.remedy).toContain('stile init')
  })
})

describe('findAccessFile', () => {
  test('the nearest one upwards', async () => {
    const inner = join(directory, 'a', 'b')
    await mkdir(inner, { recursive: true })
    expect(findAccessFile(inner)).toBeUndefined()
    await writeFile(join(directory, 'access.yaml'), '')
    expect(findAccessFile(inner)).toBe(join(directory, 'access.yaml'))
    await writeFile(join(directory, 'a', 'access.yaml'), '')
    expect(findAccessFile(inner)).toBe(join(directory, 'a', 'access.yaml'))
  })
})

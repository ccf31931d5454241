import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, runStile } from '../support/run-stile.ts'

const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'examples/README.md']

async function read(path: string): Promise<string> {
  return readFile(join(root, path), 'utf8')
}

async function allPages(): Promise<readonly string[]> {
  const docs = await readdir(join(root, 'docs'), { recursive: true })
  const found = docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name))
  return [...pages, ...found]
}

test('every path that the documents name is there', async () => {
  for (const page of await allPages()) {
    const text = await read(page)
    const paths =
      text.match(/`(?:src|docs|test|data|scripts|examples|schema|bench)\/[\w./-]*`/g) ?? []
    for (const path of paths)
      expect(existsSync(join(root, path.slice(1, -1))), `${page}: ${path}`).toBe(true)
  }
})

test('every function and type that ARCHITECTURE.md names is in the source', async () => {
  const text = await read('ARCHITECTURE.md')
  const names = [
    ...new Set(text.match(/(?<=`)[a-z]+[A-Z]\w+(?=`)|(?<=`)[A-Z][a-z]+[A-Z]\w+(?=s?`)/g)),
  ]
  expect(names.length).toBeGreaterThan(10)
  const sources = await readdir(join(root, 'src'), { recursive: true })
  const code = await Promise.all(
    sources.filter((name) => name.endsWith('.ts')).map((name) => read(join('src', name))),
  )
  for (const name of names)
    expect(
      code.some((each) => each.includes(name)),
      name,
    ).toBe(true)
  expect(text.split('\n').length).toBeLessThan(200)
})

interface ConsoleBlock {
  readonly page: string
  readonly command: string
  readonly shown: readonly string[]
}

async function consoleBlocks(): Promise<readonly ConsoleBlock[]> {
  const blocks: ConsoleBlock[] = []
  for (const page of await allPages()) {
    for (const [, block = ''] of (await read(page)).matchAll(/```console\n(.*?)```/gs)) {
      const [command = '', ...shown] = block.trimEnd().split('\n')
      blocks.push({ page, command: command.replace(/^\$ stile /, ''), shown })
    }
  }
  return blocks
}

/** As a shell reads them, of whose quotes the pages use the single ones. */
function wordsOf(command: string): readonly string[] {
  return (command.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''))
}

test('what the documents show is what the commands print', async () => {
  const blocks = await consoleBlocks()
  expect(blocks.length).toBeGreaterThan(0)
  for (const { page, command, shown } of blocks) {
    const { stdout } = await runStile(wordsOf(command))
    const printed = stdout.split('\n')
    for (const line of shown.filter((each) => !each.includes('…'))) {
      expect(printed, `${page}: stile ${command}`).toContain(line)
    }
  }
})

test('the access file that the README shows is the one of the example', async () => {
  const [, shown = ''] = /```yaml\n(.*?)```/s.exec(await read('README.md')) ?? []
  expect(await read('examples/cross-account-build/access.yaml')).toContain(shown)
})

test('every example has an access file, a program and a page', async () => {
  for (const entry of await readdir(join(root, 'examples'), { withFileTypes: true })) {
    if (!entry.isDirectory() || ['evaluate', 'lint'].includes(entry.name)) continue
    const names = await readdir(join(root, 'examples', entry.name))
    expect(names).toEqual(expect.arrayContaining(['README.md', 'access.yaml', 'scenario.js']))
  }
})

test('every dependency has a line of reason', async () => {
  const { dependencies, devDependencies } = JSON.parse(await read('package.json'))
  const page = await read('docs/dependencies.md')
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    expect(page, name).toContain(name.replace('@aws-sdk/client-', 'client-'))
  }
})

test('no document or source names a machine path or a registry host', async () => {
  for (const page of await allPages()) {
    expect(await read(page), page).not.toMatch(/\/work\/|\/root\/|registry\.npmjs|localhost:4873/)
  }
})

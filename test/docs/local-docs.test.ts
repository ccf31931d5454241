import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { command } from '../../src/cli/commands/local.ts'
import { parseSeedFile } from '../../src/cli/local/seed-file.ts'
import { startLocalAws } from '../../src/local/index.ts'

const text = await readFile(new URL('../../docs/local.md', import.meta.url), 'utf8')

/** The block whose fence says so. */
function block(fence: string): string {
  const found = new RegExp(`^\`\`\`${fence}\\n(.*?)^\`\`\`$`, 'ms').exec(text)?.[1]
  if (found === undefined) throw new Error(`docs/local.md has no block ${fence}`)
  return found
}

test('the seed file of the page starts a server', async () => {
  const parsed = parseSeedFile({ file: 'seed.yaml', text: block('yaml seed') })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const local = await startLocalAws({ seed: parsed.seed })
  expect(local.userCredentials('111111111111', 'ana').accessKeyId).toBe('ana')
  await local.stop()
})

test('the test of the page is JavaScript', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'stile-docs-'))
  try {
    const path = join(directory, 'page.test.mjs')
    await writeFile(path, block('js'))
    await promisify(execFile)(process.execPath, ['--check', path])
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

const actions = command.args[0]?.summary ?? ''
const flags = command.options.map((each) => each.flags).join(' ')

test.each(['yaml github', 'yaml gitlab', 'yaml github-steps'])(
  '%s names what there is',
  (fence) => {
    expect(parse(block(fence))).toBeTruthy()
    const lines = block(fence)
      .split('\n')
      .filter((line) => line.includes('stile local'))
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) {
      const [, words = ''] = /stile local ?([^>|&;]*?)(?: -- .*)?(?:[>|&;].*)?$/.exec(line) ?? []
      const [action = ''] = words.split(' ')
      if (!action.startsWith('-')) expect(actions).toContain(action)
      for (const [flag] of words.matchAll(/--[a-z]+/g)) expect(flags).toContain(flag)
    }
  },
)

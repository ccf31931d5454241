import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from './support/run-stile.ts'

const run = promisify(execFile)

let project = ''

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
}

/** A project that installed the package as npm would pack it: beside it only the dependencies it declares. */
async function install(directory: string): Promise<void> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', directory], {
    cwd: root,
  })
  const [{ filename }] = JSON.parse(stdout)
  const modules = join(directory, 'node_modules')
  await mkdir(join(modules, 'stile-aws'), { recursive: true })
  const into = ['-C', join(modules, 'stile-aws'), '--strip-components', '1']
  await run('tar', ['-xzf', join(directory, filename), ...into])
  const manifest: Manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  for (const name of Object.keys(manifest.dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true })
    await symlink(join(root, 'node_modules', name), join(modules, name))
  }
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'stile-package-'))
  await install(project)
}, 60_000)
afterAll(() => rm(project, { recursive: true, force: true }))

/** Runs the installed command; its standard output. */
async function stile(...argv: readonly string[]): Promise<string> {
  const binary = join(project, 'node_modules/stile-aws/bin/stile.js')
  const { stdout } = await run(process.execPath, [binary, ...argv], { cwd: project })
  return stdout
}

test('the installed command runs with its declared dependencies alone', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  expect(await stile('--version')).toContain(version)
  expect(await stile('check', 'node_modules/stile-aws/examples/bucket-writer')).toContain('✓')
  expect(await stile('demo', 'bucket-writer')).toContain('ok')
}, 30_000)

test('both libraries are imported by name', async () => {
  const script = `
    import { parsePolicy } from 'stile-aws/policy'
    import { startLocalAws } from 'stile-aws/local'
    const aws = await startLocalAws()
    const { status } = await fetch(aws.url + '/?Action=GetCallerIdentity&Version=2011-06-15')
    await aws.stop()
    console.log(typeof parsePolicy, status)`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd: project,
  })
  expect(stdout).toBe('function 403\n')
})

test('code that is built in brings its licence', async () => {
  const notices = join(project, 'node_modules/stile-aws/dist/THIRD-PARTY-LICENSES.txt')
  const text = await readFile(notices, 'utf8')
  for (const name of ['@clack/prompts', 'commander', 'yaml', 'zod']) {
    expect(text).toMatch(new RegExp(`^${name} [0-9.]+$`, 'm'))
  }
  expect(text.match(/Permission (?:is hereby granted|to use)/g)?.length).toBeGreaterThan(3)
})

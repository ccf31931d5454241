// Compiles src/ to dist/: types file by file, code in as few files as start quickly. Nothing of an earlier build survives.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src')
const work = join(root, '.tmp', `build-${process.pid}`)
const fresh = join(work, 'dist')

/** What is imported from outside: two public libraries, the command line, and what benchmarks and the soak measure. */
const entries = ['core/index', 'local/index', 'cli/main', 'access/index', 'cloud/index']

/** What threads of their own load. */
const threads = ['local/store/md5-worker.js']

/** Built in, since loading them file by file took longer than most commands do. Their licences go along. */
const builtIn = ['@clack/prompts', 'commander', 'yaml', 'zod']

/** A file that reads others finds them from where it would be if each file were compiled by itself. */
const keepPlaces = {
  name: 'keep-places',
  transform(code, id) {
    if (!id.startsWith(source) || !code.includes('import.meta.url')) return null
    const place = relative(source, id).replace(/\.ts$/, '.js')
    return code.replaceAll('import.meta.url', `new URL('../${place}', import.meta.url).href`)
  },
}

rmSync(work, { recursive: true, force: true })
mkdirSync(fresh, { recursive: true })
try {
  emitTypes()
  await bundle()
  replaceFolder(join(root, 'dist'))
} finally {
  rmSync(work, { recursive: true, force: true })
}

function emitTypes() {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const options = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', fresh]
  const { status } = spawnSync(process.execPath, [compiler, ...options], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}

async function bundle() {
  const build = await rolldown({
    cwd: root,
    platform: 'node',
    input: Object.fromEntries(
      [...entries.map((name) => `${name}.ts`), ...threads].map((name) => [
        name.replace(/\.[jt]s$/, ''),
        join(source, name),
      ]),
    ),
    external: isExternal,
    plugins: [keepPlaces],
  })
  const { output } = await build.write({
    dir: fresh,
    format: 'esm',
    entryFileNames: '[name].js',
    // As deep as the entries, which is what `keepPlaces` counts on.
    chunkFileNames: 'chunks/[name].js',
  })
  await build.close()
  const modules = output.flatMap((each) => (each.type === 'chunk' ? each.moduleIds : []))
  writeFileSync(join(fresh, 'THIRD-PARTY-LICENSES.txt'), licencesOf(modules))
}

function isExternal(id, importer) {
  if (id.startsWith('.') || id.startsWith('/')) return false
  if (id.startsWith('node:')) return true
  const ofOurs = importer === undefined || importer.startsWith(source)
  return ofOurs && !builtIn.some((name) => id === name || id.startsWith(`${name}/`))
}

/** The licence of every package of which code was built in. */
function licencesOf(modules) {
  const folders = new Set(
    modules.flatMap((id) => id.match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []),
  )
  const texts = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
    if (file === undefined) throw new Error(`${name} is built in and has no licence file`)
    return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
  })
  return `Code of these packages is part of the files here.\n\n${texts.join('\n\n')}`
}

/** Puts the new folder in the place of the old one at once, so that no half of it is ever run. */
function replaceFolder(place) {
  const old = join(dirname(fresh), 'old')
  try {
    renameSync(place, old)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
  renameSync(fresh, place)
}

// @ts-check
// Lets a generator use a table or definition of src/ without a build: compiles that module and what it imports.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The module at `path` below src, such as `access/json-schema.ts`.
 * @param {string} path
 * @returns {Promise<any>}
 */
export function importSource(path) {
  return useSource(path, (load) => load(path))
}

/**
 * What `use` makes of the module at `path` and of any that it imports; what they read of data/ is there until it is done.
 * @template T
 * @param {string} path
 * @param {(load: (path: string) => Promise<any>) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function useSource(path, use) {
  // Inside the repository, so that the compiled code finds the repository's dependencies.
  mkdirSync(join(root, '.tmp'), { recursive: true })
  const directory = mkdtempSync(join(root, '.tmp', 'source-'))
  try {
    compile(path, directory)
    symlinkSync(join(root, 'data'), join(directory, 'data'))
    const compiled = (/** @type {string} */ one) =>
      pathToFileURL(join(directory, 'out', one.replace(/\.ts$/, '.js'))).href
    return await use((one) => import(compiled(one)))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/**
 * @param {string} path
 * @param {string} directory
 */
function compile(path, directory) {
  const project = join(directory, 'tsconfig.json')
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { noEmit: false, rootDir: join(root, 'src'), outDir: join(directory, 'out') },
    include: [],
    files: [join(root, 'src', path)],
  }
  writeFileSync(project, JSON.stringify(config))
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', project], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`src/${path} does not compile:\n${stdout}`)
}

// @ts-check
// Writes schema/access.schema.json, with which editors complete and check access files, from the same zod definition
// that the parser uses (src/access/access-schema.ts). Compiles just that definition, so that no build is needed first.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export const folders = ['schema']

/** @returns {Promise<Map<string, string>>} */
export async function generate() {
  const { renderAccessFileJsonSchema } = await importCompiled()
  return new Map([['schema/access.schema.json', renderAccessFileJsonSchema()]])
}

async function importCompiled() {
  // Inside the repository, so that the compiled code finds the repository's dependencies.
  mkdirSync(join(root, '.tmp'), { recursive: true })
  const directory = mkdtempSync(join(root, '.tmp', 'schema-'))
  try {
    compile(directory)
    return await import(pathToFileURL(join(directory, 'out', 'access', 'json-schema.js')).href)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** @param {string} directory */
function compile(directory) {
  const project = join(directory, 'tsconfig.json')
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rootDir: join(root, 'src'),
      outDir: join(directory, 'out'),
    },
    include: [],
    files: [join(root, 'src', 'access', 'json-schema.ts')],
  }
  writeFileSync(project, JSON.stringify(config))
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', project], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`src/access/json-schema.ts does not compile:\n${stdout}`)
}

// @ts-check
// Writes every generated file, or with --check names those that differ from what would be written and exits 1.
//
// A generator is scripts/generate-NAME.js and exports:
//   generate(): Promise<Map<path, Buffer | string>>   everything it writes, by path from the repository's root
//   folders?: string[]                                folders in which no other file belongs
//   isSame?(path, committed, generated): boolean      equality, where equal bytes ask for too much
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const root = new URL('..', import.meta.url)
const generators = ['catalog', 'protocol', 'schema', 'docs', 'lint-docs', 'coverage']

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
const differing = []
for (const name of generators) {
  const script = new URL(`generate-${name}.js`, import.meta.url)
  if (!existsSync(script)) continue
  const generator = await import(script.href)
  differing.push(...changesOf(generator, await generator.generate()))
}

const isCheck = process.argv.includes('--check')
if (!isCheck) for (const { path, content } of differing) write(path, content)
for (const { path } of differing) console.log(isCheck ? `differs: ${path}` : path)
if (isCheck && differing.length > 0) {
  console.log('generated files are out of date; run `npm run generate` and commit the result')
  process.exitCode = 1
}

/**
 * The files that are not as they should be; `content` is undefined for one that should not exist.
 * @param {any} generator
 * @param {Map<string, Buffer | string>} generated
 */
function changesOf(generator, generated) {
  const folders = /** @type {string[]} */ (generator.folders ?? [])
  const paths = new Set([...generated.keys(), ...folders.flatMap(filesIn)])
  const committed = new Map([...paths].flatMap(readIfThere))
  const isSame = generator.isSame ?? isSameBytes
  return [...paths]
    .filter((path) => !isSame(path, committed, generated))
    .map((path) => ({ path, content: generated.get(path) }))
}

/**
 * @param {string} path
 * @param {Map<string, Buffer | string>} committed
 * @param {Map<string, Buffer | string>} generated
 */
function isSameBytes(path, committed, generated) {
  const one = committed.get(path)
  const other = generated.get(path)
  if (one === undefined || other === undefined) return false
  return Buffer.from(one).equals(Buffer.from(other))
}

/** @param {string} folder */
function filesIn(folder) {
  const url = new URL(`${folder}/`, root)
  return existsSync(url) ? readdirSync(url).map((name) => `${folder}/${name}`) : []
}

/** @param {string} path @returns {[string, Buffer][]} */
function readIfThere(path) {
  const url = new URL(path, root)
  return existsSync(url) ? [[path, readFileSync(url)]] : []
}

/** @param {string} path @param {Buffer | string | undefined} content */
function write(path, content) {
  const url = new URL(path, root)
  if (content === undefined) return rmSync(url)
  mkdirSync(new URL('.', url), { recursive: true })
  writeFileSync(url, content)
}

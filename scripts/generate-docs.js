// @ts-check
// Writes the table of keys in docs/access-file.md from the JSON Schema of the access file.
import { readFile, writeFile } from 'node:fs/promises'
import { generate as generateSchema } from './generate-schema.js'

const path = 'docs/access-file.md'
const begin = '<!-- keys: generated from schema/access.schema.json by scripts/generate-docs.js -->'
const end = '<!-- /keys -->'

/** @returns {Promise<Map<string, string>>} */
export async function generate() {
  const page = await readFile(new URL(`../${path}`, import.meta.url), 'utf8')
  const [schema = ''] = [...(await generateSchema()).values()].map(String)
  const rows = [...keysOf(JSON.parse(schema), '')]
  const table = ['| key | what it says |', '| --- | --- |', ...rows].join('\n')
  const before = page.slice(0, page.indexOf(begin) + begin.length)
  const after = page.slice(page.indexOf(end))
  return new Map([[path, `${before}\n${table}\n${after}`]])
}

/**
 * One row per key, the way to it spelled out; NAME stands for a name of the file's own choice.
 * @param {any} schema
 * @param {string} prefix
 * @returns {Generator<string>}
 */
function* keysOf(schema, prefix) {
  const { properties, additionalProperties, items, required = [] } = schema
  for (const [name, value] of Object.entries(properties ?? {})) {
    const key = prefix === '' ? name : `${prefix}.${name}`
    yield renderRow(key, value, required.includes(name) ? ', required' : '')
    yield* keysOf(value, key)
  }
  if (additionalProperties?.properties) yield* keysOf(additionalProperties, `${prefix}.NAME`)
  if (items?.properties) yield* keysOf(items, `${prefix}[]`)
}

/**
 * @param {string} key
 * @param {any} schema
 * @param {string} note
 */
function renderRow(key, schema, note) {
  const choices = schema.enum === undefined ? '' : ` One of ${schema.enum.map(code).join(', ')}.`
  const [example] = schema.examples ?? schema.anyOf?.[0]?.examples ?? []
  const shown = example === undefined ? '' : ` Such as ${code(example)}.`
  return `| ${code(key)}${note} | ${schema.description ?? ''}${choices}${shown} |`
}

/** @param {unknown} value */
function code(value) {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``.replaceAll('|', '\\|')
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const [file, text] of await generate()) {
    await writeFile(new URL(`../${file}`, import.meta.url), text)
  }
}

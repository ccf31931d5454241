import { ServiceError } from '../service-error.ts'
import { parseBase64 } from './scalar-text.ts'
import type { ScalarKind, Shape, StructureShape } from './service-model.ts'
import { parseTimestamp } from './timestamp.ts'

/** Reads a parsed JSON value by its shape. Unknown members are ignored and `null` is absence, as AWS has it. */
export function readJsonStructure(shape: StructureShape, json: unknown): Record<string, unknown> {
  if (!isObject(json)) throw mismatch(json, shape.name)
  const value: Record<string, unknown> = {}
  for (const member of shape.members) {
    const item = Object.hasOwn(json, member.wireName) ? json[member.wireName] : undefined
    if (item !== undefined && item !== null) value[member.name] = readJson(member.shape, item)
  }
  if (shape.isUnion && Object.keys(value).length !== 1) {
    throw serialization(`${shape.name} takes exactly one member`)
  }
  return value
}

function readJson(shape: Shape, json: unknown): unknown {
  switch (shape.kind) {
    case 'structure':
      return readJsonStructure(shape, json)
    case 'list':
      if (!Array.isArray(json)) throw mismatch(json, 'List')
      return json.map((item) => readJson(shape.item.shape, item))
    case 'map':
      return readMap(shape.value.shape, json)
    default:
      return readScalar(shape.kind, json)
  }
}

/** Without a prototype, so that a key such as `__proto__` or `constructor` means nothing but itself. */
function readMap(shape: Shape, json: unknown): Record<string, unknown> {
  if (!isObject(json)) throw mismatch(json, 'Map')
  const value: Record<string, unknown> = Object.create(null)
  for (const [key, item] of Object.entries(json)) value[key] = readJson(shape, item)
  return value
}

function readScalar(kind: ScalarKind, json: unknown): unknown {
  const value = scalarValue(kind, json)
  if (value === undefined) throw mismatch(json, javaNames.get(kind) ?? 'String')
  return value
}

function scalarValue(kind: ScalarKind, json: unknown): unknown {
  switch (kind) {
    case 'string':
      return typeof json === 'string' ? json : undefined
    case 'number':
      return typeof json === 'number' && Number.isFinite(json) ? json : undefined
    case 'boolean':
      return typeof json === 'boolean' ? json : undefined
    case 'timestamp':
    case 'epochSeconds':
      return typeof json === 'number' ? validDate(json * 1000) : undefined
    case 'dateTime':
    case 'httpDate':
      return typeof json === 'string' ? parseTimestamp(json, kind) : undefined
    case 'blob':
      return typeof json === 'string' ? parseBase64(json) : undefined
    case 'document':
      return json
    default:
      throw new Error(`bug: no JSON carries a ${kind}`)
  }
}

const javaNames: ReadonlyMap<ScalarKind, string> = new Map([
  ['number', 'Number'],
  ['boolean', 'Boolean'],
  ['timestamp', 'Timestamp'],
  ['epochSeconds', 'Timestamp'],
  ['blob', 'Blob'],
])

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function validDate(epochMs: number): Date | undefined {
  const date = new Date(Math.round(epochMs))
  return Number.isNaN(date.getTime()) ? undefined : date
}

function mismatch(json: unknown, expected: string): ServiceError {
  if (typeof json === 'object' && json !== null) {
    const found = Array.isArray(json) ? 'list' : 'structure or map'
    return serialization(`Start of ${found} found where not expected.`)
  }
  const found = json === null ? 'NULL' : typeof json
  return serialization(`${found.toUpperCase()}_VALUE can not be converted to ${expected}`)
}

function serialization(message: string): ServiceError {
  return new ServiceError('SerializationException', message)
}

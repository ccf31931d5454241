import { renderBase64 } from './scalar-text.ts'
import type { Shape, StructureShape } from './service-model.ts'
import { epochSeconds, renderHttpDate, renderMilliseconds } from './timestamp.ts'

/** The JSON value of a structure: its modelled members alone, moments as epoch seconds, bytes as base64. */
export function structureToJson(shape: StructureShape, value: object): Record<string, unknown> {
  const json: Record<string, unknown> = {}
  const given = value as Readonly<Record<string, unknown>>
  for (const member of shape.members) {
    const item = given[member.name]
    if (item !== undefined && item !== null) json[member.wireName] = toJson(member.shape, item)
  }
  return json
}

function toJson(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'structure':
      return structureToJson(shape, requireObject(value))
    case 'list':
      if (!Array.isArray(value)) throw new Error('bug: a list member holds no list')
      return value.map((item) => toJson(shape.item.shape, item))
    case 'map': {
      const entries = Object.entries(requireObject(value))
      return Object.fromEntries(
        entries.map(([key, item]) => [key, toJson(shape.value.shape, item)]),
      )
    }
    default:
      return scalarToJson(shape, value)
  }
}

function scalarToJson(shape: Shape, value: unknown): unknown {
  if (value instanceof Uint8Array) return renderBase64(value)
  if (!(value instanceof Date)) return value
  if (shape.kind === 'dateTime') return renderMilliseconds(value)
  return shape.kind === 'httpDate' ? renderHttpDate(value) : epochSeconds(value)
}

function requireObject(value: unknown): object {
  if (typeof value === 'object' && value !== null) return value
  throw new Error('bug: a structure or map member holds no object')
}

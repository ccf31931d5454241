import { z } from 'zod'
import { accessFileShape } from './access-schema.ts'

/** A JSON Schema as far as messages read it. */
export interface JsonSchema {
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | false
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
}

/** The JSON Schema of the access file, for editors: draft 2020-12. */
export function accessFileJsonSchema(): JsonSchema {
  return z.toJSONSchema(accessFileShape, { io: 'input' }) as JsonSchema
}

/** The text of `schema/access.schema.json`. */
export function renderAccessFileJsonSchema(): string {
  return `${JSON.stringify(accessFileJsonSchema(), null, 2)}\n`
}

/** The part of a schema that speaks of the value at a path, or undefined where none does. */
export function schemaAt(
  schema: JsonSchema,
  segments: readonly (string | number)[],
): JsonSchema | undefined {
  return segments.reduce<JsonSchema | undefined>(
    (current, segment) => (current === undefined ? undefined : stepIntoSchema(current, segment)),
    schema,
  )
}

function stepIntoSchema(schema: JsonSchema, segment: string | number): JsonSchema | undefined {
  const candidates = [schema, ...(schema.anyOf ?? [])]
  for (const candidate of candidates) {
    const inner = typeof segment === 'number' ? candidate.items : propertyOf(candidate, segment)
    if (inner !== undefined) return inner
  }
  return undefined
}

function propertyOf(schema: JsonSchema, key: string): JsonSchema | undefined {
  const properties = schema.properties ?? {}
  if (Object.hasOwn(properties, key)) return properties[key]
  return schema.additionalProperties === false ? undefined : schema.additionalProperties
}

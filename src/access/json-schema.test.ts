import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { accessFileJsonSchema, renderAccessFileJsonSchema, schemaAt } from './json-schema.ts'

test('the committed schema is the one that the parser uses', () => {
  const committed = readFileSync(
    new URL('../../schema/access.schema.json', import.meta.url),
    'utf8',
  )
  expect(committed).toBe(renderAccessFileJsonSchema())
})

test('every key is described, and every pattern is one that editors can compile', () => {
  const undescribed: string[] = []
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return
    for (const [key, value] of Object.entries(schema)) {
      if (key === 'pattern' && typeof value === 'string')
        expect(new RegExp(value, 'u')).toBeTruthy()
      if (key === 'properties') {
        for (const [name, property] of Object.entries(value)) {
          if (!(property as { description?: string }).description)
            undescribed.push(`${path}.${name}`)
        }
      }
      visit(value, `${path}.${key}`)
    }
  }
  visit(accessFileJsonSchema(), '')
  expect(undescribed).toEqual([])
})

test('examples match their own patterns', () => {
  const visit = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return
    const { pattern, examples } = schema as { pattern?: string; examples?: readonly unknown[] }
    if (pattern !== undefined)
      for (const example of examples ?? []) expect(example).toMatch(new RegExp(pattern, 'u'))
    Object.values(schema).forEach(visit)
  }
  visit(accessFileJsonSchema())
})

test('a path leads to the part of the schema that speaks of it', () => {
  const schema = accessFileJsonSchema()
  const keys = Object.keys(schemaAt(schema, ['grants', 'x', 'allow', 3])?.properties ?? {})
  expect(keys).toContain('policy')
  expect(schemaAt(schema, ['grants', 'x', 'to', 'role'])?.examples).toEqual(['OurThingBuildRole'])
  expect(schemaAt(schema, ['grants', 'x', 'nothing'])).toBeUndefined()
})

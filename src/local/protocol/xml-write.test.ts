import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadService } from './load-service.ts'
import type { StructureShape } from './service-model.ts'
import { renderSeconds } from './timestamp.ts'
import { renderMember, renderMembers } from './xml-write.ts'

const models = [loadService('sts'), loadService('iam'), loadService('s3')]
const shapes = models.flatMap(({ operations }) =>
  [...operations.values()].flatMap(({ output }) => (output === undefined ? [] : [output])),
)

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('', '<&>"', '\r\n\t', 0, 1.5, true, false, undefined, null),
  fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true }),
  fc.uint8Array({ maxLength: 4 }),
)

const nested = new Map<string, fc.Arbitrary<unknown>>([
  ['structure', fc.constant({})],
  ['list', fc.constant([])],
])

function anyOf(shape: StructureShape): fc.Arbitrary<Record<string, unknown>> {
  const members = shape.members.filter(({ shape: { kind } }) => kind !== 'map')
  const pairs = members.map(({ name, shape: { kind } }) => [name, nested.get(kind) ?? scalar])
  return fc.record(Object.fromEntries(pairs))
}

const values = fc
  .constantFrom(...shapes)
  .chain((shape) => fc.record({ shape: fc.constant(shape), value: anyOf(shape) }))

test('what is written of a structure is what is written of each of its members', () => {
  const law = fc.property(values, ({ shape, value }) => {
    const each = shape.members
      .filter(({ binding, isAttribute }) => binding.kind === 'body' && !isAttribute)
      .map((member) => renderMember(member, value[member.name], renderSeconds))
    expect(renderMembers(shape, value, renderSeconds)).toBe(each.join(''))
  })
  fc.assert(law, { numRuns: 500 })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseFlatForm, readFlatStructure } from './flat-form.ts'
import { parseForm } from './form.ts'
import { loadService } from './load-service.ts'
import { readFormStructure } from './query-read.ts'
import type { Member } from './service-model.ts'

const models = [loadService('sts'), loadService('iam')]
const operations = models.flatMap((model) => [...model.operations.values()])

/** Texts that one kind of member or another takes, and some that none does. */
const text = fc.oneof(
  fc.constantFrom('', '0', '3600', '-1', 'true', 'False', 'AAAA', '2026-03-01T12:00:00Z', '1.5'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
)
const spelled = (value: string) =>
  fc.constantFrom(encodeURIComponent(value), encodeURIComponent(value).replaceAll('%20', '+'))

function pairOf(member: Member) {
  const names = [member.wireName, `${member.wireName}.member.1`, 'Other']
  return fc
    .tuple(fc.constantFrom(...names, member.wireName, member.wireName), text.chain(spelled))
    .map(([name, value]) => `${name}=${value}`)
}

const odd = fc.constantFrom('', '=', 'Action', 'a=%ff', '%zz=1', 'A=1', '=x', 'a%2Eb=1', 'a=b=c')
const calls = fc.constantFrom(...operations).chain(({ input }) => {
  const members = input?.members.map(pairOf) ?? []
  const pair = fc.oneof({ weight: 8, arbitrary: fc.oneof(...members, odd) }, odd)
  return fc.record({ input: fc.constant(input), pairs: fc.array(pair, { maxLength: 6 }) })
})

test('what is read of a form without nesting is what is read of every form', () => {
  let count = 0
  const law = fc.property(calls, ({ input, pairs }) => {
    const form = pairs.join('&')
    const flat = parseFlatForm(form)
    if (flat === undefined || input === undefined) return
    const whole = parseForm([form])
    if (!whole.ok) throw new Error(`read a form that is none: ${form}`)
    for (const [name, node] of whole.form.children) {
      expect(flat.get(name)).toBe(node.text)
      expect(node.children.size).toBe(0)
    }
    expect(flat.size).toBe(whole.form.children.size)
    const read = readFlatStructure(input, flat)
    if (read === undefined) return
    count += 1
    expect(read).toEqual(readFormStructure(input, whole.form))
  })
  fc.assert(law, { numRuns: 3000 })
  expect(count).toBeGreaterThan(300)
})

test('a form of plain texts is read without a tree, and no other is', () => {
  expect(parseFlatForm('a=b&c=%20d+e')).toEqual(
    new Map([
      ['a', 'b'],
      ['c', ' d e'],
    ]),
  )
  for (const form of ['a.b=c', 'a=b&a=c', 'a', 'a=b&&c=d', 'a=%ff', '&']) {
    expect(parseFlatForm(form)).toBeUndefined()
  }
})

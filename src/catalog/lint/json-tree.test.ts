import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPositions, offsetOfPath } from './json-place.ts'
import { readJsonTree } from './json-tree.ts'

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('takes what JSON.parse takes and nothing else', () => {
  const piece = fc.constantFrom(
    ...['{', '}', '[', ']', ',', ':', '"a"', '"\\u00e9"', '"\\x"', '"', '1', '-0.5e+3', '01', '-'],
    ...['true', 'null', 'nul', ' ', '\n', '\u00a0', '\\', '{"a":1}', '[1,2]', '"\t"', '\ufeff'],
  )
  const broken = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  const sound = fc.json()
  fc.assert(
    fc.property(fc.oneof(broken, sound), (text) => {
      expect(readJsonTree(text).ok).toBe(isJson(text))
    }),
    { numRuns: 3000 },
  )
})

test('no depth of nesting exhausts the stack', () => {
  const depth = 200_000
  expect(readJsonTree('['.repeat(depth) + ']'.repeat(depth)).ok).toBe(true)
  expect(readJsonTree('['.repeat(depth)).ok).toBe(false)
  expect(readJsonTree(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`).ok).toBe(true)
})

test.each([
  ['{"a": 1,}', 8, /a key/],
  ['{"a" 1}', 5, /`:`/],
  ['[1 2]', 3, /`,` or `\]`/],
  ['{"a": }', 6, /a value/],
  ['{"a": "b', 6, /does not end/],
  ['"a\nb"', 2, /line break/],
  ['"\\x"', 1, /escape/],
  ['{} {}', 3, /follows/],
  ['', 0, /a value/],
])('says where %o stops being JSON', (text, offset, message) => {
  expect(readJsonTree(text)).toMatchObject({ ok: false, offset })
  const tree = readJsonTree(text)
  expect(tree.ok ? '' : tree.message).toMatch(message)
})

test('finds keys that an object has twice, however they are escaped', () => {
  const text = '{"a": 1, "b": {"a": 2}, "\\u0061": 3}'
  const tree = readJsonTree(text)
  expect(tree).toMatchObject({ ok: true, duplicates: [{ key: 'a', offset: text.indexOf('"\\u') }] })
})

const document = `{
  "Statement": [
    {},
    { "Condition": {
        "StringEquals": { "a.b:c[0]": ["x",
          "y"] } } }
  ]
}`

test.each([
  ['', 1, 1],
  ['Statement', 2, 3],
  ['Statement[1]', 4, 5],
  ['Statement[1].Condition.StringEquals', 5, 9],
  ['Statement[1].Condition.StringEquals.a.b:c[0]', 5, 27],
  ['Statement[1].Condition.StringEquals.a.b:c[0][1]', 6, 11],
  ['Statement[1].Effect', 4, 5],
  ['Statement[7].Effect', 2, 3],
])('the path %o leads to line %i, column %i', (path, line, column) => {
  const tree = readJsonTree(document)
  if (!tree.ok) throw new Error(tree.message)
  expect(createPositions(document)(offsetOfPath(tree.root, path))).toEqual({ line, column })
})

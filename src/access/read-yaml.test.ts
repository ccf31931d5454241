import { describe, expect, test } from 'vitest'
import { readYaml } from './read-yaml.ts'
import { valueOfNode } from './yaml-node.ts'

function plainValue(text: string): unknown {
  const { node, problems } = readYaml({ file: 'f.yaml', text })
  expect(problems).toEqual([])
  return node && valueOfNode(node)
}

function problemsOf(text: string): readonly string[] {
  return readYaml({ file: 'f.yaml', text }).problems.map(
    ({ position, code, message }) => `${position.line}:${position.column} ${code} ${message}`,
  )
}

test.each([
  ['a: 1', { a: 1 }],
  ['a: 012', { a: 12 }],
  ['a: 0x1f', { a: 31 }],
  ['a: -1.5e1', { a: -15 }],
  ['a: "1"', { a: '1' }],
  ["a: '1'", { a: '1' }],
  ['a: !!str 1', { a: '1' }],
  ['a: |\n  1\n', { a: '1\n' }],
  ['a: 2027-06-30', { a: '2027-06-30' }],
  ['a: yes', { a: 'yes' }],
  ['a: True', { a: true }],
  ['a: ~', { a: null }],
  ['a:', { a: null }],
  ['a: ""', { a: '' }],
  ['1: 2', { '1': 2 }],
  ['? a', { a: null }],
  ['{ a, b: [x, y] }', { a: null, b: ['x', 'y'] }],
  ['a: &x { b: c }\nd: *x', { a: { b: 'c' }, d: { b: 'c' } }],
  ['\uFEFFa: b', { a: 'b' }],
  ['a: b\r\nc: d\r\n', { a: 'b', c: 'd' }],
])('%j is %j', (text, value) => expect(plainValue(text)).toEqual(value))

test.each(['', '\n\n', '# a comment\n', '---\n'])('%j holds nothing', (text) => {
  const { node, problems } = readYaml({ file: 'f', text })
  expect([node === undefined || valueOfNode(node) === null, problems]).toEqual([true, []])
})

describe('broken YAML', () => {
  test.each([
    ['a: {', /^1:5 yaml the indentation does not line up .*, or a bracket is not closed/],
    ['a: "x', /^1:6 yaml a character is missing/],
    ['a:\n\tb: c', /^2:1 yaml the line is indented with a tab/],
    ['a: b: c', /^1:4 yaml a second `key: value` stands where a value was expected/],
    ['a: 1\n---\nb: 2', /^2:1 yaml a second YAML document begins here/],
    ['a: "\\q"', /^1:5 yaml a backslash in double quotes/],
    ['a: @b', /^1:4 yaml a value cannot begin with this character/],
    ['a: !secret b', /^1:4 yaml a YAML tag has no meaning/],
    ['a: *nowhere', /^1:4 yaml the alias `\*nowhere` has no anchor `&nowhere`/],
    ['a: &x [*x]', /^1:8 yaml the alias `\*x` stands inside what it stands for/],
    ['[a]: b', /^1:1 yaml a key must be plain text/],
    ['__proto__: b', /^1:1 yaml a key must be plain text/],
    [
      'a: 1\nb:\n  c: 1\n  c: 2',
      /^4:3 duplicate-key `c` is written twice here; the first is on line 3/,
    ],
    ['accounts:\n  a: {}\n  a: {}', /^3:3 duplicate-account `a` is written twice/],
    ['grants:\n  a: {}\n  a: {}', /^3:3 duplicate-grant `a` is written twice/],
  ])('%j', (text, expected) => expect(problemsOf(text)[0]).toMatch(expected))

  test('aliases cannot make a small file large', () => {
    const levels = Array.from({ length: 30 }, (_, level) =>
      level === 0 ? 'a0: &a0 [x]' : `a${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`,
    )
    expect(problemsOf(levels.join('\n'))).toEqual([
      '1:1 yaml the aliases in this file expand to far more than the file itself',
    ])
  })

  test('nesting that exhausts the stack is a problem', () => {
    expect(problemsOf('['.repeat(200_000))[0]).toMatch(/^1:/)
  })
})

test('every node knows where it stands', () => {
  const { node } = readYaml({ file: 'f.yaml', text: '# c\r\na:\r\n  - b: "x"\r\n' })
  const list = node?.kind === 'map' ? node.entries.get('a') : undefined
  expect(list?.keyPosition).toEqual({ file: 'f.yaml', line: 2, column: 1 })
  const item = list?.node.kind === 'list' ? list.node.items[0] : undefined
  expect(item?.position).toEqual({ file: 'f.yaml', line: 3, column: 5 })
  const entry = item?.kind === 'map' ? item.entries.get('b') : undefined
  expect(entry?.node.position).toEqual({ file: 'f.yaml', line: 3, column: 8 })
})

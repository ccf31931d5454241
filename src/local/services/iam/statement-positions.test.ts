import { expect, test } from 'vitest'
import { findStatementPositions } from './statement-positions.ts'

const spans = (text: string) =>
  findStatementPositions(text).map(({ start, end }) => [
    `${start.line}:${start.column}`,
    `${end.line}:${end.column}`,
  ])

test.each([
  ['one statement without a list', '{"Statement":{"Sid":"a"}}', [['1:15', '1:25']]],
  [
    'a list',
    '{"Statement": [ {}, {}]}',
    [
      ['1:16', '1:19'],
      ['1:19', '1:23'],
    ],
  ],
  ['lines', '{\n  "Statement": [\r\n    {\n    }\n  ]\n}', [['2:17', '4:6']]],
  [
    'braces in text and objects within',
    '{"Id":"{\\"[","Statement":[{"Condition":{"a":{"b":"}"}}}]}',
    [['1:27', '1:56']],
  ],
  [
    'a word of the same name elsewhere',
    '{"Id":"Statement","Statement":{"Sid":"Statement"}}',
    [['1:32', '1:50']],
  ],
  ['the last of two, which JSON takes', '{"Statement":{},"Statement":{"a":1}}', [['1:30', '1:36']]],
])('%s', (_what, text, expected) => {
  expect(spans(text)).toEqual(expected)
})

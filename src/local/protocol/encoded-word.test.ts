import { expect, test } from 'vitest'
import { decodeWords, encodeWord } from './encoded-word.ts'

test.each([
  ['plain text', 'plain text'],
  ['mostly-ascii_é', '=?UTF-8?Q?mostly-ascii=5F=C3=A9?='],
  ['a — b?', '=?UTF-8?Q?a_=E2=80=94_b=3F?='],
  ['日本', '=?UTF-8?B?5pel5pys?='],
])('%s travels as %s', (text, sent) => {
  expect(encodeWord(text)).toBe(sent)
  expect(decodeWords(sent)).toBe(text)
})

test('what is no encoded word stays as it is', () => {
  for (const text of ['=?', '=?UTF-8?X?abc?=', '=?koi8-r?B?abc?=', 'a=?b'])
    expect(decodeWords(text)).toBe(text)
  expect(decodeWords('=?UTF-8?B?/2H/?=')).toBe('\ufffda\ufffd')
})

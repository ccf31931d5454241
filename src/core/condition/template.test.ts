// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are text here
import { expect, test } from 'vitest'
import { parseTemplate } from './template.ts'

test('text, variables, defaults and escaped characters are told apart', () => {
  expect(parseTemplate("a/${aws:PrincipalTag/My Team, 'x, y'}/${*}-${aws:UserName}")).toEqual([
    { kind: 'text', text: 'a/' },
    { kind: 'variable', key: 'aws:principaltag/my team', fallback: 'x, y' },
    { kind: 'text', text: '/' },
    { kind: 'literal', text: '*' },
    { kind: 'text', text: '-' },
    { kind: 'variable', key: 'aws:username', fallback: undefined },
  ])
})

test.each(['${', '${}', '${aws:x', '${a, }', '${a, b}', "${a, 'b}", '${${aws:x}}'])(
  '%j starts no variable',
  (text) => {
    expect(parseTemplate(text)).toBeUndefined()
  },
)

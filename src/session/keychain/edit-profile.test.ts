import { expect, test } from 'vitest'
import { withoutSettings, withSetting } from './edit-profile.ts'

const keys = ['aws_access_key_id', 'aws_secret_access_key']

test.each([
  [
    'comments and other profiles stay',
    '# mine\n[ana]\naws_access_key_id = AKIA\naws_secret_access_key = s = s\nregion = eu-west-1\n\n[ben]\naws_access_key_id = B\n',
    '# mine\n[ana]\nregion = eu-west-1\n\n[ben]\naws_access_key_id = B\n',
  ],
  [
    'line ends and a missing last one stay',
    '[ana]\r\naws_access_key_id=AKIA\r\n  continued\r\ns3 =\r\n  aws_access_key_id = nested\r\naws_secret_access_key=x',
    '[ana]\r\ns3 =\r\n  aws_access_key_id = nested\r\n',
  ],
  [
    'a byte order mark is no part of the header',
    '\uFEFF[ana]\naws_access_key_id = A\n',
    '\uFEFF[ana]\n',
  ],
  [
    'a section that comes twice loses both',
    '[ana]\naws_access_key_id = A\n[b]\n[ana]\naws_secret_access_key = S\n',
    '[ana]\n[b]\n[ana]\n',
  ],
])('without keys: %s', (_claim, text, expected) => {
  expect(withoutSettings(text, { file: 'credentials', profile: 'ana' }, keys)).toBe(expected)
})

const setting = { key: 'credential_process', value: 'stile credential-process keys:ana' }
const line = 'credential_process = stile credential-process keys:ana'

test.each([
  ['an empty file', '', `[profile ana]\n${line}\n`],
  ['no such profile', '[default]\nregion = a', `[default]\nregion = a\n\n[profile ana]\n${line}\n`],
  ['the profile', '[profile ana]\r\nregion = a\r\n', `[profile ana]\r\n${line}\r\nregion = a\r\n`],
  ['a header without line end', '[profile ana]', `[profile ana]\n${line}\n`],
  [
    'an old value',
    '[profile ana]\nregion = a\ncredential_process = old\n',
    `[profile ana]\n${line}\nregion = a\n`,
  ],
])('a setting into %s', (_claim, text, expected) => {
  expect(withSetting(text, 'ana', setting)).toBe(expected)
})

test('a value with a line end is refused', () => {
  expect(() => withSetting('', 'ana', { key: 'credential_process', value: 'a\nb' })).toThrow(
    'cannot stand',
  )
})

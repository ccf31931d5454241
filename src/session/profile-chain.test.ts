import { expect, test } from 'vitest'
import { followProfiles } from './profile-chain.ts'
import { parseProfiles } from './shared-config.ts'

const keys = 'aws_access_key_id = AKIA\naws_secret_access_key = s\n'

test.each([
  [`[p]\n${keys}`, []],
  [`[p]\nrole_arn = r\nsource_profile = a\nmfa_serial = m\n[a]\n${keys}`, ['m']],
  [`[p]\nrole_arn = r\nsource_profile = p\n${keys}`, []],
  [
    `[p]\nrole_arn = r\nsource_profile = q\nmfa_serial = m\n[q]\nrole_arn = r\nsource_profile = a\nmfa_serial = n\n[a]\n${keys}`,
    ['m', 'n'],
  ],
  ['[p]\nrole_arn = r\ncredential_source = Environment\n', []],
  ['[p]\nrole_arn = r\nweb_identity_token_file = t\n', []],
  ['[p]\nsso_session = s\n', []],
])('%j is sound, with the MFA devices %j', (text, mfaSerials) => {
  expect(followProfiles(parseProfiles(text, 'credentials'), 'p')).toEqual({
    kind: 'sound',
    mfaSerials,
  })
})

test.each([
  ['', 'profile `p` does not exist'],
  ['[p]\nrole_arn = r\nsource_profile = a\n', 'profile `a` does not exist'],
  ['[p]\nrole_arn = r\ncredential_process = x\n', 'profile `p` would not assume'],
  [
    '[p]\nrole_arn = r\nsource_profile = q\n[q]\nrole_arn = r\ncredential_process = x\n',
    'profile `q` would not assume',
  ],
  [
    `[p]\nrole_arn = r\nsource_profile = a\ncredential_source = Environment\n${keys}`,
    'both `source_profile` and `credential_source`',
  ],
  [`[p]\nrole_arn = r\nweb_identity_token_file = t\n${keys}`, 'keys of its own would be used'],
  [
    '[p]\nrole_arn = r\nsource_profile = q\n[q]\nrole_arn = r\nsource_profile = p\n',
    'is its own source',
  ],
])('%j is broken: %s', (text, message) => {
  expect(followProfiles(parseProfiles(text, 'credentials'), 'p')).toEqual({
    kind: 'broken',
    message: expect.stringContaining(message),
  })
})

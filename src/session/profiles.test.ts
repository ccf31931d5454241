import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Profile,
  profileNamesOutside,
  renderProfile,
  upsertProfiles,
  withoutProfiles,
} from './profiles.ts'
import { parseProfiles } from './shared-config.ts'

const roleb: Profile = {
  kind: 'role',
  name: 'roleb',
  roleArn: 'arn:aws:iam::222222222222:role/role-in-accountb',
  source: { kind: 'profile', name: 'accounta' },
}
const runner: Profile = {
  kind: 'role',
  name: 'runner',
  roleArn: 'arn:aws:iam::222222222222:role/OurThingBuildRole',
  source: { kind: 'credentialSource', name: 'Ec2InstanceMetadata' },
  externalId: 'some_key_build',
  durationSeconds: 3600,
  region: 'eu-west-1',
  endpointUrl: 'http://127.0.0.1:4566',
}
const keys: Profile = {
  kind: 'keys',
  name: 'accounta',
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: 'sec/ret+',
}

test('a role profile is written in canonical lines', () => {
  expect(renderProfile(runner)).toBe(
    [
      '[profile runner]',
      'role_arn = arn:aws:iam::222222222222:role/OurThingBuildRole',
      'credential_source = Ec2InstanceMetadata',
      'external_id = some_key_build',
      'duration_seconds = 3600',
      'region = eu-west-1',
      'endpoint_url = http://127.0.0.1:4566',
      's3 =',
      '  signature_version = s3v4',
      '',
    ].join('\n'),
  )
})

test('each file heads its profiles in its own way', () => {
  expect(renderProfile(keys, 'credentials')).toBe(
    '[accounta]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = sec/ret+\n',
  )
  expect(renderProfile(roleb)).toMatch(/^\[profile roleb\]\n/)
  expect(renderProfile({ ...keys, name: 'default' })).toMatch(/^\[default\]\n/)
})

test.each(['a b', 'a]', '', 'a\nb', 'x#y'])('`%s` cannot name a profile', (name) => {
  expect(() => renderProfile({ ...roleb, name })).toThrow(
    expect.objectContaining({ code: 'bad-profile-name' }),
  )
})

test.each(['a\nb', ' a', 'a ', 'a #b', 'a ;b', '#a', '', 'a\r'])(
  '%j cannot stand in a profile, and is not shown',
  (secretAccessKey) => {
    expect(() => renderProfile({ ...keys, secretAccessKey })).toThrow(
      'the value of `aws_secret_access_key` cannot stand in a profile',
    )
  },
)

const users =
  '; mine\r\n[default]\r\nregion=us-east-1   # home\r\n\r\n[profile x]\r\n\trole_arn=1\r\n'

test.each([
  ['an empty file', ''],
  ['a file with CRLF and comments', users],
  ['a file with a BOM', '\uFEFF[default]\nregion = x\n'],
])('in %s every byte outside the block stays', (_, text) => {
  const once = upsertProfiles(text, [roleb])
  expect(once.startsWith(text)).toBe(true)
  const twice = upsertProfiles(`${once}; below\n`, [runner, roleb])
  expect(twice.startsWith(text)).toBe(true)
  expect(twice.endsWith('# <<< stile\n; below\n') || twice.includes('\r\n; below\n')).toBe(true)
  expect(parseProfiles(twice, 'config').get('runner')?.get('external_id')).toBe('some_key_build')
  expect(twice.match(/\[profile roleb\]/g)).toHaveLength(1)
  expect(upsertProfiles(twice, [])).toBe(`${text}; below\n`)
})

test.each([
  ['the first', ['roleb'], [runner]],
  ['the last', ['runner'], [roleb]],
  ['one that is not there', ['default', 'x'], [roleb, runner]],
  ['all', ['roleb', 'runner'], []],
])('without %s the file is as if it had never been written', (_, names, left) => {
  for (const text of [
    '',
    users,
    '\uFEFF[default]\nregion = x\n',
    '[profile roleb]\nregion = x\n',
  ]) {
    const both = `${upsertProfiles(text, [roleb, runner])}; below\n`
    expect(withoutProfiles(both, names)).toBe(upsertProfiles(both, left))
  }
})

test('what was changed by hand inside the block stays, but for the removed profile', () => {
  const text = upsertProfiles('', [roleb, runner]).replace(
    '[profile runner]\n',
    '# a word\n[profile runner]\n  s3 =\n    max_queue_size = 1\n',
  )
  expect(withoutProfiles(text, ['roleb'])).toBe(text.replace(/\[profile roleb\]\n[^[]*(?=\[)/, ''))
  expect(withoutProfiles('[profile roleb]\n', ['roleb'])).toBe('[profile roleb]\n')
})

test('new lines end as the lines of the file do', () => {
  const added = upsertProfiles(users, [roleb]).slice(users.length)
  expect(added.match(/\n/g)).toHaveLength(added.match(/\r\n/g)?.length ?? 0)
})

test('a last line without end gets one before the block', () => {
  expect(upsertProfiles('[default]\nregion = x', [roleb])).toMatch(
    /^\[default\]\nregion = x\n# >>>/,
  )
})

test('writing the same profiles again changes nothing', () => {
  const line = fc.constantFrom('[default]', '[profile a]', 'region = x', '# c', '', '  nested = 1')
  const lineEnd = fc.constantFrom('\n', '\r\n')
  const text = fc.array(fc.tuple(line, lineEnd)).map((lines) => lines.flat().join(''))
  fc.assert(
    fc.property(text, (before) => {
      const once = upsertProfiles(before, [roleb, runner])
      expect(upsertProfiles(once, [roleb, runner])).toBe(once)
      expect(upsertProfiles(once, [])).toBe(before)
    }),
  )
})

test('a block that lost its end is reported, and nothing is cut', () => {
  const damaged = upsertProfiles('', [roleb]).replace('# <<< stile\n', '[profile mine]\n')
  const twice = `[default]\n${damaged}${upsertProfiles('', [runner])}`
  for (const text of [damaged, twice]) {
    expect(() => upsertProfiles(text, [runner])).toThrow(
      expect.objectContaining({ code: 'damaged-block' }),
    )
  }
})

test("the user's own profiles are told apart from those in the block", () => {
  const text = upsertProfiles('[default]\n[profile mine]\n[profile "their s"]\n[other]\n', [roleb])
  expect(profileNamesOutside(text)).toEqual(['default', 'mine', 'their s'])
  expect(profileNamesOutside('[mine]\n[default]\n', 'credentials')).toEqual(['mine', 'default'])
})

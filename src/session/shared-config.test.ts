import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadProfiles, parseProfiles, profileSetting, sharedConfigPaths } from './shared-config.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'stile-'))
  await mkdir(join(home, '.aws'))
})
afterEach(() => rm(home, { recursive: true }))

test.each([
  ['region = eu-west-1', 'region', 'eu-west-1'],
  ['region=eu-west-1\r', 'region', 'eu-west-1'],
  ['region = eu-west-1 # home', 'region', 'eu-west-1'],
  ['external_id = a#b', 'external_id', 'a#b'],
  ['external_id = a=b', 'external_id', 'a=b'],
  ['s3 =\n  region = nested', 'region', undefined],
  ['output = json\n\tregion = nested', 'region', undefined],
  ['  region = first', 'region', 'first'],
  ['# region = comment', 'region', undefined],
  ['region', 'region', undefined],
])('%j sets %s to %s', (line, key, value) => {
  expect(parseProfiles(`[default]\n${line}\n`, 'config').get('default')?.get(key)).toBe(value)
})

test('sections that are no profiles are passed over', () => {
  const text = '[sso-session x]\na = 1\n[profile p]\na = 2\n[q]\na = 3\n[services s]\na = 4\n'
  expect([...parseProfiles(text, 'config').keys()]).toEqual(['p'])
  expect([...parseProfiles('[q]\na = 3\n', 'credentials').keys()]).toEqual(['q'])
})

test('the credentials file wins over the config file, key by key', async () => {
  await writeFile(join(home, '.aws', 'config'), '[profile a]\nregion = x\nrole_arn = one\n')
  await writeFile(join(home, '.aws', 'credentials'), '[a]\nrole_arn = two\n')
  const environment = { HOME: home }
  expect(await profileSetting({ profile: 'a', environment }, 'role_arn')).toBe('two')
  expect(await profileSetting({ profile: 'a', environment }, 'region')).toBe('x')
  expect(await profileSetting({ profile: 'b', environment }, 'region')).toBeUndefined()
})

test('variables name other files; without any there are no profiles', async () => {
  const environment = { HOME: home, AWS_CONFIG_FILE: join(home, 'nowhere', 'config') }
  expect(sharedConfigPaths(environment).config).toBe(join(home, 'nowhere', 'config'))
  expect((await loadProfiles(environment)).size).toBe(0)
})

test('a file that cannot be read is an error that names it', async () => {
  await expect(
    loadProfiles({ HOME: home, AWS_CONFIG_FILE: join(home, '.aws') }),
  ).rejects.toMatchObject({ code: 'unreadable-file', message: expect.stringContaining('EISDIR') })
})

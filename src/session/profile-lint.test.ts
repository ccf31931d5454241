import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lintSharedConfig } from './profile-lint.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'stile-'))
  await mkdir(join(home, '.aws'))
})
afterEach(() => rm(home, { recursive: true }))

interface Files {
  readonly config?: string
  readonly credentials?: string
}

async function lint(files: Files, environment: Readonly<Record<string, string>> = {}) {
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(home, '.aws', name), text, { mode: 0o600 })
  }
  const findings = await lintSharedConfig({ HOME: home, ...environment })
  return findings.map(({ code, place }) => {
    const at =
      place === undefined ? '' : ` ${place.path.split('/').at(-1)}:${place.line}:${place.column}`
    return `${code}${at}`
  })
}

const keys = 'aws_access_key_id = AKIA\naws_secret_access_key = s\n'
const role = 'role_arn = arn:aws:iam::222222222222:role/r\n'

const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['a sound file', `[default]\n${keys}[profile a]\n${role}source_profile = default\n`, []],
  [
    'sections that are no profiles',
    '[sso-session s]\na = b\n[services x]\ns3 =\n  a = b\n[plugins]\n',
    [],
  ],
  ['nested settings', '[default]\ns3 =\n  max_concurrent_requests = 2\nregion = x\n', []],
  ['a first setting with blanks before it', '[default]\n  region = x\n', []],
  ['a value with # inside', '[default]\nexternal_id = a#b\n', []],
  ['a comment after a header', '[profile a] # mine\nregion = x\n', []],
  ['a byte order mark', '\uFEFF[default]\nregion = x\n', ['byte-order-mark config:1:1']],
  ['CRLF', '[default]\r\nregion = x\r\n', ['line-ends config:1:10']],
  ['a comment after a value', '[default]\nregion = x # home\n', ['inline-comment config:2:12']],
  ['a comment for a value', '[default]\nregion = ; x\n', ['inline-comment config:2:10']],
  ['a section twice', '[profile a]\nb = c\n[profile a]\n', ['duplicate-section config:3:1']],
  ['a setting twice', '[default]\nregion = x\nRegion = y\n', ['duplicate-setting config:3:1']],
  [
    'a tab before a setting',
    '[default]\noutput = y\n\tregion = x\n',
    ['indented-setting config:3:2'],
  ],
  ['a line that is nothing', '[default]\nregion x\n', ['stray-line config:2:1']],
  ['a setting above all', 'region = x\n[default]\n', ['stray-line config:1:1']],
  ['a colon', '[default]\nregion: x\n', ['colon-separator config:2:1']],
  ['capitals', '[default]\nRegion = x\n', ['upper-case-setting config:2:1']],
  ['a name without `profile`', '[a]\nregion = x\n', ['ignored-section config:1:1']],
  ['blanks in brackets', '[ profile a ]\n', ['ignored-section config:1:1']],
  ['a quoted name', '[profile "a b"]\n', ['quoted-name config:1:1']],
  ['a name of two words', '[profile a b]\n', ['ignored-section config:1:1']],
  [
    'one profile under two headers',
    '[default]\n[profile default]\n',
    ['same-profile-twice config:2:1'],
  ],
  [
    'a role with a process',
    `[profile a]\n${role}credential_process = x\n`,
    ['role-with-process config:2:1'],
  ],
  ['a role without source', `[profile a]\n${role}`, ['role-without-source config:2:1']],
  [
    'a role with both sources',
    `[default]\n${keys}[profile a]\n${role}source_profile = default\ncredential_source = Environment\n`,
    ['both-sources config:7:1'],
  ],
  ['a web identity', `[profile a]\n${role}web_identity_token_file = t\n`, []],
  ['its own source, with keys', `[profile a]\n${keys}${role}source_profile = a\n`, []],
  ['its own source, without', `[profile a]\n${role}source_profile = a\n`, ['loop config:3:1']],
  [
    'a loop of two',
    `[profile a]\n${role}source_profile = b\n[profile b]\n${role}source_profile = a\n`,
    ['loop config:3:1', 'loop config:6:1'],
  ],
  [
    'a source that is not there',
    `[profile a]\n${role}source_profile = b\n`,
    ['missing-source config:3:1'],
  ],
  [
    'a source that nobody knows',
    `[profile a]\n${role}credential_source = Ec2\n`,
    ['unknown-source config:3:1'],
  ],
  [
    'keys beside a role',
    `[default]\n${keys}[profile a]\n${keys}${role}source_profile = default\n`,
    ['keys-beside-role config:5:1'],
  ],
  ['half a key', '[default]\naws_access_key_id = AKIA\n', ['half-a-key config:2:1']],
  [
    'a duration that AWS never gives',
    `[default]\n${keys}[profile a]\n${role}source_profile = default\nduration_seconds = 60\n`,
    ['bad-duration config:7:1'],
  ],
  [
    'four hours down a chain',
    `[default]\n${keys}[profile a]\n${role}source_profile = default\n[profile b]\n${role}source_profile = a\nduration_seconds = 14400\n`,
    ['chained-duration config:10:1'],
  ],
]

test.each(cases)('%s', async (_, config, found) => {
  expect(await lint({ config })).toEqual(found)
})

test('credentials has headers of its own form', async () => {
  expect(await lint({ credentials: '[profile a]\nregion = x\n[b]\n' })).toEqual([
    'ignored-section credentials:1:1',
  ])
})

test('bytes that are no UTF-8', async () => {
  const text = Buffer.from('[default]\nregion = x\xe9\n', 'latin1')
  await writeFile(join(home, '.aws/config'), text, { mode: 0o600 })
  expect(await lint({})).toEqual(['not-utf-8 config:2:11'])
})

test('a setting in both files, where they differ', async () => {
  const config = '[profile a]\nregion = x\noutput = json\n'
  expect(await lint({ config, credentials: '[a]\nregion = y\noutput = json\n' })).toEqual([
    'in-both-files config:2:1',
  ])
})

test('a file of secrets that others may read; one without secrets may be open', async () => {
  await lint({ config: '[default]\nregion = x\n', credentials: `[a]\n${keys}` })
  for (const name of ['config', 'credentials']) await chmod(join(home, '.aws', name), 0o644)
  expect(await lint({})).toEqual(['open-to-others credentials:1:1'])
})

test('what the environment chooses', async () => {
  const config = '[profile a]\nregion = x\n'
  expect(await lint({ config }, { AWS_PROFILE: 'a' })).toEqual([])
  expect(await lint({ config }, { AWS_PROFILE: 'b' })).toEqual(['unknown-profile'])
  const keysToo = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' }
  expect(await lint({ config }, { AWS_PROFILE: 'a', ...keysToo })).toEqual(['keys-and-profile'])
})

test('no finding shows a value', async () => {
  const secret = 'wJalrXUtnFEMIexampleKEY'
  const config = `[default]\naws_secret_access_key = ${secret} # c\naws_secret_access_key: ${secret}\n${secret}\n`
  await writeFile(join(home, '.aws/config'), config, { mode: 0o644 })
  const findings = await lintSharedConfig({ HOME: home })
  expect(findings.length).toBeGreaterThan(3)
  expect(JSON.stringify(findings)).not.toContain(secret)
})

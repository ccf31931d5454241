import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startAnsweringServer } from '../../test/support/answering-server.ts'
import { loadSourceCredentials } from './source-credentials.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'stile-'))
  await mkdir(join(home, '.aws'))
})
afterEach(() => rm(home, { recursive: true }))

async function environmentWith(config: string, more = {}): Promise<Record<string, string>> {
  await writeFile(join(home, '.aws', 'config'), config)
  return { HOME: home, AWS_EC2_METADATA_DISABLED: 'true', ...more }
}

const keys = {
  AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT',
  AWS_SECRET_ACCESS_KEY: 'environment-secret',
}
const accounta = '[profile accounta]\naws_access_key_id = AKIAA\naws_secret_access_key = aaa\n'
const fallback = '[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = ddd\n'

test.each([
  ['a named profile, even with keys about', { profile: 'accounta', ...keys }, 'AKIAA'],
  ['keys in the environment', keys, 'AKIAENVIRONMENT'],
  [
    'keys in the environment before AWS_PROFILE',
    { ...keys, AWS_PROFILE: 'accounta' },
    'AKIAENVIRONMENT',
  ],
  ['AWS_PROFILE', { AWS_PROFILE: 'accounta' }, 'AKIAA'],
  ['the default profile', {}, 'AKIADEFAULT'],
])('%s', async (_, given, accessKeyId) => {
  const { profile, ...more } = { profile: undefined, ...given }
  const environment = await environmentWith(accounta + fallback, more)
  const named = profile === undefined ? {} : { profile }
  expect(await loadSourceCredentials({ environment, ...named })).toMatchObject({
    kind: 'credentials',
    credentials: { accessKeyId },
  })
})

test('a session in the environment keeps its token and its end', async () => {
  const environment = await environmentWith('', {
    ...keys,
    AWS_SESSION_TOKEN: 'token',
    AWS_CREDENTIAL_EXPIRATION: '2027-01-02T03:04:05Z',
  })
  expect(await loadSourceCredentials({ environment })).toMatchObject({
    credentials: { sessionToken: 'token', expiresAtMs: Date.UTC(2027, 0, 2, 3, 4, 5) },
  })
})

test.each([
  ['', { kind: 'missing', message: 'no credentials' }],
  [accounta, { profile: 'acounta', kind: 'missing', message: 'there is no profile `acounta`' }],
  [
    '[profile p]\nregion = x\n',
    { profile: 'p', kind: 'missing', message: 'profile `p` gives no credentials' },
  ],
  [
    '[profile p]\nrole_arn = r\ncredential_process = x\n',
    { profile: 'p', kind: 'missing', message: 'would not assume its `role_arn`' },
  ],
  [
    `${accounta}[profile p]\nrole_arn = r\nsource_profile = accounta\nmfa_serial = m\n`,
    { profile: 'p', kind: 'needsPerson', message: 'needs a code of the MFA device `m`' },
  ],
  [
    '[profile p]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n[sso-session s]\nsso_start_url = https://example.com\nsso_region = eu-west-1\n',
    { profile: 'p', kind: 'needsPerson', message: 'aws sso login --profile p' },
  ],
])('%j is answered by %j', async (config, expected) => {
  const environment = await environmentWith(config)
  const named = 'profile' in expected ? { profile: expected.profile } : {}
  expect(await loadSourceCredentials({ environment, ...named })).toMatchObject({
    kind: expected.kind,
    message: expect.stringContaining(expected.message),
  })
})

const session = `<AssumeRoleResponse><AssumeRoleResult>
<AssumedRoleUser><Arn>arn:aws:sts::222222222222:assumed-role/r/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>ASIANEW</AccessKeyId><SecretAccessKey>new</SecretAccessKey>
<SessionToken>t</SessionToken><Expiration>2027-01-02T03:04:05Z</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>`

const roleProfile = `${accounta}[profile roleb]
role_arn = arn:aws:iam::222222222222:role/b
source_profile = accounta
external_id = some_key
mfa_serial = arn:aws:iam::111111111111:mfa/ana
`

test('a profile of a role assumes it, at the endpoint of the environment', async () => {
  const sts = await startAnsweringServer(() => ({ status: 200, body: session }))
  try {
    const environment = await environmentWith(roleProfile, { AWS_ENDPOINT_URL: sts.url })
    const askMfaCode = async (serial: string): Promise<string> =>
      serial.endsWith('ana') ? '7' : ''
    const outcome = await loadSourceCredentials({ environment, profile: 'roleb', askMfaCode })
    expect(outcome).toMatchObject({
      kind: 'credentials',
      origin: 'profile `roleb`',
      credentials: { accessKeyId: 'ASIANEW', expiresAtMs: Date.UTC(2027, 0, 2, 3, 4, 5) },
    })
    const asked = new URLSearchParams(sts.received[0]?.body)
    expect(asked.get('ExternalId')).toBe('some_key')
    expect(asked.get('TokenCode')).toBe('7')
  } finally {
    await sts.stop()
  }
})

test("a refusal on the way to a profile's role is AWS's own", async () => {
  const body =
    '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>'
  const sts = await startAnsweringServer(() => ({ status: 403, body }))
  try {
    const config = roleProfile.replace(/mfa_serial.*\n/, `endpoint_url = ${sts.url}\n`)
    const environment = await environmentWith(config)
    const outcome = await loadSourceCredentials({ environment, profile: 'roleb' })
    expect(outcome).toEqual({ kind: 'denied', code: 'AccessDenied', message: 'no' })
  } finally {
    await sts.stop()
  }
})

test('a container endpoint gives its credentials', async () => {
  const body = JSON.stringify({
    AccessKeyId: 'ASIACONTAINER',
    SecretAccessKey: 's',
    Token: 't',
    Expiration: '2027-01-02T03:04:05Z',
  })
  const endpoint = await startAnsweringServer(() => ({ status: 200, body }))
  try {
    const environment = await environmentWith('', {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint.url}/creds`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'x',
    })
    expect(await loadSourceCredentials({ environment })).toMatchObject({
      kind: 'credentials',
      origin: 'the container',
      credentials: { accessKeyId: 'ASIACONTAINER', sessionToken: 't' },
    })
  } finally {
    await endpoint.stop()
  }
})

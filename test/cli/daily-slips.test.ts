// What people mistype every day: each slip is told before AWS is asked, with what to do.
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalWorld, startLocalWorld } from '../support/local-world.ts'
import { runStile } from '../support/run-stile.ts'

const accessFile = `accounts:
  hub:  { id: "111111111111", profile: hub-admin }
  shop: { id: "222222222222", profile: shop-admin }
grants:
  look:
    from: { account: hub, principals: [user/administrator], verifyAs: hub-admin }
    to: { accounts: [shop], role: Looker }
    allow: [{ actions: [s3:ListAllMyBuckets], resources: ["*"] }]
  careful:
    from: { account: hub, principals: [user/administrator], verifyAs: hub-admin }
    to: { accounts: [shop], role: Careful }
    allow: [{ actions: [s3:ListAllMyBuckets], resources: ["*"] }]
    require: { mfa: true }
`

const profiles = `
[profile loop]
role_arn = arn:aws:iam::222222222222:role/Looker
source_profile = pool
[profile pool]
role_arn = arn:aws:iam::222222222222:role/Looker
source_profile = loop
[profile sso]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Dev
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
[profile wrong]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
`

let world: LocalWorld
beforeAll(async () => {
  world = await startLocalWorld({
    accounts: [
      { id: '111111111111', name: 'hub' },
      { id: '222222222222', name: 'shop' },
    ],
    accessFile,
  })
  await appendFile(join(world.directory, '.aws/config'), profiles)
  const resources = Array.from({ length: 100 }, (_, index) => `arn:aws:s3:::bucket-${index}-x`)
  const statement = { Effect: 'Allow', Action: 's3:*', Resource: resources }
  const files = {
    'broken.json': '{',
    'list.json': '[]',
    'long.json': JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  }
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(world.directory, name), text)
  }
  const applied = await world.stile('apply', '--yes')
  expect(applied.exitCode, applied.stderr).toBe(0)
})
afterAll(() => world.stop())

function calls(): number {
  return world.local.events().length
}

const manyTags = Array.from({ length: 51 }, (_, index) => `k${index}=v`)
const manyArns = Array.from({ length: 11 }, (_, index) => `arn:aws:iam::aws:policy/P${index}`)

const slips: readonly (readonly [argv: readonly string[], says: string])[] = [
  [['lok'], 'did you mean `look`'],
  [['look@hub'], 'it reaches shop'],
  [['arn:aws:iam::2222:role/x'], 'is no role'],
  [['arn:aws:iam::222222222222:user/x'], 'is no role'],
  [['look', '--profile', 'hub-admn'], 'did you mean `hub-admin`'],
  [['look', '--profile', 'loop'], 'is its own source'],
  [['look', '--duration', '5m'], '15m to 12h'],
  [['look', '--duration', '1h30'], '15m to 12h'],
  [['look', '--duration', ''], '15m to 12h'],
  [['look', '--session-name', 'a b'], '2 to 64 letters'],
  [['look', '--external-id', ''], '2 to 1224 letters'],
  [['look', '--source-identity', 'aws:x'], '2 to 256 letters'],
  [['look', '--mfa', '12345'], 'six digits'],
  [['look', '--mfa-serial', 'phone'], 'list-mfa-devices'],
  [['look', '--policy-arn', 'ReadOnlyAccess'], 'arn:aws:iam::aws:policy/NAME'],
  [['look', '--policy-arn', ...manyArns], '11 session policies'],
  [['look', '--policy', 'absent.json'], 'no such file'],
  [['look', '--policy', '.'], 'EISDIR'],
  [['look', '--policy', 'broken.json'], 'is not JSON: '],
  [['look', '--policy', 'list.json'], 'holds no policy'],
  [['look', '--policy', 'long.json'], 'AWS takes 2048'],
  [['look', '--tag', 'team'], 'key=value'],
  [['look', '--tag', 'a=1', 'look'], 'a name goes before it'],
  [['look', '--tag', 'aws:x=1'], 'are for AWS'],
  [['look', '--tag', `${'k'.repeat(129)}=1`], 'AWS takes 128'],
  [['look', '--tag', `k=${'v'.repeat(257)}`], 'AWS takes 256'],
  [['look', '--tag', 'k=<'], 'AWS takes letters'],
  [['look', '--tag', 'a=1', '--transitive-tag', 'A=2'], 'given twice'],
  [['look', '--tag', ...manyTags], '51 session tags'],
  [['look', '--region', 'eu west'], 'is no region'],
  [['look', '--region', 'x.evil.example/'], 'is no region'],
  [['look', '--endpoint-url', 'localhost'], 'is no endpoint'],
  [['look', '--cache', 'disk'], 'files or keychain'],
  [['look', '--format', 'zish'], 'did you mean `zsh`'],
]

test.each(slips)('assume %j: %s', async (argv, says) => {
  const before = calls()
  const outcome = await world.stile('assume', ...argv)
  expect(outcome).toMatchObject({ exitCode: 2, stdout: '' })
  expect(outcome.stderr).toContain(says)
  expect(outcome.stderr).not.toMatch(/^ {4}at /m)
  expect(calls()).toBe(before)
})

test.each([
  ['--read-only'],
  ['--policy-arn', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
  ['--tag', 'a=1'],
])('who asks for less than own keys can do never gets all: %j', async (...flags) => {
  const outcome = await world.stile('exec', 'hub-admin', ...flags, '--', 'echo', 'ran')
  expect(outcome).toMatchObject({ exitCode: 2, stdout: '' })
  expect(outcome.stderr).toContain(`${flags[0]} is for a role`)
})

test.each([
  [['whoami', 'sso'], 4, 'aws sso login --profile sso'],
  [['whoami', 'wrong'], 3, 'the key was deleted or made inactive'],
  [['assume', 'careful', '--mfa', '123456'], 4, 'wait for the next one'],
  [['assume', 'careful'], 4, 'give it with --mfa'],
  [['assume', 'look', '--tag', 'a=1'], 1, 'leave --tag out'],
  [['assume', 'look', '--profile', 'shop-admin'], 1, '`stile drift` compares both'],
  [
    ['assume', 'arn:aws:iam::222222222222:role/Absent', '--profile', 'hub-admin'],
    1,
    'no such role',
  ],
] as const)('%j ends with %d and what to do', async (argv, exitCode, says) => {
  const outcome = await world.stile(...argv)
  expect(outcome).toMatchObject({ exitCode, stdout: '' })
  expect(outcome.stderr).toContain(says)
})

test('a profile that the environment names and nobody has is told with one that is near', async () => {
  const environment = { ...world.environment, AWS_PROFILE: 'shop-admn' }
  const outcome = await runStile(['whoami'], { cwd: world.directory, environment })
  expect(outcome).toMatchObject({ exitCode: 2, stdout: '' })
  expect(outcome.stderr).toContain('did you mean `shop-admin`?')
})

test('hours and minutes go together', async () => {
  const outcome = await world.stile('assume', 'look', '--duration', '0h45m')
  expect(outcome.stderr).toMatch(/in (44|45) min/)
})

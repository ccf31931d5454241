// What programs get from Stile many times a day: `credential-process`, and the local server of `exec --server`.
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { whyNoAwsCli, whyNoBoto3, withReason } from '../support/aws-cli.ts'
import { type LocalWorld, startLocalWorld } from '../support/local-world.ts'
import { runProgram } from '../support/run-program.ts'
import { root, runStile } from '../support/run-stile.ts'

const accessFile = `accounts:
  hub:  { id: "111111111111", profile: hub-admin }
  shop: { id: "222222222222", profile: shop-admin }
grants:
  look:
    from: { account: hub, principals: [user/administrator] }
    to: { accounts: [shop], role: Looker }
    allow:
      - actions: [s3:ListAllMyBuckets]
        resources: ["*"]
`

let world: LocalWorld
beforeEach(async () => {
  world = await startLocalWorld({
    accounts: [
      { id: '111111111111', name: 'hub' },
      { id: '222222222222', name: 'shop' },
    ],
    accessFile,
  })
  const applied = await world.stile('apply', '--yes')
  expect(applied.exitCode, applied.stderr).toBe(0)
})
afterEach(() => world.stop())

const look = ['credential-process', 'look', '--profile', 'hub-admin'] as const

function assumptions(): number {
  return world.local.events().filter(({ operation }) => operation === 'AssumeRole').length
}

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
}

test('the answer is what SDKs read, and the second comes without AWS', async () => {
  const before = assumptions()
  const first = await world.stile(...look)
  expect(first).toMatchObject({ exitCode: 0, stderr: '' })
  expect(JSON.parse(first.stdout)).toEqual({
    Version: 1,
    AccessKeyId: expect.stringMatching(/^ASIA/),
    SecretAccessKey: expect.any(String),
    SessionToken: expect.any(String),
    Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  })
  const calls = world.local.events().length
  expect(await world.stile(...look)).toEqual(first)
  expect(assumptions() - before).toBe(1)
  expect(world.local.events()).toHaveLength(calls)
})

test('a changed configuration file asks again', async () => {
  await world.stile(...look)
  const config = join(world.directory, '.aws/config')
  await writeFile(
    config,
    `${await readFile(config, 'utf8')}\n[profile other]\nregion = eu-west-1\n`,
  )
  const calls = world.local.events().length
  // The file is another one, the session asked for the same: it is looked up again, and was kept.
  expect((await world.stile(...look)).exitCode).toBe(0)
  expect(world.local.events()).toHaveLength(calls)
  const changed = accessFile.replace('role: Looker', 'role: Other')
  await writeFile(join(world.directory, 'access.yaml'), changed)
  expect(await world.stile(...look)).toMatchObject({ exitCode: 1, stdout: '' })
})

test('an answer that others could have written is not believed', async () => {
  await world.stile(...look)
  const directory = join(world.directory, '.cache/stile/answers')
  const [name = ''] = await readdir(directory)
  const path = join(directory, name)
  const content = JSON.parse(await readFile(path, 'utf8'))
  await writeFile(path, JSON.stringify({ ...content, text: 'forged' }))
  const { mode } = await stat(path)
  expect(mode & 0o777).toBe(0o600)
  expect((await world.stile(...look)).stdout).toBe('forged')
  await chmod(path, 0o666)
  expect((await world.stile(...look)).stdout).toContain('AccessKeyId')
})

const printKey = ['--', 'sh', '-c', 'echo $AWS_ACCESS_KEY_ID $STILE_ACCOUNT; exit 7'] as const
const execLook = ['exec', 'look', '--profile', 'hub-admin'] as const

async function answers(): Promise<readonly string[]> {
  return readdir(join(world.directory, '.cache/stile/answers')).catch(() => [])
}

test('exec of a kept session comes without AWS and without the access file being read', async () => {
  const first = await world.stile(...execLook, ...printKey)
  expect(first).toMatchObject({ exitCode: 7, stdout: expect.stringMatching(/^ASIA\w+ shop\n$/) })
  const [name = ''] = await answers()
  const path = join(world.directory, '.cache/stile/answers', name)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const calls = world.local.events().length
  expect(await world.stile(...execLook, ...printKey)).toEqual(first)
  expect(world.local.events()).toHaveLength(calls)
  // What runs is told by the line, not by what is kept; and it is what is kept that it runs with.
  const kept = await readFile(path, 'utf8')
  await writeFile(path, kept.replace('shop', 'sent'))
  expect((await world.stile(...execLook, '--', 'printenv', 'STILE_ACCOUNT')).stdout).toBe('sent\n')
  expect((await world.stile(...execLook, '--', 'no-such-program')).exitCode).toBe(127)
})

test.each([
  ['a nearer access file', 'access.yaml'],
  ['another policy', 'less.json'],
])('%s is a change', async (_, changed) => {
  const folder = join(world.directory, 'a/b')
  await mkdir(folder, { recursive: true })
  const write = (action: string) =>
    writeFile(
      join(folder, 'less.json'),
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
      }),
    )
  await write('s3:*')
  const settings = { cwd: folder, environment: world.environment }
  const argv = ['--profile', 'hub-admin', '--policy', 'less.json']
  const run = () => runStile(['exec', 'look', ...argv, ...printKey], settings)
  const ask = () => runStile(['credential-process', 'look', ...argv], settings)
  await run()
  const [first, credentials] = [await run(), await ask()]
  expect(first.exitCode, first.stderr).toBe(7)
  expect(await answers()).toHaveLength(2)
  if (changed === 'less.json') await write('s3:ListAllMyBuckets')
  else await writeFile(join(folder, changed), accessFile.replace('role: Looker', 'role: Other'))
  const [second, others] = [await run(), await ask()]
  if (changed === 'less.json') {
    expect(second.stdout).toMatch(/^ASIA/)
    expect(second.stdout).not.toBe(first.stdout)
    expect(others.stdout).not.toBe(credentials.stdout)
  } else {
    expect(second).toMatchObject({ exitCode: 1, stdout: '' })
    expect(others).toMatchObject({ exitCode: 1, stdout: '' })
  }
})

test('a new session is a new one every time', async () => {
  for (const argv of [
    [...execLook, '--fresh', ...printKey],
    [...look, '--fresh'],
  ]) {
    const all = [await world.stile(...argv), await world.stile(...argv)]
    expect(new Set(all.map(({ stdout }) => stdout)).size).toBe(2)
  }
  expect(await answers()).toEqual([])
})

test.skipIf(process.platform === 'win32')(
  'on a full disk nothing is kept, nobody waits, and nothing half written is left (not on Windows)',
  async () => {
    await world.stile('shell-init', '--names')
    // No file may grow: a write fails after the file was made, as on a full disk.
    const words = `exec look --profile hub-admin -- printenv STILE_GRANT`
    const line = `cd ${world.directory}; trap '' XFSZ; ulimit -f 0; '${process.execPath}' ${join(root, 'bin/stile.js')} ${words}`
    for (const _ of ['first', 'second']) {
      const { environment } = world
      const outcome = await runProgram({ name: 'bash', environment }, ['--norc', '-c', line])
      expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0, stdout: 'look\n' })
      expect(outcome.stderr).toMatch(/^the session is not kept: cannot write .*EFBIG/)
    }
    expect(await readdir(join(world.directory, '.cache/stile/sessions'))).toEqual([])
  },
)

test('fifty at once make one call', async () => {
  const before = assumptions()
  const all = await Promise.all(Array.from({ length: 50 }, () => world.stile(...look)))
  expect(new Set(all.map(({ exitCode }) => exitCode))).toEqual(new Set([0]))
  expect(new Set(all.map(({ stdout }) => stdout)).size).toBe(1)
  expect(assumptions() - before).toBe(1)
})

test('nothing that is kept is open to others, and nothing secret is in another place', async () => {
  const { SecretAccessKey, SessionToken } = JSON.parse((await world.stile(...look)).stdout)
  const files = await filesBelow(world.directory)
  for (const file of files) {
    const text = await readFile(file, 'utf8')
    if (!text.includes(SecretAccessKey) && !text.includes(SessionToken)) continue
    expect(file).toContain('.cache/stile')
    expect((await stat(file)).mode & 0o077, file).toBe(0)
  }
})

test('without a way in it says why, on standard error alone', async () => {
  const unknown = await world.stile('credential-process', 'nothing')
  expect(unknown).toMatchObject({ exitCode: 2, stdout: '' })
  const refused = await world.stile('credential-process', 'look', '--profile', 'shop-admin')
  expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
  expect(refused.stderr).toContain('may not assume')
})

/** A default profile that would win over the server wherever the SDK reads the shared files. */
async function hostileDefault(): Promise<void> {
  const iam = new IAMClient({
    endpoint: world.local.url,
    region: 'us-east-1',
    credentials: world.local.userCredentials('111111111111', 'administrator'),
  })
  await iam.send(new CreateUserCommand({ UserName: 'hostile' }))
  await mkdir(join(world.directory, '.aws'), { recursive: true })
  const text = '[default]\naws_access_key_id = AKIAHOSTILE\naws_secret_access_key = hostile\n'
  await writeFile(join(world.directory, '.aws/credentials'), text)
}

const whoAmI = {
  'the JavaScript SDK': {
    reason: undefined,
    argv: [
      process.execPath,
      '--input-type=module',
      '-e',
      `import { GetCallerIdentityCommand, STSClient } from '${import.meta.resolve('@aws-sdk/client-sts')}'
console.log((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn)`,
    ],
  },
  'the AWS CLI': {
    reason: whyNoAwsCli(),
    argv: ['aws', 'sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'],
  },
  boto3: {
    reason: whyNoBoto3(),
    argv: [
      'python3',
      '-c',
      "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])",
    ],
  },
}

for (const [client, { reason, argv }] of Object.entries(whoAmI)) {
  const name = `${client} works by the local server, whatever the default profile says`
  test.skipIf(reason !== undefined)(withReason(name, reason), async () => {
    await hostileDefault()
    const args = ['exec', 'look', '--profile', 'hub-admin', '--server', '--', ...argv]
    const outcome = await world.stile(...args)
    expect(outcome.stdout.trim(), outcome.stderr).toBe(
      'arn:aws:sts::222222222222:assumed-role/Looker/administrator',
    )
  })
}

test('the server answers nobody without its token, with another host, or from a web page', async () => {
  const script = `
const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } = process.env
const get = (headers) => fetch(url, { headers }).then(({ status }) => status)
console.log(JSON.stringify([
  await get({ authorization: token }), await get({}), await get({ authorization: token + 'x' }),
  await get({ authorization: token, origin: 'http://127.0.0.1' }),
]))`
  const argv = [process.execPath, '--input-type=module', '-e', script]
  const run = await world.stile('exec', 'look', '--profile', 'hub-admin', '--server', '--', ...argv)
  expect(JSON.parse(run.stdout)).toEqual([200, 401, 401, 403])
})

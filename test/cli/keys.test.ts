// Long-term keys out of the credentials file: what is written where, and that clients still find them.
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startLocalAws } from '../../src/local/index.ts'
import { whyNoAwsCli, withReason } from '../support/aws-cli.ts'
import { runProgram } from '../support/run-program.ts'
import { type RunOptions, root, runStile } from '../support/run-stile.ts'

const accessKeyId = 'AKIAABCDEFGHIJKLMNOP'
const secretAccessKey = 'abcdefghijklmnopqrstuvwxyz+/0123456789AB'
const typed = `${accessKeyId}\n${secretAccessKey}\n`

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'stile-home-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const stile = (argv: readonly string[], more: RunOptions = {}) =>
  runStile(argv, {
    cwd: home,
    ...more,
    environment: { HOME: home, STILE_KEYCHAIN: 'off', ...more.environment },
  })

const read = (path: string): Promise<string> => readFile(join(home, path), 'utf8')

async function writeCredentials(text: string): Promise<void> {
  const { mkdir } = await import('node:fs/promises')
  await mkdir(join(home, '.aws'), { recursive: true })
  await writeFile(join(home, '.aws/credentials'), text, { mode: 0o600 })
}

test('added keys are answered by credential-process and used by a profile', async () => {
  const added = await stile(['keys', 'add', 'ana'], { stdin: typed })
  expect(added).toMatchObject({ exitCode: 0, stdout: '' })
  expect(added.stderr).toContain('no keychain here')
  expect(added.stderr).not.toContain(secretAccessKey)
  const answer = await stile(['credential-process', 'keys:ana'])
  expect(JSON.parse(answer.stdout)).toEqual({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
  })
  expect(await read('.aws/config')).toMatch(/^\[profile ana\]\ncredential_process = .*keys:ana\n$/)
  const again = await stile(['keys', 'add', 'ben'], { stdin: typed })
  expect(again.stderr).not.toContain('no keychain here')
  const listed = await stile(['keys', 'list'])
  expect(listed.stdout).toMatch(/^ana {2}…MNOP {2}in a file since \d{4}-\d\d-\d\d\nben/)
})

test('import moves keys and leaves every other byte', async () => {
  const others = '# mine\r\n[default]\r\nregion = eu-west-1\r\n'
  const own = `[ana]\r\naws_access_key_id = ${accessKeyId}\r\naws_secret_access_key = ${secretAccessKey}\r\nregion = eu-west-3\r\n`
  await writeCredentials(others + own)
  const copy = '.aws/credentials.before-stile'
  await writeFile(join(home, copy), others + own, { mode: 0o600 })
  const asked = await stile(['keys', 'import', 'ana'])
  expect(asked.exitCode).toBe(4)
  expect(await read('.aws/credentials')).toBe(others + own)
  expect(await stile(['keys', 'import', 'ana', '--yes'])).toMatchObject({ exitCode: 0 })
  expect(await read('.aws/credentials')).toBe(`${others}[ana]\r\nregion = eu-west-3\r\n`)
  expect(await read(copy)).not.toContain(secretAccessKey)
  expect(await read('.aws/config')).toContain('keys:ana')
  const answer = await stile(['credential-process', 'keys:ana'])
  expect(answer.stdout).toContain(secretAccessKey)
})

test.each([
  ['temporary credentials', 'aws_session_token = t\n', 'temporary'],
  [
    'its own source',
    'role_arn = arn:aws:iam::111111111111:role/R\nsource_profile = ana\n',
    'own source',
  ],
])('import refuses a profile with %s', async (_what, line, words) => {
  const text = `[ana]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n${line}`
  await writeCredentials(text)
  const refused = await stile(['keys', 'import', 'ana', '--yes'])
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain(words)
  expect(await read('.aws/credentials')).toBe(text)
})

test('removed keys are gone, with the line of the profile', async () => {
  await stile(['keys', 'add', 'ana'], { stdin: typed })
  expect(await stile(['keys', 'remove', 'ana'])).toMatchObject({ exitCode: 4 })
  expect(await stile(['keys', 'remove', 'ana', '--yes'])).toMatchObject({ exitCode: 0 })
  expect(await read('.aws/config')).not.toContain('credential_process')
  const answer = await stile(['credential-process', 'keys:ana'])
  expect(answer).toMatchObject({ exitCode: 2, stdout: '' })
  await expect(stat(join(home, '.config/stile/keys/ana.secret'))).rejects.toThrow('ENOENT')
})

test('keys that are none are refused without a word of them', async () => {
  const refused = await stile(['keys', 'add', 'ana'], { stdin: `${secretAccessKey}\n` })
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).not.toContain(secretAccessKey)
})

test('a profile with keys of its own is not overruled', async () => {
  await writeCredentials(
    `[ana]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  )
  const refused = await stile(['keys', 'add', 'ana'], { stdin: typed })
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain('stile keys import ana')
})

const noCli = whyNoAwsCli()
test.skipIf(noCli !== undefined)(
  withReason('the AWS CLI signs with kept keys, and Stile assumes roles with them', noCli),
  async () => {
    const user = { name: 'ana', managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }
    const local = await startLocalAws({
      seed: { accounts: [{ id: '111111111111', users: [user] }] },
    })
    try {
      const keys = local.userCredentials('111111111111', 'ana')
      const stdin = `${keys.accessKeyId} ${keys.secretAccessKey}`
      await stile(['keys', 'add', 'ana'], { stdin })
      const environment = {
        PATH: process.env.PATH ?? '',
        HOME: home,
        STILE_KEYCHAIN: 'off',
        AWS_ENDPOINT_URL: local.url,
        AWS_REGION: 'eu-west-1',
        AWS_DEFAULT_REGION: 'eu-west-1',
      }
      const told = await runProgram({ name: 'aws', environment }, [
        ...['sts', 'get-caller-identity', '--profile', 'ana', '--output', 'json'],
      ])
      expect(told.stderr).toBe('')
      expect(JSON.parse(told.stdout).Arn).toBe('arn:aws:iam::111111111111:user/ana')
      const own = await stile(['exec', 'ana', '--', 'true'], { environment })
      expect(own, own.stderr).toMatchObject({ exitCode: 0 })
    } finally {
      await local.stop()
    }
  },
)

test('kept keys are a name for every command, and a way to start from', async () => {
  const id = '111111111111'
  const user = { name: 'ana', managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }
  const local = await startLocalAws({ seed: { accounts: [{ id, users: [user] }] } })
  try {
    const keys = local.userCredentials(id, 'ana')
    const iam = new IAMClient({ endpoint: local.url, region: 'eu-west-1', credentials: keys })
    const Principal = { AWS: `arn:aws:iam::${id}:user/ana` }
    const trust = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
    await iam.send(new CreateRoleCommand({ RoleName: 'R', AssumeRolePolicyDocument }))
    const stdin = `${keys.accessKeyId} ${keys.secretAccessKey}`
    await stile(['keys', 'add', 'ana', '--no-profile'], { stdin })
    // Somebody else's, in all the places that come first otherwise.
    const environment = {
      ...{ AWS_ENDPOINT_URL: local.url, AWS_REGION: 'eu-west-1' },
      ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
      AWS_PROFILE: 'nobody',
    }
    const arnOf = async (...argv: readonly string[]): Promise<string> => {
      const { exitCode, stdout, stderr } = await stile([...argv, '--json'], { environment })
      expect(exitCode, stderr).toBe(0)
      return JSON.parse(stdout).arn
    }
    const session = /^arn:aws:sts::111111111111:assumed-role\/R\//
    const role = `arn:aws:iam::${id}:role/R`
    expect(await arnOf('whoami', 'keys:ana')).toBe(Principal.AWS)
    expect(await arnOf('whoami', '--profile', 'keys:ana')).toBe(Principal.AWS)
    expect(await arnOf('whoami', role, '--profile', 'keys:ana')).toMatch(session)
    expect(await arnOf('whoami', role, '--via', 'keys:ana')).toMatch(session)
    const assumed = await stile(['assume', 'keys:ana', '--format', 'json'], { environment })
    expect(JSON.parse(assumed.stdout)).toMatchObject({ AccessKeyId: keys.accessKeyId })
    const show = ['--', 'sh', '-c', 'echo "$AWS_ACCESS_KEY_ID,$AWS_SESSION_TOKEN,$AWS_PROFILE"']
    const own = await stile(['exec', 'keys:ana', ...show], { environment })
    expect(own.stdout, own.stderr).toBe(`${keys.accessKeyId},,\n`)
    const made = await stile(['exec', role, '--profile', 'keys:ana', ...show], { environment })
    expect(made.stdout, made.stderr).toMatch(/^ASIA\w+,\S+,\n$/)
    const alias = ['assume', role, '--profile', 'keys:ana', '--alias', 'r', '--format', 'env']
    expect((await stile(alias, { environment })).exitCode).toBe(0)
    expect(await arnOf('whoami', 'r')).toMatch(session)
    const unknown = await stile(['exec', role, '--profile', 'keys:ben', ...show], { environment })
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' })
    expect(unknown.stderr).toContain('there are: ana')
    expect(JSON.stringify(local.events())).not.toContain(accessKeyId)
  } finally {
    await local.stop()
  }
})

test('other keys under the same name are another source', async () => {
  const id = '111111111111'
  const seed = { accounts: [{ id, users: [{ name: 'ana' }, { name: 'ben' }] }] }
  const local = await startLocalAws({ seed })
  try {
    const environment = { AWS_ENDPOINT_URL: local.url, AWS_REGION: 'eu-west-1' }
    for (const name of ['ana', 'ben']) {
      const keys = local.userCredentials(id, name)
      const stdin = `${keys.accessKeyId} ${keys.secretAccessKey}`
      await stile(['keys', 'add', 'me', '--no-profile', '--yes'], { stdin })
      const { stdout } = await stile(['whoami', 'keys:me', '--json'], { environment })
      expect(JSON.parse(stdout).arn).toBe(`arn:aws:iam::${id}:user/${name}`)
    }
  } finally {
    await local.stop()
  }
})

const noKeyring = ['gnome-keyring-daemon', 'dbus-run-session'].find(
  (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
)
const keyringReason = noKeyring === undefined ? undefined : `${noKeyring} is not installed`
test.skipIf(keyringReason !== undefined)(
  withReason('with a Secret Service no file holds the secret', keyringReason),
  async () => {
    const binary = join(root, 'bin/stile.js')
    const script = `
printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
printf '%s' "$KEYS" | "$0" "${binary}" keys add ana || exit 9
"$0" "${binary}" credential-process keys:ana
"$0" "${binary}" keys remove ana --yes
"$0" "${binary}" credential-process keys:ana
echo "then $?"`
    const told = await runProgram(
      {
        name: 'dbus-run-session',
        environment: {
          PATH: process.env.PATH ?? '',
          HOME: home,
          XDG_RUNTIME_DIR: home,
          KEYS: typed,
        },
      },
      ['--', 'sh', '-c', script, process.execPath],
    )
    expect(told.stderr).toContain('keys `ana` are in the keychain')
    const [answer = '', then] = told.stdout.trim().split('\n')
    expect(JSON.parse(answer)).toMatchObject({ SecretAccessKey: secretAccessKey })
    expect(then).toBe('then 2')
    const found = spawnSync('grep', ['-rl', secretAccessKey, home])
    expect(found.stdout.toString()).toBe('')
  },
)

test.skipIf(keyringReason !== undefined)(
  withReason(
    'sessions are kept in the keychain for who wants it, and forgotten there',
    keyringReason,
  ),
  async () => {
    const user = { name: 'ana', managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }
    const id = '111111111111'
    const local = await startLocalAws({ seed: { accounts: [{ id, users: [user] }] } })
    try {
      const keys = local.userCredentials(id, 'ana')
      const iam = new IAMClient({ endpoint: local.url, region: 'eu-west-1', credentials: keys })
      const trust = {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${id}:user/ana` },
        Action: 'sts:AssumeRole',
      }
      const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
      await iam.send(new CreateRoleCommand({ RoleName: 'R', AssumeRolePolicyDocument }))
      const stileLine = `"$0" "${join(root, 'bin/stile.js')}"`
      const process_ = `${stileLine} credential-process arn:aws:iam::${id}:role/R --cache keychain`
      const script = `
printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
${process_}
${process_}
${stileLine} sessions
grep -rl SessionToken "$HOME"; grep -rli sessiontoken "$HOME"
${stileLine} forget --all >/dev/null 2>&1
echo forgotten
${stileLine} sessions 2>/dev/null`
      const environment = {
        ...{ PATH: process.env.PATH ?? '', HOME: home, XDG_RUNTIME_DIR: home },
        ...{ AWS_ENDPOINT_URL: local.url, AWS_REGION: 'eu-west-1' },
        ...{ AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey },
      }
      const told = await runProgram({ name: 'dbus-run-session', environment }, [
        ...['--', 'sh', '-c', script, process.execPath],
      ])
      const [first = '', second, ...rest] = told.stdout.trim().split('\n')
      expect(JSON.parse(first), told.stderr).toMatchObject({ Version: 1 })
      expect(second).toBe(first)
      expect(local.events().filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(1)
      const [kept, forgotten] = rest.join('\n').split('forgotten')
      expect(kept).toContain('role/R')
      expect(kept).not.toContain(home)
      expect(forgotten).toBe('')
    } finally {
      await local.stop()
    }
  },
)

test('without a keychain --cache keychain says so, and keeps nothing elsewhere', async () => {
  await stile(['keys', 'add', 'ana'], { stdin: typed })
  const arn = 'arn:aws:iam::111111111111:role/R'
  const environment = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere',
  }
  const refused = await stile(
    ['exec', arn, '--profile', 'ana', '--cache', 'keychain', '--', 'true'],
    { environment },
  )
  expect(refused).toMatchObject({ exitCode: 3, stdout: '' })
  expect(refused.stderr).toContain('the keychain cannot be used')
  const unknown = await stile(['exec', arn, '--profile', 'ana', '--cache', 'x', '--', 'true'])
  expect(unknown.stderr).toContain('files or keychain')
})

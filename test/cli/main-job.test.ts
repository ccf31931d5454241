import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalWorld, startLocalWorld } from '../support/local-world.ts'
import { runStile } from '../support/run-stile.ts'

const accessFile = `accounts:
  hub:  { id: "111111111111", profile: hub-admin }
  shop: { id: "222222222222", profile: shop-admin }
  data: { id: "333333333333", profile: data-admin }
grants:
  look:
    from: { account: hub, principals: [user/administrator] }
    to: { accounts: [shop, data], role: Looker }
    allow:
      - actions: [s3:ListAllMyBuckets]
        resources: ["*"]
  locked:
    from: { account: hub, principals: [user/administrator] }
    to: { accounts: [shop], role: Locked }
    allow:
      - policy: AmazonS3ReadOnlyAccess
    require: { externalId: some_key }
`

let world: LocalWorld
let clockOffsetMs = 0

beforeAll(async () => {
  world = await startLocalWorld({
    accounts: [
      { id: '111111111111', name: 'hub' },
      { id: '222222222222', name: 'shop' },
      { id: '333333333333', name: 'data' },
    ],
    accessFile,
    clock: { nowMs: () => Date.now() + clockOffsetMs },
  })
})

afterAll(() => world.stop())

function iamOf(accountId: string): IAMClient {
  const credentials = world.local.userCredentials(accountId, 'administrator')
  return new IAMClient({ endpoint: world.local.url, region: 'us-east-1', credentials })
}

async function roleNames(accountId: string): Promise<readonly (string | undefined)[]> {
  const { Roles = [] } = await iamOf(accountId).send(new ListRolesCommand({}))
  return Roles.map(({ RoleName }) => RoleName)
}

test('plan shows who gains what, changes nothing, and tells Terraform-like tools so', async () => {
  const { exitCode, stdout } = await world.stile('plan')
  expect(exitCode, stdout).toBe(0)
  expect(stdout).toContain('+ user/administrator in hub (111111111111) may assume Looker in shop')
  expect((await world.stile('plan', '--detailed-exitcode')).exitCode).toBe(2)
  const json = JSON.parse((await world.stile('plan', '--json')).stdout)
  expect(json).toMatchObject({ version: 1, kind: 'apply', blocked: [], unread: [] })
  expect(await roleNames('222222222222')).toEqual([])
})

test('apply without a terminal and without --yes changes nothing', async () => {
  const { exitCode, stderr } = await world.stile('apply')
  expect(exitCode).toBe(4)
  expect(stderr).toContain('--yes')
  expect(await roleNames('222222222222')).toEqual([])
})

test('a file that does not do what it says is planned with exit 1, and never applied', async () => {
  const file = join(world.directory, 'unproved.yaml')
  const expectation = 'expect: [{ cannot: look, do: s3:ListAllMyBuckets }]\n'
  await writeFile(file, accessFile + expectation)
  const plan = await world.stile('plan', '-f', file)
  expect(plan.exitCode).toBe(1)
  expect(plan.stdout).toContain('may assume Looker')
  expect(plan.stderr).toContain('look cannot s3:ListAllMyBuckets')
  expect((await world.stile('apply', '--yes', '-f', file)).exitCode).toBe(1)
  expect(await roleNames('222222222222')).toEqual([])
})

test('apply makes both sides so, and a second run has nothing to do', async () => {
  const first = await world.stile('apply', '--yes')
  expect(first.exitCode, first.stderr).toBe(0)
  expect(await roleNames('222222222222')).toEqual(['Locked', 'Looker'])
  const second = await world.stile('apply', '--yes', '--json')
  expect(JSON.parse(second.stdout)).toMatchObject({ plan: { changes: [] }, report: { ok: true } })
  expect((await world.stile('plan', '--detailed-exitcode')).exitCode).toBe(0)
  expect((await world.stile('drift')).exitCode).toBe(0)
})

test('verify decides by the documents where it cannot try', async () => {
  const { exitCode, stdout } = await world.stile('verify')
  expect(exitCode, stdout).toBe(0)
  expect(stdout).toContain('decided')
  expect(stdout).toContain('Looker in data')
})

test('assume prints credentials in the form that was asked for, and until when', async () => {
  const flags = ['--account', 'shop', '--profile', 'hub-admin']
  const bash = await world.stile('assume', 'look', ...flags)
  expect(bash.exitCode, bash.stderr).toBe(0)
  expect(bash.stdout).toMatch(/^export AWS_SESSION_TOKEN=/m)
  expect(bash.stdout).toMatch(/^unset .*AWS_PROFILE/m)
  expect(bash.stderr).toMatch(/assumed-role\/Looker\/administrator until \d{4}-/)
  const json = await world.stile('assume', 'look', ...flags, '--format', 'json')
  expect(JSON.parse(json.stdout)).toMatchObject({
    Version: 1,
    AccessKeyId: expect.stringMatching(/^ASIA/),
  })
})

test('a grant with several accounts asks which', async () => {
  const { exitCode, stderr } = await world.stile('assume', 'look', '--profile', 'hub-admin')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('shop, data')
})

test('exec hands the child credentials and passes its status on', async () => {
  const script =
    'console.log(process.env.STILE_ACCOUNT, process.env.AWS_ACCESS_KEY_ID.slice(0, 4), process.env.AWS_PROFILE); process.exitCode = 7'
  const base = ['exec', 'look', '--profile', 'hub-admin']
  const one = await world.stile(...base, '--account', 'data', '--', process.execPath, '-e', script)
  expect(one).toMatchObject({ exitCode: 7, stdout: 'data ASIA undefined\n' })
  const each = await world.stile(...base, '--each', '--', process.execPath, '-e', script)
  expect(each).toMatchObject({ exitCode: 7, stdout: 'shop ASIA undefined\ndata ASIA undefined\n' })
  const missing = await world.stile(...base, '--account', 'data', '--', 'no-such-program')
  expect(missing.exitCode).toBe(127)
})

test('console prints a switch-role link where one works, and says why not elsewhere', async () => {
  const link = await world.stile('console', 'look', '--account', 'shop')
  expect(link.stdout).toBe(
    'https://signin.aws.amazon.com/switchrole?account=222222222222&roleName=Looker&displayName=Looker+%40+shop\n',
  )
  const list = await world.stile('console', '--list')
  expect(list.stdout).toContain('locked in shop\n  the console cannot give an external id')
  const unknown = await world.stile('console', 'locked', '--profile', 'nobody')
  expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('`nobody`') })
})

test('drift finds what somebody changed by hand, and apply mends it', async () => {
  const { Role } = await iamOf('222222222222').send(new GetRoleCommand({ RoleName: 'Looker' }))
  const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))
  trust.Statement.push({
    Effect: 'Allow',
    Principal: { AWS: '333333333333' },
    Action: 'sts:AssumeRole',
  })
  const changed = { RoleName: 'Looker', PolicyDocument: JSON.stringify(trust) }
  await iamOf('222222222222').send(new UpdateAssumeRolePolicyCommand(changed))
  const found = await world.stile('drift')
  expect(found.exitCode).toBe(1)
  expect(found.stdout).toContain('the trust policy of role/Looker now also admits')
  expect(found.stdout).toContain('data')
  expect((await world.stile('apply', '--yes')).exitCode).toBe(0)
  expect((await world.stile('drift')).exitCode).toBe(0)
})

test('destroy removes what is owned and nothing else', async () => {
  await iamOf('222222222222').send(
    new CreateRoleCommand({
      RoleName: 'SomebodyElses',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  )
  const { exitCode, stderr } = await world.stile('destroy', '--yes')
  expect(exitCode, stderr).toBe(0)
  expect(await roleNames('222222222222')).toEqual(['SomebodyElses'])
})

test('a role that is somebody else’s is left alone: exit 3, and told', async () => {
  const file = join(world.directory, 'theirs.yaml')
  await writeFile(file, accessFile.replace('role: Looker', 'role: SomebodyElses'))
  const { exitCode, stdout } = await world.stile('apply', '--yes', '-f', file)
  expect(exitCode).toBe(3)
  expect(stdout).toContain('SomebodyElses')
  expect(stdout).toContain('--adopt')
  const adopted = await world.stile('apply', '--yes', '--adopt', '-f', file)
  expect(adopted.exitCode, adopted.stdout).toBe(0)
  expect((await world.stile('destroy', '--yes', '-f', file)).exitCode).toBe(0)
})

test('an endpoint that is down: exit 3, the account and the call are named, nothing is lost', async () => {
  const { exitCode, stdout, stderr } = await runStile(['apply', '--yes'], {
    cwd: world.directory,
    environment: { ...world.environment, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
  })
  expect(exitCode).toBe(3)
  expect(stdout + stderr).toContain('shop (222222222222)')
  expect(stdout + stderr).toContain('GetCallerIdentity')
  expect(stdout + stderr).not.toMatch(/\n\s+at /)
  expect((await world.stile('apply', '--yes')).exitCode).toBe(0)
})

test('wrong credentials, and those of another account: exit 3, told which', async () => {
  const config = await readFile(join(world.directory, '.aws/config'), 'utf8')
  const wrong = join(world.directory, 'wrong-config')
  await writeFile(wrong, config.replace(/(shop-admin\]\n.*\n.*= ).*/, '$1wrong'), { mode: 0o600 })
  const denied = await runStile(['plan'], {
    cwd: world.directory,
    environment: { ...world.environment, AWS_CONFIG_FILE: wrong },
  })
  expect(denied.exitCode).toBe(3)
  expect(denied.stdout).toContain('shop (222222222222)')
  expect(denied.stdout).toMatch(/shop-admin|SignatureDoesNotMatch/)
  const swapped = join(world.directory, 'swapped.yaml')
  await writeFile(swapped, accessFile.replace('profile: shop-admin', 'profile: data-admin'))
  const other = await world.stile('plan', '-f', swapped)
  expect(other.exitCode).toBe(3)
  expect(other.stdout).toContain('333333333333')
})

test('expired credentials: exit 3, told which account and what to do', async () => {
  clockOffsetMs = -3_600_000
  const sts = new STSClient({
    endpoint: world.local.url,
    region: 'us-east-1',
    credentials: world.local.userCredentials('222222222222', 'administrator'),
    systemClockOffset: clockOffsetMs,
  })
  const { Credentials } = await sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }))
  clockOffsetMs = 0
  const config = await readFile(join(world.directory, '.aws/config'), 'utf8')
  const expired = join(world.directory, 'expired-config')
  const keys = `aws_access_key_id = ${Credentials?.AccessKeyId}
aws_secret_access_key = ${Credentials?.SecretAccessKey}
aws_session_token = ${Credentials?.SessionToken}`
  const changed = config.replace(/(shop-admin\]\n).*\n.*/, `$1${keys}`)
  await writeFile(expired, changed, { mode: 0o600 })
  const { exitCode, stdout, stderr } = await runStile(['apply', '--yes'], {
    cwd: world.directory,
    environment: { ...world.environment, AWS_CONFIG_FILE: expired },
  })
  expect(exitCode).toBe(3)
  expect(stdout).toContain('shop (222222222222)')
  expect(stdout).toMatch(/expired/)
  expect(stdout + stderr).not.toContain(String(Credentials?.SecretAccessKey))
})

test('a caller that does not exist is told, not created', async () => {
  const file = join(world.directory, 'ghost.yaml')
  await writeFile(file, accessFile.replaceAll('user/administrator', 'user/ghost'))
  const { exitCode, stdout } = await world.stile('plan', '-f', file)
  expect(exitCode).toBe(3)
  expect(stdout).toContain('user/ghost')
  await iamOf('111111111111').send(new CreateUserCommand({ UserName: 'ghost' }))
  expect((await world.stile('plan', '-f', file)).stdout).not.toContain('does not exist')
})

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ClientHome, createClientHome, withReason } from '../support/aws-cli.ts'
import type { Keys } from '../support/aws-under-test.ts'
import type { Outcome } from '../support/run-stile.ts'
import { policyText, startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

/** Version 2 of the AWS CLI, wherever in the path it is: version 1 may be found before it. */
function findVersion2(): string | undefined {
  const programs = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'aws'))
  return programs.find((program) =>
    spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout?.startsWith('aws-cli/2.'),
  )
}

const program = findVersion2()
const reason = program === undefined ? 'version 2 of the AWS CLI is not installed' : undefined

let world: TwoAccounts
let home: ClientHome

beforeAll(async () => {
  world = await startTwoAccounts()
  home = await createClientHome()
})
afterAll(() => Promise.all([world.stop(), home.remove()]))

/** Early releases of version 2 know no AWS_ENDPOINT_URL. */
function as(keys: Keys, ...argv: readonly string[]): Promise<Outcome> {
  const environment = {
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    ...(keys.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
    AWS_DEFAULT_REGION: 'us-east-1',
  }
  const call = [program ?? 'aws', '--endpoint-url', world.aws.url, ...argv]
  return home.run(call, { environment })
}

async function done(keys: Keys, ...argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await as(keys, ...argv)
  expect([exitCode, stderr], argv.join(' ')).toEqual([0, ''])
  return stdout
}

test.skipIf(reason !== undefined)(
  withReason(
    'version 2 of the AWS CLI copies in parts, synchronises, presigns and removes',
    reason,
  ),
  async () => {
    const keys = world.root(world.home)
    const big = randomBytes(9 * 1024 * 1024)
    await writeFile(home.file('big.bin'), big)
    await mkdir(home.file('in/sub dir'), { recursive: true })
    await writeFile(home.file('in/sub dir/ä+%.txt'), 'hello')
    await done(keys, 's3', 'mb', 's3://version-2')
    await done(keys, 's3', 'cp', 'big.bin', 's3://version-2/big.bin')
    await done(keys, 's3', 'sync', 'in', 's3://version-2/in')
    expect(await done(keys, 's3', 'sync', 'in', 's3://version-2/in')).toBe('')
    await done(keys, 's3', 'mv', 's3://version-2/big.bin', 's3://version-2/moved.bin')
    await done(keys, 's3', 'sync', 's3://version-2', 'out')
    expect((await readFile(home.file('out/moved.bin'))).equals(big)).toBe(true)
    expect(await readFile(home.file('out/in/sub dir/ä+%.txt'), 'utf8')).toBe('hello')
    const link = (await done(keys, 's3', 'presign', 's3://version-2/moved.bin')).trim()
    expect(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(big)).toBe(true)
    expect((await as(keys, 's3', 'rb', 's3://version-2')).stderr).toContain('BucketNotEmpty')
    await done(keys, 's3', 'rb', '--force', 's3://version-2')
  },
  180_000,
)

test.skipIf(reason !== undefined)(
  withReason('version 2 of the AWS CLI enters another account by a role', reason),
  async () => {
    const owner = world.root(world.other)
    const user = await world.newUser(world.home, 'ana')
    const RoleArn = `arn:aws:iam::${world.other}:role/guest`
    const trust = policyText({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${world.home}:user/ana` },
      Action: 'sts:AssumeRole',
    })
    const role = ['--role-name', 'guest', '--assume-role-policy-document', trust]
    const made = JSON.parse(await done(owner, 'iam', 'create-role', ...role))
    expect(made.Role.Arn).toBe(RoleArn)
    await done(owner, 'iam', 'wait', 'role-exists', '--role-name', 'guest')
    const assume = ['sts', 'assume-role', '--role-arn', RoleArn, '--role-session-name', 'ana']
    const refused = await as(user, ...assume)
    expect(refused.exitCode).not.toBe(0)
    expect(refused.stderr).toContain(`User: arn:aws:iam::${world.home}:user/ana is not authorized`)
    const allow = policyText({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: RoleArn })
    const policy = ['--user-name', 'ana', '--policy-name', 'p', '--policy-document', allow]
    await done(world.root(world.home), 'iam', 'put-user-policy', ...policy)
    const { Credentials } = JSON.parse(await done(user, ...assume))
    const session = {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    }
    const asked = ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text']
    const sessionArn = `arn:aws:sts::${world.other}:assumed-role/guest/ana`
    expect((await done(session, ...asked)).trim()).toBe(sessionArn)
    const denied = await as(session, 'ecr', 'create-repository', '--repository-name', 'app')
    expect(denied.stderr).toContain('AccessDeniedException')
    expect(denied.stderr).toContain('no identity-based policy allows the ecr:CreateRepository')
  },
  180_000,
)

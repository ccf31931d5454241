import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateRoleCommand, PutRolePolicyCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ClientHome, createClientHome, withReason } from '../support/aws-cli.ts'
import type { Keys } from '../support/aws-under-test.ts'
import { whyNotInstalled } from '../support/installed.ts'
import type { Outcome } from '../support/run-stile.ts'
import { policyText, startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

const reason = whyNotInstalled('s3cmd', '--version')

let world: TwoAccounts
let home: ClientHome

beforeAll(async () => {
  world = await startTwoAccounts()
  home = await createClientHome()
})
afterAll(() => Promise.all([world.stop(), home.remove()]))

/** As whom a call is made. */
async function as(keys: Keys, argv: readonly string[]): Promise<Outcome> {
  const host = world.aws.url.slice('http://'.length)
  const config = {
    access_key: keys.accessKeyId,
    secret_key: keys.secretAccessKey,
    access_token: keys.sessionToken ?? '',
    host_base: host,
    host_bucket: host,
    use_https: 'False',
    bucket_location: 'us-east-1',
    multipart_chunk_size_mb: '5',
    max_retries: '1',
  }
  const lines = Object.entries(config).map(([name, value]) => `${name} = ${value}`)
  const path = home.file(`${keys.accessKeyId}.s3cfg`)
  await writeFile(path, `[default]\n${lines.join('\n')}\n`)
  return home.run(['s3cmd', '-c', path, '--no-progress', ...argv])
}

/** A role of the other account that may put objects under `in/`; gives its ARN. */
async function newRole(trusted: string): Promise<string> {
  const iam = world.iam(world.root(world.other))
  const trust = { Effect: 'Allow', Principal: { AWS: trusted }, Action: 'sts:AssumeRole' }
  const RoleName = 'writer'
  const AssumeRolePolicyDocument = policyText(trust)
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const put = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::s3cmd-other/in/*' }
  const given = { PolicyName: 'p', PolicyDocument: policyText(put) }
  await iam.send(new PutRolePolicyCommand({ RoleName, ...given }))
  return `arn:aws:iam::${world.other}:role/${RoleName}`
}

const s3cmd = (...argv: readonly string[]): Promise<Outcome> => as(world.root(world.home), argv)

async function done(...argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await s3cmd(...argv)
  expect([exitCode, stderr], argv.join(' ')).toEqual([0, ''])
  return stdout
}

test.skipIf(reason !== undefined)(
  withReason('s3cmd sends in parts, synchronises both ways, copies and removes', reason),
  async () => {
    const source = home.file('in')
    await mkdir(join(source, 'sub dir'), { recursive: true })
    const big = randomBytes(11 * 1024 * 1024)
    await writeFile(home.file('big.bin'), big)
    await writeFile(join(source, 'small ä+%.txt'), 'hello')
    await writeFile(join(source, 'empty'), '')
    await writeFile(join(source, 'sub dir', 'x'), 'x')
    await done('mb', 's3://s3cmd-bucket')
    await done('put', home.file('big.bin'), 's3://s3cmd-bucket/big.bin')
    await done('get', 's3://s3cmd-bucket/big.bin', home.file('back.bin'))
    expect((await readFile(home.file('back.bin'))).equals(big)).toBe(true)
    await done('sync', `${source}/`, 's3://s3cmd-bucket/in/')
    expect(await done('sync', `${source}/`, 's3://s3cmd-bucket/in/')).toBe('')
    await writeFile(join(source, 'empty'), 'no longer')
    expect(await done('sync', `${source}/`, 's3://s3cmd-bucket/in/')).toContain('in/empty')
    await mkdir(home.file('out'))
    await done('sync', 's3://s3cmd-bucket/in/', `${home.file('out')}/`)
    expect(await readFile(join(home.file('out'), 'empty'), 'utf8')).toBe('no longer')
    expect(await readFile(join(home.file('out'), 'small ä+%.txt'), 'utf8')).toBe('hello')
    // AWS: without --acl-private s3cmd copies the ACL too, which a bucket that knows no ACLs refuses.
    await done('cp', '--acl-private', 's3://s3cmd-bucket/big.bin', 's3://s3cmd-bucket/copy.bin')
    await done('mv', '--acl-private', 's3://s3cmd-bucket/copy.bin', 's3://s3cmd-bucket/moved.bin')
    const keys = (await done('ls', '-r', 's3://s3cmd-bucket')).match(/(?<=s3cmd-bucket\/).+/g)
    expect(keys).toEqual(['big.bin', 'in/empty', 'in/small ä+%.txt', 'in/sub dir/x', 'moved.bin'])
    expect(await done('info', 's3://s3cmd-bucket/moved.bin')).toContain('File size: 11534336')
    expect((await s3cmd('rb', 's3://s3cmd-bucket')).stderr).toContain('BucketNotEmpty')
    await done('del', '--force', '--recursive', 's3://s3cmd-bucket')
    await done('rb', 's3://s3cmd-bucket')
    expect((await s3cmd('ls', 's3://s3cmd-bucket')).stderr).toContain('NoSuchBucket')
  },
  180_000,
)

test.skipIf(reason !== undefined)(
  withReason('s3cmd is told what AWS no longer does', reason),
  async () => {
    await done('mb', 's3://s3cmd-old')
    await writeFile(home.file('hi.txt'), 'hi')
    await done('put', home.file('hi.txt'), 's3://s3cmd-old/hi.txt')
    const shared = await s3cmd('setacl', '--acl-public', 's3://s3cmd-old/hi.txt')
    expect(shared.stderr).toContain('AccessControlListNotSupported')
    const copied = await s3cmd('cp', 's3://s3cmd-old/hi.txt', 's3://s3cmd-old/copy.txt')
    expect(copied.stderr).toContain('AccessControlListNotSupported')
    // Its links are signed by version 2, which buckets of today do not take.
    const link = (await done('signurl', 's3://s3cmd-old/hi.txt', '+600')).trim()
    expect(link).toContain('AWSAccessKeyId=')
    const answer = await fetch(link)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('Please use AWS4-HMAC-SHA256')
  },
  180_000,
)

test.skipIf(reason !== undefined)(
  withReason('s3cmd works in another account by a role, within its permissions', reason),
  async () => {
    const user = await world.newUser(world.home, 'visitor')
    const RoleArn = await newRole(`arn:aws:iam::${world.home}:user/visitor`)
    const assumeRole = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: RoleArn }
    const given = { PolicyName: 'p', PolicyDocument: policyText(assumeRole) }
    const iam = world.iam(world.root(world.home))
    await iam.send(new PutUserPolicyCommand({ UserName: 'visitor', ...given }))
    const owner = world.root(world.other)
    await writeFile(home.file('own.txt'), 'own')
    expect(await as(owner, ['mb', 's3://s3cmd-other'])).toMatchObject({ exitCode: 0 })
    const session = await world.assume(user, { RoleArn })
    const target = 's3://s3cmd-other/in/own.txt'
    const direct = await as(user, ['put', home.file('own.txt'), target])
    expect(direct.stderr).toContain('AccessDenied')
    expect(await as(session, ['put', home.file('own.txt'), target])).toMatchObject({ exitCode: 0 })
    const outside = await as(session, ['put', home.file('own.txt'), 's3://s3cmd-other/own.txt'])
    expect(outside.stderr).toContain('AccessDenied')
    expect((await as(session, ['del', target])).stderr).toContain('AccessDenied')
  },
  180_000,
)

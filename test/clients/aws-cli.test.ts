import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { whyNoAwsCli, withReason } from '../support/aws-cli.ts'
import type { Keys } from '../support/aws-under-test.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

const reason = whyNoAwsCli()

let world: TwoAccounts
beforeAll(async () => {
  world = await startTwoAccounts()
})
afterAll(() => world.stop())

interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

function aws(keys: Keys, args: readonly string[], input = ''): Promise<Outcome> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: '/nonexistent',
    AWS_ENDPOINT_URL: world.aws.url,
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    ...(keys.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
  }
  return new Promise((resolve, reject) => {
    const child = spawn('aws', args, { env })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (text: Buffer) => {
      stdout += text.toString()
    })
    child.stderr.on('data', (text: Buffer) => {
      stderr += text.toString()
    })
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stdout, stderr }))
    child.stdin.end(input)
  })
}

async function answer(keys: Keys, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await aws(keys, args)
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout === '' ? {} : JSON.parse(stdout)
}

describe.skipIf(reason !== undefined)(withReason('the AWS CLI', reason), () => {
  test('makes a role, assumes it from the other account, and writes to a bucket', async () => {
    const owner = world.root(world.other)
    const user = await world.newUser(world.home, 'cli')
    const RoleArn = `arn:aws:iam::${world.other}:role/cli`
    const trust = policyText({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${world.home}:user/cli` },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'key-1' } },
    })
    const created = await answer(
      owner,
      'iam',
      'create-role',
      '--role-name',
      'cli',
      '--assume-role-policy-document',
      trust,
    )
    expect(created).toMatchObject({
      Role: { Arn: RoleArn, AssumeRolePolicyDocument: { Version: '2012-10-17' } },
    })
    const allowRole = policyText({
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:GetObject'],
      Resource: 'arn:aws:s3:::cli-bucket/*',
    })
    await answer(
      owner,
      'iam',
      'put-role-policy',
      '--role-name',
      'cli',
      '--policy-name',
      'p',
      '--policy-document',
      allowRole,
    )
    const allowUser = policyText({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: RoleArn })
    const root = world.root(world.home)
    await answer(
      root,
      'iam',
      'put-user-policy',
      '--user-name',
      'cli',
      '--policy-name',
      'p',
      '--policy-document',
      allowUser,
    )
    expect((await aws(owner, ['s3', 'mb', 's3://cli-bucket'])).status).toBe(0)

    const assume = ['sts', 'assume-role', '--role-arn', RoleArn, '--role-session-name', 'cli']
    const without = await aws(user, assume)
    expect(without.status).not.toBe(0)
    expect(without.stderr).toContain(
      'An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::111111111111:user/cli is not authorized',
    )
    const { Credentials } = await answer(user, ...assume, '--external-id', 'key-1')
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials as Record<string, string>
    const session = {
      accessKeyId: AccessKeyId ?? '',
      secretAccessKey: SecretAccessKey ?? '',
      sessionToken: SessionToken ?? '',
    }
    const put = await aws(session, ['s3', 'cp', '-', 's3://cli-bucket/test.txt'], 'hello')
    expect(put).toMatchObject({ status: 0, stderr: '' })
    const got = await aws(session, ['s3', 'cp', 's3://cli-bucket/test.txt', '-'])
    expect(got).toMatchObject({ status: 0, stdout: 'hello' })
    const removed = await aws(session, ['s3', 'rm', 's3://cli-bucket/test.txt'])
    expect([removed.status, removed.stderr]).toEqual([1, expect.stringContaining('AccessDenied')])
  }, 120_000)

  test('reads lists that are empty, and errors that are AWS’s', async () => {
    const root = world.root(world.home)
    expect(await answer(root, 'iam', 'list-roles')).toEqual({ Roles: [] })
    expect(await answer(root, 'ecr', 'describe-repositories')).toEqual({ repositories: [] })
    const wrong = await aws({ ...root, secretAccessKey: 'wrong' }, ['ecr', 'describe-repositories'])
    expect(wrong.stderr).toContain('(InvalidSignatureException)')
    const unknown = await aws({ ...root, accessKeyId: 'AKIAUNKNOWN' }, [
      'sts',
      'get-caller-identity',
    ])
    expect(unknown.stderr).toContain('(InvalidClientTokenId)')
    const unbuilt = await aws(root, ['iam', 'list-server-certificates'])
    expect(unbuilt.stderr).toContain('(NotImplemented)')
  }, 120_000)
})

import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClientHome, createClientHome, whyNoAwsCli, withReason } from '../support/aws-cli.ts'
import { type Outcome, root } from '../support/run-stile.ts'
import { type RunningStile, startStile } from '../support/running-stile.ts'

const reason = whyNoAwsCli()
/** Each call of the CLI takes a second of a busy machine. */
const timeout = 120_000
const access = join(root, 'examples/bucket-writer')

describe.skipIf(reason !== undefined)(
  withReason('stile local by the AWS CLI', reason),
  { timeout },
  () => {
    let home: ClientHome
    let local: RunningStile
    beforeAll(async () => {
      local = await startStile(['local', '--port', '0', '--access', access])
      home = await createClientHome()
      await writeFile(home.file('report.txt'), 'a report')
    })
    afterAll(async () => {
      expect(await local.stop()).toBe(0)
      await home.remove()
    })

    function run(argv: readonly string[]): Promise<Outcome> {
      return home.run(argv, { environment: local.environment })
    }

    /** The command's JSON answer, or its text when it is no JSON. */
    async function aws(profile: string, ...args: readonly string[]): Promise<unknown> {
      const { exitCode, stdout, stderr } = await run(['aws', ...args, '--profile', profile])
      expect([exitCode, stderr], args.join(' ')).toEqual([0, ''])
      return /^\s*[[{"]/.test(stdout) ? JSON.parse(stdout) : stdout.trim()
    }

    test('both sides by the access file, the principals and the bucket by the CLI', async () => {
      const [, key] = await Promise.all([
        aws('accountb-admin', 's3', 'mb', 's3://cross-account-bucket'),
        // The user is there: the access file names it.
        aws('accounta-admin', 'iam', 'create-access-key', '--user-name', 'accounta'),
      ])
      const { AccessKeyId, SecretAccessKey } = (key as NewKey).AccessKey
      await appendFile(
        local.environment.AWS_CONFIG_FILE ?? '',
        `\n[profile accounta]\naws_access_key_id = ${AccessKeyId}\naws_secret_access_key = ${SecretAccessKey}\n` +
          '\n[profile roleb]\nrole_arn = arn:aws:iam::222222222222:role/role-in-accountb\nsource_profile = accounta\n',
      )
      const apply = ['apply', '-f', access, '--yes']
      const applied = await run([process.execPath, join(root, 'bin/stile.js'), ...apply])
      expect(applied.exitCode, applied.stderr).toBe(0)

      const object = 's3://cross-account-bucket/report.txt'
      await aws('roleb', 's3', 'cp', 'report.txt', object)
      const [own, back] = await Promise.all([
        run(['aws', 's3', 'cp', object, '-', '--profile', 'accounta']),
        aws('roleb', 's3', 'cp', object, '-'),
      ])
      expect(own.exitCode).not.toBe(0)
      expect(back).toBe('a report')
    })

    test('IAM as people use it: roles, policies, waiters and pages', async () => {
      const iam = (...args: readonly string[]): Promise<unknown> =>
        aws('accountb-admin', 'iam', ...args)
      const role = (name: string): readonly string[] => ['--role-name', name]
      await writeFile(home.file('trust.json'), JSON.stringify(trust))
      const document = ['--assume-role-policy-document', 'file://trust.json']
      const [created] = await Promise.all(
        ['page-1', 'page-2', 'page-3'].map((name) =>
          iam('create-role', ...role(name), ...document, '--tags', 'Key=team,Value=reports'),
        ),
      )
      expect(created).toMatchObject({
        Role: { RoleName: 'page-1', Arn: 'arn:aws:iam::222222222222:role/page-1' },
      })
      const policyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
      await Promise.all([
        iam('wait', 'role-exists', ...role('page-1')),
        iam('attach-role-policy', ...role('page-1'), '--policy-arn', policyArn),
      ])
      const [read, attached, first, all, conflict, missing] = await Promise.all([
        iam('get-role', ...role('page-1')),
        iam('list-attached-role-policies', ...role('page-1')),
        iam('list-roles', '--max-items', '2'),
        // Three requests: the CLI follows the markers.
        iam('list-roles', '--page-size', '1', '--query', 'Roles[].RoleName'),
        run(['aws', 'iam', 'delete-role', ...role('page-1'), '--profile', 'accountb-admin']),
        run(['aws', 'iam', 'get-role', ...role('nobody'), '--profile', 'accountb-admin']),
      ])
      expect(read).toMatchObject({
        Role: { AssumeRolePolicyDocument: storedTrust, Tags: [{ Key: 'team', Value: 'reports' }] },
      })
      expect(attached).toEqual({
        AttachedPolicies: [{ PolicyName: 'ReadOnlyAccess', PolicyArn: policyArn }],
      })
      expect(first).toMatchObject({
        Roles: [{ RoleName: 'page-1' }, { RoleName: 'page-2' }],
        NextToken: expect.any(String),
      })
      expect(all).toEqual(expect.arrayContaining(['page-1', 'page-2', 'page-3']))
      expect(conflict.stderr).toContain('(DeleteConflict)')
      expect(missing.stderr).toContain('(NoSuchEntity)')
      expect(missing.stderr).toContain('The role with name nobody cannot be found.')
    })
  },
)

interface NewKey {
  readonly AccessKey: { readonly AccessKeyId: string; readonly SecretAccessKey: string }
}

function trustOf(principal: string): object {
  const statement = { Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' }
  return { Version: '2012-10-17', Statement: [statement] }
}

const trust = trustOf('111111111111')
/** AWS: an account's id in a trust policy is stored as the ARN of its root. */
const storedTrust = trustOf('arn:aws:iam::111111111111:root')

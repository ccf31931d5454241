import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClientHome, createClientHome, whyNoAwsCli, withReason } from '../support/aws-cli.ts'
import { type Outcome, root } from '../support/run-stile.ts'
import { type RunningStile, startStile } from '../support/running-stile.ts'

const reason = whyNoAwsCli()
/** Each call of the CLI takes a second of a busy machine. */
const timeout = 120_000

describe.skipIf(reason !== undefined)(
  withReason('read-everywhere by the AWS CLI', reason),
  { timeout },
  () => {
    let home: ClientHome
    let demo: RunningStile
    beforeAll(async () => {
      demo = await startStile(['demo', 'read-everywhere', '--keep'])
      home = await createClientHome()
    })
    afterAll(async () => {
      await demo.stop()
      await home.remove()
    })

    function run(argv: readonly string[]): Promise<Outcome> {
      return home.run(argv, { environment: demo.environment })
    }

    function inEachAccount(...command: readonly string[]): Promise<Outcome> {
      const file = ['-f', join(root, 'examples/read-everywhere')]
      const exec = ['exec', 'read-everywhere', '--each', '--profile', 'inventory', ...file, '--']
      return run([process.execPath, join(root, 'bin/stile.js'), ...exec, ...command])
    }

    test('one command lists the buckets of every account', async () => {
      const { exitCode, stdout, stderr } = await inEachAccount('aws', 's3', 'ls')
      expect([exitCode, stderr]).toEqual([0, ''])
      const names = stdout.split('\n').map((line) => line.split(' ').at(-1))
      expect(names).toEqual([
        'shop-of-the-company',
        'data-of-the-company',
        'logs-of-the-company',
        '',
      ])
    })

    test('a write is refused in every account, and the exit code says so', async () => {
      const { exitCode, stdout, stderr } = await inEachAccount(
        'aws',
        's3',
        'mb',
        's3://new-bucket-1',
      )
      expect(exitCode).toBe(1)
      for (const account of ['222222222222', '333333333333', '444444444444']) {
        expect(stdout + stderr).toContain(
          `User: arn:aws:sts::${account}:assumed-role/CrossAccountReadOnlyRole/inventory is not authorized to perform: s3:CreateBucket`,
        )
      }
    })

    test('the caller’s one managed policy and its two principals are what AWS’s own tools see', async () => {
      const arn = 'arn:aws:iam::111111111111:policy/CloudQueryCrossAccountReadOnlyAccess'
      const iam = (...args: readonly string[]): Promise<Outcome> =>
        run(['aws', 'iam', ...args, '--profile', 'hub-admin'])
      const [policies, entities, version] = await Promise.all([
        iam('list-policies', '--scope', 'Local', '--query', 'Policies[].Arn'),
        iam('list-entities-for-policy', '--policy-arn', arn),
        iam('get-policy-version', '--policy-arn', arn, '--version-id', 'v1'),
      ])
      expect(JSON.parse(policies.stdout)).toEqual([arn])
      expect(JSON.parse(entities.stdout)).toMatchObject({
        PolicyGroups: [],
        PolicyUsers: [{ UserName: 'inventory' }],
        PolicyRoles: [{ RoleName: 'inventory-runner' }],
      })
      const { Document } = JSON.parse(version.stdout).PolicyVersion
      expect(Document.Statement[0].Resource).toBe('arn:aws:iam::*:role/CrossAccountReadOnlyRole')
    })

    test('the fourth account has no such role, and says no more than AWS would', async () => {
      const role = ['--role-arn', 'arn:aws:iam::555555555555:role/CrossAccountReadOnlyRole']
      const session = ['--role-session-name', 'inventory', '--profile', 'inventory']
      const { stderr } = await run(['aws', 'sts', 'assume-role', ...role, ...session])
      expect(stderr.trim()).toBe(
        `An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::111111111111:user/inventory is not authorized to perform: sts:AssumeRole on resource: ${role[1]}`,
      )
    })
  },
)

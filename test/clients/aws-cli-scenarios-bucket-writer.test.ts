import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClientHome, createClientHome, whyNoAwsCli, withReason } from '../support/aws-cli.ts'
import type { Outcome } from '../support/run-stile.ts'
import { type RunningStile, startStile } from '../support/running-stile.ts'

const reason = whyNoAwsCli()
/** Each call of the CLI takes a second of a busy machine. */
const timeout = 120_000

describe.skipIf(reason !== undefined)(
  withReason('bucket-writer by the AWS CLI', reason),
  { timeout },
  () => {
    const bucket = 's3://cross-account-bucket'
    let home: ClientHome
    let demo: RunningStile
    beforeAll(async () => {
      demo = await startStile(['demo', 'bucket-writer', '--keep'])
      home = await createClientHome()
      await writeFile(home.file('test.txt'), 'written by the AWS CLI')
    })
    afterAll(async () => {
      await demo.stop()
      await home.remove()
    })

    function aws(...args: readonly string[]): Promise<Outcome> {
      return home.run(['aws', ...args], { environment: demo.environment })
    }

    test('profile roleb writes the file and reads it back', async () => {
      const put = await aws('s3', 'cp', 'test.txt', bucket, '--profile', 'roleb', '--no-progress')
      expect(put).toEqual({
        exitCode: 0,
        stdout: 'upload: ./test.txt to s3://cross-account-bucket/test.txt\n',
        stderr: '',
      })
      const file = `${bucket}/test.txt`
      const [got, acl] = await Promise.all([
        aws('s3', 'cp', file, 'back.txt', '--profile', 'roleb'),
        aws(...putAcl('cross-account-bucket')),
      ])
      expect([got.stderr, acl]).toEqual(['', { exitCode: 0, stdout: '', stderr: '' }])
      expect(await readFile(home.file('back.txt'), 'utf8')).toBe('written by the AWS CLI')
    })

    test('the same with [roleb] in the credentials file, and no endpoint but the profile’s', async () => {
      const keys = await Promise.all(
        ['aws_access_key_id', 'aws_secret_access_key', 'endpoint_url'].map(async (name) => {
          const { stdout } = await aws('configure', 'get', name, '--profile', 'accounta')
          return `${name} = ${stdout.trim()}`
        }),
      )
      const role = 'role_arn = arn:aws:iam::222222222222:role/role-in-accountb'
      const roleb = [
        '[roleb]',
        role,
        'source_profile = accounta',
        keys[2],
        'region = eu-west-1',
        '',
      ]
      await mkdir(home.file('.aws'), { recursive: true })
      await writeFile(home.file('.aws/credentials'), ['[accounta]', ...keys, ...roleb].join('\n'))
      const put = ['s3', 'cp', 'test.txt', `${bucket}/again.txt`, '--profile', 'roleb']
      expect(await home.run(['aws', ...put])).toMatchObject({ exitCode: 0, stderr: '' })
    })

    test('old tools that set an ACL work where ACLs are enabled, and only there', async () => {
      const upload = (to: string): Promise<Outcome> =>
        aws(...['s3', 'cp', 'test.txt', `${to}/acl.txt`, '--profile', 'roleb', ...ownerControl])
      const [enabled, disabled, changed] = await Promise.all([
        upload(bucket),
        upload('s3://default-bucket'),
        aws(...putAcl('default-bucket')),
      ])
      expect(enabled).toMatchObject({ exitCode: 0, stderr: '' })
      // AWS: this one ACL is let through on upload, for the sake of such tools, and does nothing.
      expect(disabled).toMatchObject({ exitCode: 0, stderr: '' })
      expect(changed.stderr).toContain(
        'An error occurred (AccessControlListNotSupported) when calling the PutObjectAcl operation: The bucket does not allow ACLs',
      )
    })

    test('the session may neither list nor delete, and is told so in the words of AWS', async () => {
      const [objects, buckets, removed] = await Promise.all([
        aws('s3', 'ls', bucket, '--profile', 'roleb'),
        aws('s3', 'ls', '--profile', 'roleb'),
        aws('s3', 'rm', `${bucket}/test.txt`, '--profile', 'roleb'),
      ])
      const because = (action: string): RegExp =>
        new RegExp(
          `\\(AccessDenied\\).* User: arn:aws:sts::222222222222:assumed-role/role-in-accountb/\\S+ is not authorized to perform: ${action} because no identity-based policy allows`,
        )
      expect([objects.exitCode, buckets.exitCode, removed.exitCode]).not.toContain(0)
      const onBucket = 's3:ListBucket on resource: "arn:aws:s3:::cross-account-bucket"'
      const onObject = 's3:DeleteObject on resource: "arn:aws:s3:::cross-account-bucket/test.txt"'
      expect(objects.stderr).toMatch(because(onBucket))
      expect(buckets.stderr).toMatch(because('s3:ListAllMyBuckets'))
      expect(removed.stderr + removed.stdout).toMatch(because(onObject))
    })

    test("accounta's own keys get into the bucket neither by name nor by listing", async () => {
      const outcomes = await Promise.all([
        aws('s3', 'cp', 'test.txt', bucket, '--profile', 'accounta'),
        aws('s3', 'cp', `${bucket}/test.txt`, '-', '--profile', 'accounta'),
        aws('s3', 'ls', bucket, '--profile', 'accounta'),
      ])
      for (const { exitCode, stderr } of outcomes) {
        expect(exitCode).not.toBe(0)
        // AWS tells callers of other accounts nothing: `Access Denied`, and `Forbidden` to a HEAD.
        expect(stderr).toMatch(
          /\(AccessDenied\) when calling the \w+ operation: Access Denied|\(403\) when calling the HeadObject operation: Forbidden/,
        )
      }
    })

    test('the CLI’s cached session of one embedded AWS is not used on the next', async () => {
      const next = await startStile(['demo', 'bucket-writer', '--keep'])
      try {
        const who = ['aws', 'sts', 'get-caller-identity', '--profile', 'roleb']
        const outcome = await home.run(who, { environment: next.environment })
        expect(outcome).toMatchObject({ exitCode: 0, stderr: '' })
        expect(outcome.stdout).toContain('assumed-role/role-in-accountb/')
      } finally {
        expect(await next.stop()).toBe(0)
      }
    })
  },
)

const ownerControl = ['--acl', 'bucket-owner-full-control'] as const

function putAcl(bucket: string): readonly string[] {
  const object = ['--bucket', bucket, '--key', 'test.txt']
  return ['s3api', 'put-object-acl', ...object, ...ownerControl, '--profile', 'roleb']
}

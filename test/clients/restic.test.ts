import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PutUserPolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ClientHome, createClientHome, withReason } from '../support/aws-cli.ts'
import type { Keys } from '../support/aws-under-test.ts'
import { whyNotInstalled } from '../support/installed.ts'
import type { Outcome } from '../support/run-stile.ts'
import { policyText, startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

const reason = whyNotInstalled('restic', 'version')

let world: TwoAccounts
let home: ClientHome

beforeAll(async () => {
  world = await startTwoAccounts()
  home = await createClientHome()
  await mkdir(home.file('data/sub'), { recursive: true })
  await writeFile(home.file('data/noise'), randomBytes(9 * 1024 * 1024))
  await writeFile(home.file('data/sub/small ü'), 'hello')
})
afterAll(() => Promise.all([world.stop(), home.remove()]))

type Restic = (...argv: readonly string[]) => Promise<Outcome>

/** restic with a repository in this bucket. */
function resticAs(keys: Keys, bucket: string): Restic {
  const environment = {
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    RESTIC_REPOSITORY: `s3:${world.aws.url}/${bucket}/backups`,
    RESTIC_PASSWORD: 'a password',
    RESTIC_CACHE_DIR: home.file('cache'),
  }
  return (...argv) => home.run(['restic', ...argv], { environment })
}

function s3As(credentials: Keys): S3Client {
  const { url: endpoint } = world.aws
  return new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true })
}

async function done(restic: Restic, ...argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await restic(...argv)
  expect([exitCode, stderr], argv.join(' ')).toEqual([0, ''])
  return stdout
}

async function expectRestored(restic: Restic, folder: string): Promise<void> {
  await done(restic, 'restore', 'latest', '--target', home.file(folder))
  for (const name of ['noise', 'sub/small ü']) {
    const [before, after] = await Promise.all(
      [join('data', name), join(folder, 'data', name)].map((path) => readFile(home.file(path))),
    )
    expect(after?.equals(before ?? Buffer.of(0)), name).toBe(true)
  }
}

test.skipIf(reason !== undefined)(
  withReason('restic backs up, checks every byte, restores, forgets and prunes', reason),
  async () => {
    const restic = resticAs(world.root(world.home), 'restic-own')
    await done(restic, 'init')
    await done(restic, 'backup', 'data')
    await writeFile(home.file('data/later'), 'later')
    await done(restic, 'backup', 'data')
    expect(JSON.parse(await done(restic, 'snapshots', '--json'))).toHaveLength(2)
    expect(await done(restic, 'check', '--read-data')).toContain('no errors were found')
    await expectRestored(restic, 'restored')
    await rm(home.file('data/later'))
    await done(restic, 'forget', '--keep-last', '1', '--prune')
    expect(JSON.parse(await done(restic, 'snapshots', '--json'))).toHaveLength(1)
    expect(await done(restic, 'check', '--read-data')).toContain('no errors were found')
    const stranger = { ...world.root(world.home), secretAccessKey: 'not the secret' }
    const refused = await resticAs(stranger, 'restic-own')('snapshots')
    expect(refused.exitCode).not.toBe(0)
    expect(refused.stderr).toContain('Access Denied')
  },
  180_000,
)

test.skipIf(reason !== undefined)(
  withReason('restic backs up to another account, which lets it add and not remove', reason),
  async () => {
    const Bucket = 'restic-vault'
    const user = await world.newUser(world.home, 'backup')
    const objects = `arn:aws:s3:::${Bucket}/backups`
    const rules = [
      { Action: ['s3:ListBucket', 's3:GetBucketLocation'], Resource: `arn:aws:s3:::${Bucket}` },
      { Action: ['s3:GetObject', 's3:PutObject'], Resource: `${objects}/*` },
      { Action: 's3:DeleteObject', Resource: `${objects}/locks/*` },
    ]
    const Principal = { AWS: `arn:aws:iam::${world.home}:user/backup` }
    const Statement = rules.map((rule) => ({ Effect: 'Allow', Principal, ...rule }))
    const s3 = s3As(world.root(world.other))
    await s3.send(new CreateBucketCommand({ Bucket }))
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    const restic = resticAs(user, Bucket)
    // The bucket's side alone is not enough across accounts.
    expect((await restic('init')).stderr).toContain('Access Denied')
    const own = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
    const given = { PolicyName: 'p', PolicyDocument: policyText(own) }
    const iam = world.iam(world.root(world.home))
    await iam.send(new PutUserPolicyCommand({ UserName: 'backup', ...given }))
    await done(restic, 'init')
    await done(restic, 'backup', 'data')
    await expectRestored(restic, 'restored-from-vault')
    // restic itself would try again for long.
    const [{ id }] = JSON.parse(await done(restic, 'snapshots', '--json'))
    const removal = new DeleteObjectCommand({ Bucket, Key: `backups/snapshots/${id}` })
    await expect(s3As(user).send(removal)).rejects.toMatchObject({ name: 'AccessDenied' })
    expect(JSON.parse(await done(restic, 'snapshots', '--json'))).toHaveLength(1)
  },
  180_000,
)

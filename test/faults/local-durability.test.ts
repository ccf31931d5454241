import { spawn, spawnSync } from 'node:child_process'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { IAM } from '@aws-sdk/client-iam'
import { S3 } from '@aws-sdk/client-s3'
import { STS } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '../../src/local/index.ts'

const accountId = '111111111111'
const seed = {
  accounts: [
    {
      id: accountId,
      users: [{ name: 'ana', managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }],
    },
  ],
}

let dataDirectory: string
const ends: (() => unknown)[] = []

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'stile-durability-'))
  ends.push(() => rm(dataDirectory, { recursive: true }))
})

afterEach(async () => {
  while (ends.length > 0) await ends.pop()?.()
})

async function start(directory = dataDirectory): Promise<LocalAws> {
  const local = await startLocalAws({ dataDirectory: directory, seed })
  ends.push(() => local.stop())
  return local
}

/** `stop` of a server that a test ends itself. */
async function stop(local: LocalAws): Promise<void> {
  ends.pop()
  await local.stop()
}

function clientsOf(local: LocalAws) {
  const settings = {
    endpoint: local.url,
    region: 'eu-west-1',
    credentials: local.userCredentials(accountId, 'ana'),
    maxAttempts: 1,
  }
  const s3 = new S3({ ...settings, forcePathStyle: true })
  const [iam, sts] = [new IAM(settings), new STS(settings)]
  ends.push(() => [s3, iam, sts].map((client) => client.destroy()))
  return { s3, iam, sts, release: () => ends.pop()?.() }
}

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }],
})

test('what was acknowledged, keys and sessions included, is there at the next start', async () => {
  const first = await start()
  const before = clientsOf(first)
  await before.iam.createRole({ RoleName: 'kept', AssumeRolePolicyDocument: trust })
  await before.s3.createBucket({ Bucket: 'kept' })
  await before.s3.putObject({ Bucket: 'kept', Key: 'small', Body: 'small' })
  await before.s3.putObject({ Bucket: 'kept', Key: 'large', Body: Buffer.alloc(200_000, 'x') })
  const RoleArn = `arn:aws:iam::${accountId}:role/kept`
  const { Credentials } = await before.sts.assumeRole({ RoleArn, RoleSessionName: 'before' })
  const keys = first.userCredentials(accountId, 'ana')
  before.release()
  await stop(first)

  const second = await start()
  expect(second.userCredentials(accountId, 'ana')).toEqual(keys)
  const { s3 } = clientsOf(second)
  const small = await s3.getObject({ Bucket: 'kept', Key: 'small' })
  expect(await small.Body?.transformToString()).toBe('small')
  const large = await s3.getObject({ Bucket: 'kept', Key: 'large' })
  expect(await large.Body?.transformToString()).toBe('x'.repeat(200_000))
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
  const session = new STS({
    endpoint: second.url,
    region: 'eu-west-1',
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    },
  })
  const { Arn } = await session.getCallerIdentity()
  session.destroy()
  expect(Arn).toBe(`arn:aws:sts::${accountId}:assumed-role/kept/before`)
})

test('a reset empties the directory too, and the seed comes back once', async () => {
  const first = await start()
  const { iam, s3, release } = clientsOf(first)
  await iam.createRole({ RoleName: 'gone', AssumeRolePolicyDocument: trust })
  await s3.createBucket({ Bucket: 'gone' })
  await s3.putObject({ Bucket: 'gone', Key: 'large', Body: Buffer.alloc(200_000) })
  release()
  first.reset()
  const keys = first.userCredentials(accountId, 'ana')
  await stop(first)
  const second = await start()
  expect(second.userCredentials(accountId, 'ana')).toEqual(keys)
  expect((await clientsOf(second).iam.listRoles({})).Roles).toEqual([])
  expect((await clientsOf(second).s3.listBuckets({})).Buckets).toEqual([])
})

test('a later start adds the accounts that the directory does not have, and changes no other', async () => {
  const first = await start()
  await clientsOf(first).iam.createUser({ UserName: 'ben' })
  ends.pop()?.()
  await stop(first)
  const added = { id: '222222222222', users: [{ name: 'cleo' }] }
  const second = await startLocalAws({
    dataDirectory,
    seed: { accounts: [...seed.accounts, added] },
  })
  ends.push(() => second.stop())
  expect(second.userCredentials('222222222222', 'cleo').accessKeyId).toMatch(/^AKIA/)
  const { Users = [] } = await clientsOf(second).iam.listUsers({})
  expect(Users.map(({ UserName }) => UserName)).toEqual(['ana', 'ben'])
})

test('a torn record is cut off and told; damage keeps it from starting and names the file', async () => {
  const first = await start()
  const { iam, release } = clientsOf(first)
  await iam.createUser({ UserName: 'ben' })
  await iam.createUser({ UserName: 'cleo' })
  release()
  await stop(first)
  const path = join(dataDirectory, 'log-1')
  const whole = await readFile(path)
  await appendFile(path, whole.subarray(0, 20))
  const second = await start()
  expect(second.notices).toEqual([expect.stringContaining(`\`${path}\`: cut off 20 bytes`)])
  await stop(second)
  const damaged = Buffer.from(whole)
  damaged[200] = (damaged[200] ?? 0) ^ 1
  await writeFile(path, damaged)
  await expect(start()).rejects.toMatchObject({
    code: 'damaged',
    message: expect.stringContaining(path),
  })
})

/** A disk of so many KiB; undefined where this process may not have one. */
async function mountDisk(sizeKiB: number): Promise<string | undefined> {
  const directory = join(dataDirectory, 'disk')
  await mkdtemp(`${directory}-`)
  spawnSync('mkdir', [directory])
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKiB}k`, 'tmpfs', directory])
  if (mount.status !== 0) return undefined
  ends.push(() => spawnSync('umount', [directory]))
  return join(directory, 'data')
}

test('on a full disk calls fail whole, reads go on, and so does it all when there is room', async ({
  skip,
}) => {
  const directory = await mountDisk(1024)
  if (directory === undefined) return skip('only root may mount a small disk')
  const local = await start(directory)
  const { iam, s3, release } = clientsOf(local)
  await s3.createBucket({ Bucket: 'full' })
  const roles: string[] = []
  const objects: string[] = []
  const refused = { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } }
  const putUntilFull = async (size: number) => {
    for (let at = 0; ; at += 1) {
      const Key = `${size}-${at}`
      await s3.putObject({ Bucket: 'full', Key, Body: Buffer.alloc(size, at) })
      objects.push(Key)
    }
  }
  await expect(putUntilFull(100_000)).rejects.toMatchObject(refused)
  await expect(putUntilFull(5_000)).rejects.toMatchObject(refused)
  const createUntilFull = async () => {
    for (let at = 0; ; at += 1) {
      await iam.createRole({ RoleName: `role-${at}`, AssumeRolePolicyDocument: trust })
      roles.push(`role-${at}`)
    }
  }
  await expect(createUntilFull()).rejects.toMatchObject(refused)
  expect(objects.length).toBeGreaterThan(5)
  const namesNow = async () => ({
    roles: (await iam.listRoles({})).Roles?.map(({ RoleName }) => RoleName),
    objects: (await s3.listObjectsV2({ Bucket: 'full' })).Contents?.map(({ Key }) => Key),
  })
  expect(await namesNow()).toEqual({
    roles: roles.length === 0 ? [] : [...roles].sort(),
    objects: [...objects].sort(),
  })
  spawnSync('mount', ['-o', 'remount,size=4096k', join(dataDirectory, 'disk')])
  await iam.createRole({ RoleName: 'room', AssumeRolePolicyDocument: trust })
  await s3.putObject({ Bucket: 'full', Key: 'room', Body: Buffer.alloc(100_000) })
  const before = await namesNow()
  release()
  await stop(local)
  const again = await start(directory)
  expect(again.notices).toEqual([])
  const { iam: later, s3: laterS3 } = clientsOf(again)
  expect((await later.listRoles({})).Roles?.map(({ RoleName }) => RoleName)).toEqual(before.roles)
  for (const Key of before.objects ?? []) {
    const found = await laterS3.getObject({ Bucket: 'full', Key })
    expect((await found.Body?.transformToByteArray())?.length).toBe(found.ContentLength)
  }
})

test('killed 50 times at any instant, it loses nothing and leaves nothing half done', async () => {
  const script = fileURLToPath(new URL('../../scripts/soak.js', import.meta.url))
  const args = [script, '--kills', '50', '--seed', '20', '--fill', '100', '--clients', '4']
  const child = spawn(process.execPath, ['--no-warnings', ...args])
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      printed += text
    })
  }
  const exitCode = await new Promise((resolve) => child.once('close', resolve))
  expect(printed).toContain('50 kills, nothing lost, nothing half applied')
  expect(exitCode).toBe(0)
}, 240_000)

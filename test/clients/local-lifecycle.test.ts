import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import type { Signed } from '../support/sign-any.ts'
import { renderRequest, sendBytes, signHeader } from '../support/sign-any.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let s3: S3Client
let ana: Keys
let directory: string
const Bucket = 'lifecycle'

const everything = policyText({ Effect: 'Allow', Action: '*', Resource: '*' })

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stile-lifecycle-'))
  vi.stubEnv('TMPDIR', directory)
  world = await startTwoAccounts()
  vi.unstubAllEnvs()
  const credentials = world.root(world.home)
  const settings = { endpoint: world.aws.url, region: 'us-east-1', forcePathStyle: true }
  s3 = new S3Client({ ...settings, credentials, maxAttempts: 1 })
  await s3.send(new CreateBucketCommand({ Bucket }))
  ana = await world.newUser(world.home, 'ana')
  const policy = { UserName: 'ana', PolicyName: 'all', PolicyDocument: everything }
  await world.iam(credentials).send(new PutUserPolicyCommand(policy))
})
afterAll(async () => {
  await world.stop()
  await rm(directory, { recursive: true })
})

async function makeRole(RoleName: string, trust: object = {}): Promise<string> {
  const iam = world.iam(world.root(world.home))
  const principal = { Effect: 'Allow', Principal: { AWS: world.home }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = policyText({ ...principal, ...trust })
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const policy = { RoleName, PolicyName: 'all', PolicyDocument: everything }
  await iam.send(new PutRolePolicyCommand(policy))
  return `arn:aws:iam::${world.home}:role/${RoleName}`
}

async function removeRole(RoleName: string): Promise<void> {
  const iam = world.iam(world.root(world.home))
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'all' }))
  await iam.send(new DeleteRoleCommand({ RoleName }))
}

describe('an upload that takes its time', () => {
  /** Sends the head and half of the body; the promise gives the rest of the conversation. */
  async function begin(keys: Keys, key: string): Promise<Pending> {
    const headers = {
      host: `127.0.0.1:${world.aws.port}`,
      'content-length': '4',
      expect: '100-continue',
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    }
    const request = { service: 's3', method: 'PUT', path: `/${Bucket}/${key}`, headers }
    const socket = connect({ port: world.aws.port, host: '127.0.0.1' })
    socket.write(renderRequest(signHeader(keys, request, world.nowMs())))
    // The server asks for the body once it has proved the head.
    await new Promise((resolve) => socket.once('data', resolve))
    socket.write('ab')
    return { socket, finish: () => finish(socket) }
  }

  interface Pending {
    readonly socket: Socket
    readonly finish: () => Promise<string>
  }

  function finish(socket: Socket): Promise<string> {
    return new Promise((resolve) => {
      const pieces: string[] = []
      socket.on('data', (piece) => pieces.push(piece.toString('latin1')))
      socket.on('close', () => resolve(pieces.join('')))
      socket.write('cd')
    })
  }

  test('is taken', async () => {
    const upload = await begin(ana, 'taken')
    expect(await upload.finish()).toContain('200 OK')
  })

  test('gets nothing from a role of the same name that is made meanwhile', async () => {
    const RoleArn = await makeRole('slow')
    const upload = await begin(await world.assume(ana, { RoleArn }), 'slow')
    await removeRole('slow')
    await makeRole('slow')
    expect(await upload.finish()).toContain('<Code>InvalidToken</Code>')
    const head = s3.send(new HeadObjectCommand({ Bucket, Key: 'slow' }))
    await expect(head).rejects.toMatchObject({ name: 'NotFound' })
  })

  test('gets nothing from a key that is shut meanwhile', async () => {
    const upload = await begin(ana, 'shut')
    const iam = world.iam(world.root(world.home))
    const key = { UserName: 'ana', AccessKeyId: ana.accessKeyId }
    await iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Inactive' }))
    const answer = await upload.finish()
    await iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Active' }))
    expect(answer).toContain('<Code>InvalidAccessKeyId</Code>')
  })

  test('leaves nothing behind when its client goes, and no stack in the events', async () => {
    const before = blobCount()
    expect(before).toBeGreaterThan(0)
    const uploads = await Promise.all(
      Array.from({ length: 10 }, (_, at) => begin(ana, `left-${at}`)),
    )
    for (const { socket } of uploads) socket.destroy()
    await expect
      .poll(() =>
        world.aws
          .events()
          .slice(-10)
          .map((event) => event.errorCode),
      )
      .toEqual(Array.from({ length: 10 }, () => 'IncompleteBody'))
    expect(blobCount()).toBe(before)
    expect(JSON.stringify(world.aws.events())).not.toMatch(/node:|\.ts:\d/)
  })

  test('ends with the server', async () => {
    const other = await startTwoAccounts()
    const socket = connect({ port: other.aws.port, host: '127.0.0.1' })
    socket.on('error', () => undefined)
    const isClosed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(`PUT /b/k HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\n\r\nab`)
    await new Promise((resolve) => socket.once('connect', resolve))
    await other.stop()
    await isClosed
  })
})

/** Files of this server's uploads and objects. */
function blobCount(): number {
  return readdirSync(directory, { recursive: true }).length
}

describe('a form', () => {
  const post = (body: string): Signed => {
    const headers = {
      host: `127.0.0.1:${world.aws.port}`,
      'content-length': String(body.length),
      'content-type': 'application/x-www-form-urlencoded',
    }
    const request = { service: 'sts', method: 'POST', path: '/', headers, body }
    return signHeader(ana, request, world.nowMs())
  }

  test('that is too long is told so', async () => {
    const bytes = renderRequest(post(`Action=GetCallerIdentity&X=${'x'.repeat(3_000_000)}`))
    const { status, text } = await sendBytes(world.aws.port, bytes)
    expect([status, /<Code>(\w+)/.exec(text)?.[1]]).toEqual([413, 'RequestEntityTooLarge'])
  })

  test('that breaks off is nothing', async () => {
    const whole = renderRequest(post('Action=GetCallerIdentity&Version=2011-06-15'))
    const socket = connect({ port: world.aws.port, host: '127.0.0.1' })
    socket.write(whole.subarray(0, whole.length - 4), () => socket.destroy())
    const latest = () => world.aws.events().at(-1)
    await expect
      .poll(() => [latest()?.service, latest()?.errorCode])
      .toEqual(['sts', 'IncompleteBody'])
  })

  test('by ten thousand callers is answered ten thousand times', async () => {
    const whole = renderRequest(post('Action=GetCallerIdentity&Version=2011-06-15')).toString(
      'latin1',
    )
    const kept = Buffer.from(whole.replace('connection: close\r\n', ''), 'latin1')
    const connections = Array.from({ length: 100 }, () => answersTo(kept, 100))
    const statuses = (await Promise.all(connections)).flat()
    expect(statuses.length).toBe(10_000)
    expect(statuses.filter((status) => status !== '200')).toEqual([])
  })
})

/** Sends the same bytes over one connection, all at once, and waits for as many answers. */
function answersTo(bytes: Buffer, count: number): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: world.aws.port, host: '127.0.0.1' })
    const statuses: string[] = []
    let rest = ''
    socket.on('error', reject)
    socket.on('data', (piece) => {
      rest += piece.toString('latin1')
      statuses.push(...[...rest.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status))
      rest = rest.slice(-12)
      if (statuses.length < count) return
      socket.destroy()
      resolve(statuses)
    })
    socket.write(Buffer.concat(Array.from({ length: count }, () => bytes)))
  })
}

test('transitive tags go on only where passing them is allowed', async () => {
  const both = { Action: ['sts:AssumeRole', 'sts:TagSession'] }
  const RoleArn = await makeRole('tag-first', both)
  const Tags = [{ Key: 'team', Value: 'red' }]
  const session = await world.assume(ana, { RoleArn, Tags, TransitiveTagKeys: ['team'] })
  const closed = await makeRole('tag-closed')
  await expect(world.assume(session, { RoleArn: closed })).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('sts:TagSession'),
  })
  const of = (team: string) => ({ StringEquals: { 'aws:RequestTag/team': team } })
  const red = await makeRole('tag-red', { ...both, Condition: of('red') })
  const blue = await makeRole('tag-blue', { ...both, Condition: of('blue') })
  await world.assume(session, { RoleArn: red })
  await expect(world.assume(session, { RoleArn: blue })).rejects.toMatchObject({
    name: 'AccessDenied',
  })
  const plain = await world.assume(ana, { RoleArn, Tags })
  await world.assume(plain, { RoleArn: closed })
})

test('DeleteObjects deletes only what is still as the caller saw it', async () => {
  const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'seen', Body: 'one' }))
  await s3.send(new PutObjectCommand({ Bucket, Key: 'seen', Body: 'two' }))
  const Objects = [{ Key: 'seen', ETag: put.ETag }]
  const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  expect(answer.Deleted).toBe(undefined)
  expect(answer.Errors).toMatchObject([{ Key: 'seen', Code: 'PreconditionFailed' }])
  await s3.send(new HeadObjectCommand({ Bucket, Key: 'seen' }))
  const sized = { Objects: [{ Key: 'seen', Size: 1 }] }
  await expect(s3.send(new DeleteObjectsCommand({ Bucket, Delete: sized }))).rejects.toMatchObject({
    name: 'NotImplemented',
  })
})

test('strangers cannot give an object other headers, and nobody gives it broken ones', async () => {
  const open = 'lifecycle-open'
  await s3.send(new CreateBucketCommand({ Bucket: open }))
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket: open }))
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }
  const Policy = policyText({ ...statement, Resource: `arn:aws:s3:::${open}/*` })
  await s3.send(new PutBucketPolicyCommand({ Bucket: open, Policy }))
  await s3.send(new PutObjectCommand({ Bucket: open, Key: 'page', Body: 'page' }))
  const host = `127.0.0.1:${world.aws.port}`
  const get = { method: 'GET', headers: [['host', host]] as const, body: '' }
  const path = `/${open}/page`
  const { port } = world.aws
  const plain = await sendBytes(port, renderRequest({ ...get, target: path }))
  expect(plain.status).toBe(200)
  const target = `${path}?response-content-type=text%2Fhtml`
  const odd = await sendBytes(port, renderRequest({ ...get, target }))
  expect(odd.text).toContain('cannot be used for anonymous GET requests')
  const request = { service: 's3', method: 'GET', path, headers: { host } }
  const query = 'response-cache-control=a%0D%0Ab'
  const signed = signHeader(world.root(world.home), { ...request, query }, world.nowMs())
  const split = await sendBytes(port, renderRequest(signed))
  expect(split.text).toContain('<Code>InvalidArgument</Code>')
})

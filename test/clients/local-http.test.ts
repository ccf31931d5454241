import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startLocalAws } from '../../src/local/index.ts'
import type { Keys } from '../support/aws-under-test.ts'
import { basicTime } from '../support/sign-any.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { sendRaw, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
beforeAll(async () => {
  world = await startTwoAccounts()
})
afterAll(() => world.stop())

const ownHost = (): string => `127.0.0.1:${world.aws.port}`

test.each(['evil.example', '10.0.0.1', '127.0.0.1.evil.example', 'localhost.evil.example', ''])(
  'the host %s is not this server',
  async (host) => {
    const answer = await sendRaw(world.aws, { method: 'GET', path: '/', headers: { host } })
    expect(answer.status).toBe(421)
  },
)

test.each(['localhost', 'LOCALHOST', '[::1]', 'bucket.localhost', 'bucket.s3.localhost'])(
  'the host %s is',
  async (name) => {
    const host = `${name}:${world.aws.port}`
    const answer = await sendRaw(world.aws, { method: 'GET', path: '/', headers: { host } })
    expect(answer.status).not.toBe(421)
  },
)

test('a page of another origin gets no leave to read', async () => {
  const headers = {
    host: ownHost(),
    origin: 'https://evil.example',
    'access-control-request-method': 'PUT',
  }
  for (const method of ['OPTIONS', 'GET']) {
    const answer = await sendRaw(world.aws, { method, path: '/bucket/key', headers })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    const allowing = Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))
    expect(allowing).toEqual([])
  }
})

test('an unsigned call of a service other than S3 lacks its token', async () => {
  const answer = await sendRaw(world.aws, {
    method: 'POST',
    path: '/',
    headers: { host: ownHost(), 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  })
  expect(answer.status).toBe(403)
  expect(answer.body).toContain('<Code>MissingAuthenticationToken</Code>')
  const json = await sendRaw(world.aws, {
    method: 'POST',
    path: '/',
    headers: {
      host: ownHost(),
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories',
    },
    body: '{}',
  })
  expect(json.status).toBe(400)
  expect(JSON.parse(json.body)).toMatchObject({ __type: 'MissingAuthenticationTokenException' })
})

test('a service that is not built says so', async () => {
  const answer = await sendRaw(world.aws, {
    method: 'POST',
    path: '/',
    headers: { host: ownHost(), 'x-amz-target': 'DynamoDB_20120810.ListTables' },
    body: '{}',
  })
  expect(answer.status).toBe(501)
  expect(JSON.parse(answer.body)).toMatchObject({ __type: 'NotImplemented' })
})

test.each([
  ['is cut off', (keys: Keys) => keys.accessKeyId, 413],
  ['is not read where nobody has the key', () => 'AKIAUNKNOWN', 403],
] as const)('a body over the limit %s', async (_name, keyOf, status) => {
  const now = basicTime(world.nowMs())
  const keyId = keyOf(world.root(world.home))
  const scope = `${keyId}/${now.slice(0, 8)}/us-east-1/sts/aws4_request`
  const answer = await sendRaw(world.aws, {
    method: 'POST',
    path: '/',
    headers: {
      host: ownHost(),
      'content-type': 'application/x-www-form-urlencoded',
      'x-amz-date': now,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00`,
    },
    body: 'a'.repeat(1024 * 1024 + 1),
  })
  expect(answer.status).toBe(status)
})

test('stopping ends connections that are open', async () => {
  const aws = await startLocalAws()
  const socket = connect(aws.port, '127.0.0.1')
  const ended = new Promise((resolve) => socket.once('close', resolve))
  await new Promise((resolve) => socket.once('connect', resolve))
  await aws.stop()
  await ended
})

test('a port that is taken is an error, and a bad account too', async () => {
  await expect(startLocalAws({ port: world.aws.port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
  const seed = { accounts: [{ id: '123' }] }
  await expect(startLocalAws({ seed })).rejects.toThrow('`123`')
  expect(() => world.aws.addAccount({ id: world.home })).toThrow(world.home)
  expect(() => world.aws.rootCredentials('333333333333')).toThrow('333333333333')
})

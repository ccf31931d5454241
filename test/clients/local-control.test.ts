import { CreateRoleCommand, CreateUserCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '../../src/local/index.ts'
import { iamClient, stsClient } from '../support/local-clients.ts'

const administrators = { managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }
const ana = { accessKeyId: 'ana', secretAccessKey: 'any text at all' }
const seed = {
  accounts: [
    { id: '111111111111', name: 'build', users: [{ name: 'ana', keys: [ana], ...administrators }] },
    { id: '222222222222', name: 'target' },
  ],
}

let aws: LocalAws
beforeEach(async () => {
  aws = await startLocalAws({ seed })
})
afterEach(() => aws.stop())

interface Answer {
  readonly status: number
  readonly body: Body
}

/** What the answers have between them. */
interface Body {
  readonly accounts: readonly { readonly counts: object }[]
  readonly decisions: readonly object[]
  readonly events: readonly object[]
  readonly requestId: string
  readonly last: number
}

async function control(
  path: string,
  {
    headers = {},
    ...rest
  }: { method?: string; headers?: Record<string, string>; body?: object } = {},
): Promise<Answer> {
  const response = await fetch(`${aws.url}/_stile/${path}`, {
    method: rest.method ?? (rest.body === undefined ? 'GET' : 'POST'),
    headers: { authorization: `Bearer ${aws.controlToken}`, ...headers },
    ...(rest.body === undefined ? {} : { body: JSON.stringify(rest.body) }),
  })
  return { status: response.status, body: (await response.json()) as Body }
}

test.each(['reset', 'state', 'clock', 'credentials', 'events', 'why', 'nothing', '__proto__'])(
  '%s takes the control token',
  async (path) => {
    const headers = { authorization: 'Bearer wrong' }
    expect(await control(path, { headers })).toMatchObject({ status: 401 })
    expect(await control(path, { headers, method: 'POST' })).toMatchObject({ status: 401 })
  },
)

test('no page in a browser gets in, not even with the token', async () => {
  for (const origin of ['null', 'http://localhost', aws.url]) {
    const answer = await control('reset', { method: 'POST', headers: { origin } })
    expect(answer.status).toBe(403)
  }
  const preflight = await fetch(`${aws.url}/_stile/reset`, { method: 'OPTIONS' })
  expect(preflight.status).toBe(401)
  expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
})

test('methods and paths that are not there are refused', async () => {
  expect(await control('reset')).toMatchObject({ status: 405 })
  expect(await control('state', { method: 'POST' })).toMatchObject({ status: 405 })
  for (const path of ['', 'toString', '__proto__', 'state/']) {
    expect(await control(path)).toMatchObject({ status: 404 })
  }
})

test('the state tells accounts and counts, and no secret', async () => {
  await iamClient(aws, { ...ana }).send(new CreateUserCommand({ UserName: 'ben' }))
  const { body } = await control('state')
  expect(body.accounts).toEqual([
    {
      id: '111111111111',
      name: 'build',
      userNames: ['ana', 'ben'],
      counts: { users: 2, groups: 0, roles: 0, policies: 0, buckets: 0 },
    },
    {
      id: '222222222222',
      name: 'target',
      userNames: [],
      counts: { users: 0, groups: 0, roles: 0, policies: 0, buckets: 0 },
    },
  ])
  expect(JSON.stringify(body)).not.toContain(ana.secretAccessKey)
})

test('a reset goes back to the seed, with its keys, and no session of before is worth anything', async () => {
  const iam = iamClient(aws, { ...ana })
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111111111111:user/ana' },
        Action: 'sts:AssumeRole',
      },
    ],
  }
  const role = { RoleName: 'deploy', AssumeRolePolicyDocument: JSON.stringify(trust) }
  await iam.send(new CreateRoleCommand(role))
  const RoleArn = 'arn:aws:iam::111111111111:role/deploy'
  const assume = () =>
    stsClient(aws, { ...ana }).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }))
  const session = (await assume()).Credentials
  const before = {
    accessKeyId: session?.AccessKeyId ?? '',
    secretAccessKey: session?.SecretAccessKey ?? '',
    sessionToken: session?.SessionToken ?? '',
  }
  await stsClient(aws, before).send(new GetCallerIdentityCommand({}))
  const root = aws.rootCredentials('222222222222')

  const { status, body } = await control('reset', { method: 'POST' })
  expect(status).toBe(200)
  expect(body.accounts[0]?.counts).toMatchObject({ users: 1, roles: 0 })
  await expect(assume()).rejects.toMatchObject({ name: 'AccessDenied' })
  // The role is there again, but the session was sealed with a key that is gone.
  await iam.send(new CreateRoleCommand(role))
  const identity = stsClient(aws, before).send(new GetCallerIdentityCommand({}))
  await expect(identity).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  expect(aws.rootCredentials('222222222222')).toEqual(root)
  await iamClient(aws, { ...root }).send(new ListUsersCommand({}))
})

test('the clock can be set, and clients still sign by the real time', async () => {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'sts:AssumeRole' }],
  }
  const role = { RoleName: 'deploy', AssumeRolePolicyDocument: JSON.stringify(trust) }
  await iamClient(aws, { ...ana }).send(new CreateRoleCommand(role))
  const { Credentials: session } = await stsClient(aws, { ...ana }).send(
    new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::111111111111:role/deploy',
      RoleSessionName: 'test',
    }),
  )
  const sts = stsClient(aws, {
    accessKeyId: session?.AccessKeyId ?? '',
    secretAccessKey: session?.SecretAccessKey ?? '',
    sessionToken: session?.SessionToken ?? '',
  })
  const answer = await control('clock', { body: { offsetSeconds: 3599 - 60 } })
  expect(answer).toMatchObject({ status: 200, body: { offsetSeconds: 3539 } })
  await sts.send(new GetCallerIdentityCommand({}))
  await control('clock', { body: { now: new Date(Date.now() + 7_200_000).toISOString() } })
  const late = sts.send(new GetCallerIdentityCommand({}))
  await expect(late).rejects.toMatchObject({ name: 'ExpiredToken' })
  await stsClient(aws, { ...ana }).send(new GetCallerIdentityCommand({}))
})

test.each([
  {},
  { offsetSeconds: '1' },
  { now: 'soon' },
  { now: '2030-01-01T00:00:00Z', offsetSeconds: 1 },
  { offsetSeconds: 1e12 },
])('the clock refuses %j', async (body) => {
  expect(await control('clock', { body })).toMatchObject({ status: 400 })
})

test('keys of users and root users are given to whoever has the token', async () => {
  const found = await control('credentials?account=build&user=ana')
  expect(found).toMatchObject({ status: 200, body: { ...ana, accountId: '111111111111' } })
  const root = await control('credentials?account=222222222222')
  expect(root.body).toMatchObject(aws.rootCredentials('222222222222'))
  expect(await control('credentials?account=none')).toMatchObject({ status: 404 })
  expect(await control('credentials?account=build&user=none')).toMatchObject({ status: 404 })
})

test('why tells the last denial with the smallest change', async () => {
  expect(await control('why')).toMatchObject({ status: 404 })
  const root = aws.rootCredentials('111111111111')
  await iamClient(aws, root).send(new ListUsersCommand({}))
  const RoleArn = 'arn:aws:iam::222222222222:role/deploy'
  const assume = stsClient(aws, { ...ana }).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }),
  )
  await expect(assume).rejects.toMatchObject({ name: 'AccessDenied' })
  await iamClient(aws, root).send(new ListUsersCommand({}))
  const { body } = await control('why')
  expect(body).toMatchObject({ operation: 'AssumeRole', errorCode: 'AccessDenied' })
  expect(body.decisions.at(-1)).toMatchObject({
    explanation: { decision: { kind: 'implicitDeny' } },
    flip: { kind: expect.any(String) },
  })
  expect(await control(`why?requestId=${body.requestId}`)).toMatchObject({ body })
  expect(await control('why?requestId=none')).toMatchObject({ status: 404 })
})

test('events come when there are some, and whoever waits is not kept when the server stops', async () => {
  const { body: start } = await control('events')
  expect(start).toEqual({ events: [], last: 0 })
  const waiting = control(`events?after=${start.last}&waitSeconds=30`)
  await stsClient(aws, { ...ana }).send(new GetCallerIdentityCommand({}))
  const { body } = await waiting
  expect(body.events).toMatchObject([
    { number: 1, service: 'sts', operation: 'GetCallerIdentity', status: 200 },
  ])
  expect(await control('events?after=x')).toMatchObject({ status: 400 })
  const kept = fetch(`${aws.url}/_stile/events?after=1&waitSeconds=30`, {
    headers: { authorization: `Bearer ${aws.controlToken}` },
  }).then(
    () => 'answered',
    () => 'ended',
  )
  await control('state')
  await aws.stop()
  expect(await kept).toMatch(/answered|ended/)
  aws = await startLocalAws()
})

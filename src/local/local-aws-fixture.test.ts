import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startLocalAws } from './local-aws.ts'
import { localAwsFixture } from './local-aws-fixture.ts'

const managedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess']
const fixture = localAwsFixture({
  region: 'eu-west-1',
  seed: {
    accounts: [
      { id: '111111111111', name: 'build', users: [{ name: 'ana', managedPolicyArns }] },
      { id: '222222222222', name: 'target' },
    ],
  },
})
beforeAll(fixture.start)
afterEach(fixture.reset)
afterAll(fixture.stop)

let iam: IAMClient
beforeAll(() => {
  iam = new IAMClient(fixture.settings('build'))
})

test.each(['first', 'second'])('the %s test finds the seed and nothing else', async () => {
  await iam.send(new CreateUserCommand({ UserName: 'ben' }))
  const { Users: users = [] } = await iam.send(new ListUsersCommand({}))
  expect(users.map(({ UserName }) => UserName)).toEqual(['ana', 'ben'])
  fixture.aws().setClockOffset(3_600_000)
})

test('settings are of a user, or of the root user where there is none', async () => {
  const { credentials, endpoint, region } = fixture.settings('target')
  expect(credentials).toEqual(fixture.aws().rootCredentials('222222222222'))
  expect([endpoint, region]).toEqual([fixture.aws().url, 'eu-west-1'])
  expect(fixture.settings('111111111111', 'ana')).toEqual(fixture.settings('build'))
  expect(() => fixture.settings('build', 'eve')).toThrow('no user `eve`')
})

test('a fixture that is not started says so, and any number run side by side', async () => {
  const others = [localAwsFixture(), localAwsFixture(), localAwsFixture()]
  expect(() => others[0]?.settings('build')).toThrow('not started')
  await Promise.all(others.map((other) => other.start()))
  const ports = new Set(others.map((other) => other.aws().port))
  expect(ports.size).toBe(3)
  await expect(others[0]?.start()).rejects.toThrow('started already')
  await Promise.all(others.map((other) => other.stop()))
  await others[0]?.stop()
})

test('a fixture ends with its block, also one that is still starting, and can be started again', async () => {
  const other = localAwsFixture()
  let url: string
  {
    await using aws = await other.start()
    url = aws.aws().url
    expect((await fetch(url)).status).toBe(403)
  }
  await expect(fetch(url)).rejects.toThrow()
  const starting = other.start()
  await other.stop()
  await starting
  expect(() => other.aws()).toThrow('not started')
  await using aws = await other.start()
  expect((await fetch(aws.aws().url)).status).toBe(403)
})

test('a fixture whose seed is no good can be asked again', async () => {
  const bad = localAwsFixture({ seed: { accounts: [{ id: 'one' }] } })
  await expect(bad.start()).rejects.toThrow('one')
  await expect(bad.start()).rejects.toThrow('one')
  await bad.stop()
})

test('a server ends with its block as well', async () => {
  let url: string
  {
    await using aws = await startLocalAws()
    url = aws.url
    expect((await fetch(url)).status).toBe(403)
  }
  await expect(fetch(url)).rejects.toThrow()
})

import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateRoleCommand,
  DeleteUserPolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTwoAccounts, type TwoAccounts } from '../../test/support/two-accounts.ts'
import { noFaults } from '../local/index.ts'
import { openSessionCache } from './cache/session-cache.ts'
import { type ObtainTools, obtainSession } from './obtain-session.ts'
import type { RoleHop, SessionPlan } from './session-plan.ts'

let world: TwoAccounts
let isUp: boolean
let home: string
let environment: Record<string, string>

beforeEach(async () => {
  world = await startTwoAccounts()
  isUp = true
  home = await mkdtemp(join(tmpdir(), 'stile-session-'))
  await mkdir(join(home, '.aws'))
  const ana = await world.newUser(world.home, 'ana')
  await writeProfiles(
    `[profile ana]\naws_access_key_id = ${ana.accessKeyId}\naws_secret_access_key = ${ana.secretAccessKey}\n`,
  )
  environment = { HOME: home, AWS_EC2_METADATA_DISABLED: 'true' }
  const root = iamOf(world.home)
  await root.send(
    new PutUserPolicyCommand({ UserName: 'ana', PolicyName: 'assume', PolicyDocument: mayAssume }),
  )
  await addRole(world.other, 'reader', `arn:aws:iam::${world.home}:user/ana`)
  await addRole(world.other, 'deeper', `arn:aws:iam::${world.other}:role/reader`)
})
afterEach(async () => {
  if (isUp) await world.stop()
  await rm(home, { recursive: true })
})

const mayAssume = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
})

function iamOf(accountId: string): IAMClient {
  return world.iam(world.root(accountId))
}

async function addRole(accountId: string, name: string, trusted: string): Promise<void> {
  const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: trusted } }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  const iam = iamOf(accountId)
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }))
  await iam.send(
    new PutRolePolicyCommand({ RoleName: name, PolicyName: 'assume', PolicyDocument: mayAssume }),
  )
}

function writeProfiles(config: string): Promise<void> {
  return writeFile(join(home, '.aws/config'), config)
}

function planOf(hops: readonly RoleHop[], profile = 'ana'): SessionPlan {
  const endpoint = { region: 'eu-west-1', endpointUrl: world.aws.url }
  return { name: 'reader', source: { kind: 'profile', profile }, hops, endpoint }
}

function tools(more: Partial<ObtainTools> = {}): ObtainTools {
  return { environment, nowMs: world.nowMs, cache: openSessionCache(environment), ...more }
}

const reader: RoleHop = { roleArn: 'arn:aws:iam::222222222222:role/reader' }
const deeper: RoleHop = { roleArn: 'arn:aws:iam::222222222222:role/deeper' }

function assumptions(): number {
  return world.aws.events().filter((event) => event.operation === 'AssumeRole').length
}

test('a session is got once and kept in a file of its own, for its owner alone', async () => {
  const first = await obtainSession(planOf([reader]), tools())
  expect(first).toMatchObject({
    kind: 'session',
    from: 'sts',
    session: { arn: 'arn:aws:sts::222222222222:assumed-role/reader/ana' },
  })
  expect(await obtainSession(planOf([reader]), tools())).toMatchObject({ from: 'kept' })
  expect(assumptions()).toBe(1)
  const { directory } = openSessionCache(environment)
  const [file = ''] = await readdir(directory)
  expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600)
  expect((await stat(directory)).mode & 0o777).toBe(0o700)
})

test('twenty that want the same session at once make one call', async () => {
  const all = Array.from({ length: 20 }, () => obtainSession(planOf([reader]), tools()))
  const outcomes = await Promise.all(all)
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['session']))
  expect(assumptions()).toBe(1)
})

test('a kept session with less time than is asked for is renewed', async () => {
  await obtainSession(planOf([reader]), tools())
  const enough = await obtainSession(planOf([reader]), tools({ minimumLeftMs: 16 * 60_000 }))
  expect(enough).toMatchObject({ from: 'kept' })
  world.passSeconds(45 * 60)
  const late = await obtainSession(planOf([reader]), tools({ minimumLeftMs: 16 * 60_000 }))
  expect(late).toMatchObject({ from: 'sts' })
})

test.each([
  ['is not there', stopSts],
  ['fails', async () => world.aws.setFaults({ ...noFaults, error: 1 })],
  ['throttles', async () => world.aws.setFaults({ ...noFaults, throttle: 1 })],
])('where STS %s a kept session serves to its end, and no longer', async (_, breakDown) => {
  const before = await obtainSession(planOf([reader]), tools())
  world.passSeconds(50 * 60)
  await breakDown()
  const late = () => obtainSession(planOf([reader]), tools({ minimumLeftMs: 16 * 60_000 }))
  expect(await late()).toEqual({ ...before, from: 'kept' })
  world.passSeconds(11 * 60)
  const after = await late().catch((error: unknown) => error)
  expect(after).not.toHaveProperty('session')
})

async function stopSts(): Promise<void> {
  await world.stop()
  isUp = false
}

test('a session that is refused is not gone on with', async () => {
  await obtainSession(planOf([reader]), tools())
  world.passSeconds(50 * 60)
  const user = { UserName: 'ana', PolicyName: 'assume' }
  await iamOf(world.home).send(new DeleteUserPolicyCommand(user))
  const late = await obtainSession(planOf([reader]), tools({ minimumLeftMs: 16 * 60_000 }))
  expect(late).toMatchObject({ kind: 'denied' })
})

test('another key of the same profile gets a session of its own', async () => {
  await obtainSession(planOf([reader]), tools())
  const bob = await world.newUser(world.home, 'bob')
  await writeProfiles(
    `[profile ana]\naws_access_key_id = ${bob.accessKeyId}\naws_secret_access_key = ${bob.secretAccessKey}\n`,
  )
  expect(await obtainSession(planOf([reader]), tools())).toMatchObject({
    kind: 'denied',
    code: 'AccessDenied',
    step: expect.stringContaining('user/bob may not assume'),
  })
})

test('a chain goes through kept sessions of its steps and is cut to an hour', async () => {
  const wanted = { ...deeper, durationSeconds: 7200 }
  const outcome = await obtainSession(planOf([reader, wanted]), tools())
  expect(outcome).toMatchObject({
    session: { arn: 'arn:aws:sts::222222222222:assumed-role/deeper/ana' },
  })
  expect(await obtainSession(planOf([reader]), tools())).toMatchObject({ from: 'kept' })
  expect(assumptions()).toBe(2)
})

test('a profile that assumes a role is a hop like any other', async () => {
  const { accessKeyId, secretAccessKey } = await world.newUser(world.home, 'carl')
  await iamOf(world.home).send(
    new PutUserPolicyCommand({ UserName: 'carl', PolicyName: 'a', PolicyDocument: mayAssume }),
  )
  await addRole(world.other, 'door', `arn:aws:iam::${world.home}:user/carl`)
  await writeProfiles(
    `[profile carl]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n
[profile door]\nrole_arn = arn:aws:iam::222222222222:role/door\nsource_profile = carl\nrole_session_name = by-profile\n`,
  )
  expect(await obtainSession(planOf([], 'door'), tools())).toMatchObject({
    session: { arn: 'arn:aws:sts::222222222222:assumed-role/door/by-profile' },
  })
})

test('a role with a second factor needs a person, and says so without one', async () => {
  const outcome = await obtainSession(planOf([{ ...reader, mfa: {} }]), tools())
  expect(outcome).toEqual({
    kind: 'needsPerson',
    message: 'a code of the MFA device `arn:aws:iam::111111111111:mfa/ana` is needed',
  })
})

test('what is damaged or could be somebody else’s is got again', async () => {
  await obtainSession(planOf([reader]), tools())
  const { directory } = openSessionCache(environment)
  const [file = ''] = await readdir(directory)
  await writeFile(join(directory, file), '{"name":')
  expect(await obtainSession(planOf([reader]), tools())).toMatchObject({ from: 'sts' })
  await rm(join(directory, file))
  await writeFile(join(directory, file), '{}', { mode: 0o644 })
  expect(await obtainSession(planOf([reader]), tools())).toMatchObject({ from: 'sts' })
})

import { randomBytes } from 'node:crypto'
import { PutRegistryPolicyCommand, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr'
import {
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type RegistryClient,
  type RegistryWorld,
  region,
  registryClient,
  startRegistryWorld,
} from '../support/registry-world.ts'

let world: RegistryWorld
let count = 0

beforeAll(async () => {
  world = await startRegistryWorld()
})
afterAll(() => world.stop())

const pull = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability']
const push = [
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
  'ecr:BatchCheckLayerAvailability',
]

async function newPlace(policy?: object): Promise<{ accountId: string; name: string }> {
  count += 1
  const place = { accountId: world.other, name: `access-${count}` }
  await world.newRepository(place.accountId, place.name, policy)
  return place
}

function allow(account: string, actions: readonly string[]): object {
  const principal = { AWS: `arn:aws:iam::${account}:root` }
  const statement = { Effect: 'Allow', Principal: principal, Action: actions }
  return { Version: '2012-10-17', Statement: [statement] }
}

async function clientOf(
  place: { accountId: string; name: string },
  user: { accountId: string; actions: readonly string[] },
): Promise<RegistryClient> {
  count += 1
  const actions = ['ecr:GetAuthorizationToken', ...user.actions]
  const keys = await world.userWith(user.accountId, `user-${count}`, actions)
  return registryClient(world, place, await world.login(keys))
}

const pushed = (client: RegistryClient): Promise<boolean> =>
  client.pushImage('v1').then(
    () => true,
    (error: Error) => {
      expect(error.message).toMatch(/: 403 .*DENIED/)
      return false
    },
  )

async function pulled(client: RegistryClient, digest: string): Promise<boolean> {
  const manifest = await client.send('GET', `${client.base}/manifests/v1`)
  if (manifest.status !== 200) expect(manifest.codes).toEqual(['DENIED'])
  const blob = await client.send('GET', `${client.base}/blobs/${digest}`)
  if (blob.status !== 200) expect(blob.codes).toEqual(['DENIED'])
  return manifest.status === 200 && blob.status === 200
}

test.each([
  { own: push, theirs: undefined, from: 'other', may: true },
  { own: pull, theirs: undefined, from: 'other', may: false },
  { own: [], theirs: undefined, from: 'other', may: false },
  { own: push, theirs: undefined, from: 'home', may: false },
  { own: [], theirs: push, from: 'home', may: false },
  { own: push, theirs: push, from: 'home', may: true },
  { own: push, theirs: pull, from: 'home', may: false },
  { own: push.slice(0, 3), theirs: push, from: 'home', may: false },
] as const)('push from $from, allowed there $own and here $theirs: $may', async (row) => {
  const { own, theirs, from, may } = row
  const place = await newPlace(theirs && allow(world.home, theirs))
  const client = await clientOf(place, { accountId: world[from], actions: own })
  expect(await pushed(client)).toBe(may)
})

test.each([
  { own: pull, theirs: undefined, from: 'other', may: true },
  { own: ['ecr:BatchGetImage'], theirs: undefined, from: 'other', may: false },
  { own: ['ecr:GetDownloadUrlForLayer'], theirs: undefined, from: 'other', may: false },
  { own: pull, theirs: undefined, from: 'home', may: false },
  { own: [], theirs: pull, from: 'home', may: false },
  { own: pull, theirs: pull, from: 'home', may: true },
  { own: pull, theirs: ['ecr:BatchGetImage'], from: 'home', may: false },
] as const)('pull from $from, allowed there $own and here $theirs: $may', async (row) => {
  const { own, theirs, from, may } = row
  const place = await newPlace(theirs && allow(world.home, theirs))
  const owner = registryClient(world, place, await world.login(world.root(world.other)))
  await owner.pushImage('v1')
  const digest = await owner.pushBlob(randomBytes(10))
  const client = await clientOf(place, { accountId: world[from], actions: own })
  expect(await pulled(client, digest)).toBe(may)
})

test('a token has the permissions of now: what is taken away is gone at once', async () => {
  const place = await newPlace()
  const keys = await world.userWith(world.other, 'short', ['ecr:*'])
  const client = registryClient(world, place, await world.login(keys))
  expect(await pushed(client)).toBe(true)
  const iam = world.iam(world.root(world.other))
  await iam.send(new DeleteUserPolicyCommand({ UserName: 'short', PolicyName: 'given' }))
  const refused = await client.send('GET', `${client.base}/manifests/v1`)
  expect([refused.status, refused.codes]).toEqual([403, ['DENIED']])
  expect(refused.bytes.toString()).toContain('ecr:BatchGetImage')
})

test('a token of a user that was deleted is worth nothing, also when one of the name is back', async () => {
  const place = await newPlace()
  const keys = await world.userWith(world.other, 'again', ['ecr:*'])
  const client = registryClient(world, place, await world.login(keys))
  expect((await client.send('GET', '/v2/')).status).toBe(200)
  const iam = world.iam(world.root(world.other))
  await iam.send(new DeleteUserPolicyCommand({ UserName: 'again', PolicyName: 'given' }))
  const { accessKeyId: AccessKeyId } = keys
  await iam.send(new DeleteAccessKeyCommand({ UserName: 'again', AccessKeyId }))
  await iam.send(new DeleteUserCommand({ UserName: 'again' }))
  await world.userWith(world.other, 'again', ['ecr:*'])
  const refused = await client.send('GET', `${client.base}/tags/list`)
  expect([refused.status, refused.codes]).toEqual([403, ['DENIED']])
})

test('a deny of the registry or the repository binds the owner too', async () => {
  const place = await newPlace()
  const ecr = world.ecr(world.root(world.other))
  const owner = registryClient(world, place, await world.login(world.root(world.other)))
  const everybody = { Effect: 'Deny', Principal: '*', Action: 'ecr:PutImage' }
  const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [everybody] })
  const repositoryName = place.name
  await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }))
  expect(await pushed(owner)).toBe(false)
  const another = await newPlace()
  const client = registryClient(world, another, await world.login(world.root(world.other)))
  expect(await pushed(client)).toBe(true)
  const resource = `arn:aws:ecr:${region}:${world.other}:repository/${another.name}`
  const ofRegistry = { ...everybody, Resource: resource }
  await ecr.send(
    new PutRegistryPolicyCommand({
      policyText: JSON.stringify({ Version: '2012-10-17', Statement: [ofRegistry] }),
    }),
  )
  expect(await pushed(client)).toBe(false)
})

test.each([
  ['no token', undefined, 401],
  ['a token of nobody', `Basic ${Buffer.from('AWS:abc').toString('base64')}`, 403],
  ['another scheme', 'Bearer abc', 403],
])('%s opens nothing', async (_what, authorization, status) => {
  const place = await newPlace()
  const client = registryClient(world, place, authorization)
  for (const path of ['/v2/', `${client.base}/tags/list`, `${client.base}/blobs/uploads/`])
    expect((await client.send('GET', path)).status).toBe(status)
})

test('a token ends after twelve hours, and is for user AWS alone', async () => {
  const place = await newPlace()
  const authorization = await world.login(world.root(world.other))
  const [, encoded = ''] = authorization.split(' ')
  const password = Buffer.from(encoded, 'base64').toString().slice('AWS:'.length)
  const named = `Basic ${Buffer.from(`root:${password}`).toString('base64')}`
  expect((await registryClient(world, place, named).send('GET', '/v2/')).status).toBe(403)
  const client = registryClient(world, place, authorization)
  expect((await client.send('GET', '/v2/')).status).toBe(200)
  world.passSeconds(12 * 60 * 60)
  expect((await client.send('GET', '/v2/')).status).toBe(403)
})

test('the decision and its reason are in the event history under the API call', async () => {
  const place = await newPlace()
  const client = await clientOf(place, { accountId: world.other, actions: pull })
  await client.send('POST', `${client.base}/blobs/uploads/`)
  const event = world.aws.events().at(-1)
  expect(event).toMatchObject({ service: 'ecr', operation: 'InitiateLayerUpload', status: 403 })
  expect(event?.decisions[0]?.decision.kind).toBe('implicitDeny')
})

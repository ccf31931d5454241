import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr'
import { CloseAccountCommand } from '@aws-sdk/client-organizations'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startLocalAws } from '../../src/local/index.ts'
import { startOrganization } from '../support/organization-world.ts'
import {
  digestOf,
  type RegistryClient,
  type RegistryWorld,
  region,
  registryClient,
  startRegistryWorld,
} from '../support/registry-world.ts'

let world: RegistryWorld
let admin: string
let client: RegistryClient
let name: string
let count = 0

beforeAll(async () => {
  world = await startRegistryWorld()
  admin = await world.login(world.root(world.other))
})
afterAll(() => world.stop())
beforeEach(async () => {
  count += 1
  name = `uploads-${count}`
  await world.newRepository(world.other, name)
  client = registryClient(world, { accountId: world.other, name }, admin)
})

/** Long enough that it is on the disk. */
const partSize = 300 * 1024

async function begin(parts: readonly Buffer[]): Promise<string> {
  const begun = await client.send('POST', `${client.base}/blobs/uploads/`)
  const { location = '' } = begun.headers
  for (const body of parts) {
    const { status } = await client.send('PATCH', location, { body })
    expect(status).toBe(202)
  }
  return location
}

test.each([
  ['of two parts', { last: 0, isThere: false }],
  ['of two parts and a last one', { last: partSize, isThere: false }],
  ['of two parts that the repository has already', { last: 0, isThere: true }],
  ['with a last part that the repository has already', { last: partSize, isThere: true }],
])('an upload %s that is completed twice at once succeeds once', async (_what, row) => {
  const statuses = new Set<number>()
  for (let round = 0; round < 8; round += 1) {
    const parts = [randomBytes(partSize), randomBytes(partSize)]
    const last = randomBytes(row.last)
    const whole = Buffer.concat([...parts, last])
    const digest = digestOf(whole)
    if (row.isThere) await client.pushBlob(whole)
    const location = await begin(parts)
    const more = row.last === 0 ? {} : { body: last }
    const complete = () => client.send('PUT', `${location}?digest=${digest}`, more)
    const answers = await Promise.all([complete(), complete()])
    const [done, other] = answers.sort((a, b) => a.status - b.status)
    expect(done?.status, `${other?.bytes}`).toBe(201)
    expect(other?.codes[0]).toMatch(/^BLOB_UPLOAD_(UNKNOWN|INVALID)$/)
    statuses.add(other?.status ?? 0)
    const blob = await client.send('GET', `${client.base}/blobs/${digest}`)
    expect(blob.bytes.equals(whole)).toBe(true)
  }
  for (const status of statuses) expect([404, 416]).toContain(status)
})

test('an upload that is given up while it is completed ends cleanly', async () => {
  for (let round = 0; round < 8; round += 1) {
    const parts = [randomBytes(partSize), randomBytes(partSize), randomBytes(partSize)]
    const location = await begin(parts)
    const [completed, cancelled] = await Promise.all([
      client.send('PUT', `${location}?digest=${digestOf(Buffer.concat(parts))}`),
      client.send('DELETE', location),
    ])
    const answers = `${completed.status} ${cancelled.status}`
    expect(['201 404', '404 204']).toContain(answers)
  }
})

test('other calls are answered while a large layer is completed through the API', async () => {
  const ecr = world.ecr(world.root(world.other))
  const repositoryName = name
  const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }))
  const part = randomBytes(12 * 1024 * 1024)
  const parts = Array.from({ length: 4 }, () => part)
  for (const [index, layerPartBlob] of parts.entries()) {
    const partFirstByte = index * part.length
    const partLastByte = partFirstByte + part.length - 1
    await ecr.send(
      new UploadLayerPartCommand({
        repositoryName,
        uploadId,
        partFirstByte,
        partLastByte,
        layerPartBlob,
      }),
    )
  }
  const layerDigests = [digestOf(Buffer.concat(parts))]
  const ended: string[] = []
  const completing = ecr
    .send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }))
    .then(() => ended.push('completed'))
  // One after the other: the first may come before the layer is begun with.
  for (let round = 0; round < 3; round += 1) {
    expect((await client.send('GET', '/v2/')).status).toBe(200)
    ended.push('other')
  }
  await completing
  expect(ended).toEqual(['other', 'other', 'other', 'completed'])
  const head = await client.send('HEAD', `${client.base}/blobs/${layerDigests[0]}`)
  expect(head.headers['content-length']).toBe(`${4 * part.length}`)
})

test('a part that comes while a layer is completed keeps it from being completed', async () => {
  const ecr = world.ecr(world.root(world.other))
  const repositoryName = name
  const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }))
  const part = randomBytes(6 * 1024 * 1024)
  const upload = (index: number) =>
    ecr.send(
      new UploadLayerPartCommand({
        repositoryName,
        uploadId,
        partFirstByte: index * part.length,
        partLastByte: (index + 1) * part.length - 1,
        layerPartBlob: part,
      }),
    )
  await upload(0)
  await upload(1)
  const layerDigests = [digestOf(Buffer.concat([part, part]))]
  const complete = new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests })
  const [completed, added] = await Promise.allSettled([ecr.send(complete), upload(2)])
  // Whichever came first.
  if (completed.status === 'fulfilled') expect(added).toMatchObject({ status: 'rejected' })
  else expect(completed.reason).toMatchObject({ name: 'InvalidLayerException' })
})

test('a body that breaks off is the client’s fault, and bytes that are lost are the server’s', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'stile-registry-'))
  const accountId = '111111111111'
  const aws = await startLocalAws({
    dataDirectory: directory,
    seed: { accounts: [{ id: accountId }] },
  })
  try {
    const credentials = { ...aws.rootCredentials(accountId) }
    const ecr = new ECRClient({ endpoint: aws.url, region, credentials })
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}))
    const authorization = `Basic ${authorizationData?.[0]?.authorizationToken}`
    client = registryClient({ ...world, aws }, { accountId, name: 'app' }, authorization)
    const location = await begin([randomBytes(partSize), randomBytes(partSize)])
    const head = `PATCH ${location} HTTP/1.1\r\nHost: localhost:${aws.port}\r\nAuthorization: ${authorization}\r\n`
    const socket = connect(aws.port, '127.0.0.1')
    socket.write(`${head}Content-Length: 1000000\r\n\r\n${'x'.repeat(100_000)}`, () =>
      socket.resetAndDestroy(),
    )
    await once(socket, 'close')
    await expect.poll(() => aws.events().at(-1)).toMatchObject({ errorCode: 'IncompleteBody' })
    expect(aws.events().at(-1)).toMatchObject({ status: 400, errorMessage: 'the body broke off' })
    const blobs = join(directory, 'blobs')
    for (const file of await readdir(blobs)) if (file.startsWith('b')) await rm(join(blobs, file))
    const lost = await client.send('PUT', `${location}?digest=sha256:${'0'.repeat(64)}`)
    expect([lost.status, lost.codes]).toEqual([500, ['UNKNOWN']])
    expect(aws.events().at(-1)).toMatchObject({
      errorCode: 'InternalFailure',
      errorMessage: 'the registry failed',
    })
  } finally {
    await aws.stop()
    await rm(directory, { recursive: true, force: true })
  }
})

test('a closed account has no use of its tokens, and its download links are refused', async () => {
  const organization = await startOrganization()
  try {
    const accountId = await organization.newAccount('closing')
    const credentials = { ...organization.root(accountId) }
    const ecr = new ECRClient({ endpoint: organization.aws.url, region, credentials })
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}))
    const authorization = `Basic ${authorizationData?.[0]?.authorizationToken}`
    const { aws } = organization
    client = registryClient({ ...world, aws }, { accountId, name: 'app' }, authorization)
    const layerDigest = await client.pushBlob(randomBytes(100))
    const { downloadUrl = '' } = await ecr.send(
      new GetDownloadUrlForLayerCommand({ repositoryName: 'app', layerDigest }),
    )
    expect((await fetch(downloadUrl)).status).toBe(200)
    expect((await client.send('GET', '/v2/')).status).toBe(200)
    await organization.admin.send(new CloseAccountCommand({ AccountId: accountId }))
    expect((await fetch(downloadUrl)).status).toBe(403)
    for (const path of [
      '/v2/',
      `${client.base}/tags/list`,
      `${client.base}/blobs/${layerDigest}`,
    ]) {
      const { status, codes } = await client.send('GET', path)
      expect([status, codes]).toEqual([403, ['DENIED']])
    }
  } finally {
    await organization.stop()
  }
})

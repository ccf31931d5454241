import { randomBytes } from 'node:crypto'
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeRepositoriesCommand,
  GetDownloadUrlForLayerCommand,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  descriptor,
  digestOf,
  imageType,
  type RegistryClient,
  type RegistryWorld,
  region,
  registryClient,
  sendToHost,
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
  name = `team/app-${count}`
  await world.newRepository(world.other, name)
  client = registryClient(world, { accountId: world.other, name }, admin)
})

const json = (bytes: Buffer): unknown => JSON.parse(bytes.toString())

test('the base is for those who signed in; others are told how', async () => {
  const stranger = registryClient(world, { accountId: world.other, name }, undefined)
  const asked = await stranger.send('GET', '/v2/')
  expect(asked.status).toBe(401)
  expect(asked.headers['www-authenticate']).toBe(
    `Basic realm="${world.aws.url}/",service="ecr.amazonaws.com"`,
  )
  expect((await client.send('GET', '/v2/')).status).toBe(200)
})

test('an image comes back as it was pushed, by tag and by digest', async () => {
  const { digest, manifest } = await client.pushImage('v1')
  for (const reference of ['v1', digest]) {
    const got = await client.send('GET', `${client.base}/manifests/${reference}`)
    expect(got.bytes.equals(manifest)).toBe(true)
    expect(got.headers).toMatchObject({
      'content-type': imageType,
      'docker-content-digest': digest,
    })
    const head = await client.send('HEAD', `${client.base}/manifests/${reference}`)
    expect(head.headers).toMatchObject({ 'content-length': `${manifest.length}` })
  }
})

test('the registry and the API hold the same images and blobs', async () => {
  const { digest } = await client.pushImage('v1')
  const ecr = world.ecr(world.root(world.other))
  const got = await ecr.send(
    new BatchGetImageCommand({ repositoryName: name, imageIds: [{ imageTag: 'v1' }] }),
  )
  expect(got.images?.[0]?.imageId?.imageDigest).toBe(digest)
  const bytes = randomBytes(100)
  const layerDigest = await client.pushBlob(bytes)
  const { downloadUrl } = await ecr.send(
    new GetDownloadUrlForLayerCommand({ repositoryName: name, layerDigest }),
  )
  const download = await fetch(downloadUrl ?? '')
  expect(Buffer.from(await download.arrayBuffer()).equals(bytes)).toBe(true)
})

test('a repository is found under the address that the API names, and under a host of its own', async () => {
  const { manifest } = await client.pushImage('v1')
  const ecr = world.ecr(world.root(world.other))
  const { repositories } = await ecr.send(
    new DescribeRepositoriesCommand({ repositoryNames: [name] }),
  )
  const uri = repositories?.[0]?.repositoryUri ?? ''
  const [host, ...path] = uri.split('/')
  const byUri = await fetch(`http://${host}/v2/${path.join('/')}/manifests/v1`, {
    headers: { authorization: admin },
  })
  expect(await byUri.text()).toBe(manifest.toString())
  const own = `${world.other}.dkr.ecr.${region}.localhost`
  const byHost = await sendToHost(world, own, {
    path: `/v2/${name}/manifests/v1`,
    authorization: admin,
  })
  expect(byHost.body).toBe(manifest.toString())
  const elsewhere = await sendToHost(world, `${world.home}.dkr.ecr.${region}.localhost`, {
    path: `/v2/${name}/manifests/v1`,
    authorization: admin,
  })
  expect(elsewhere.status).toBe(403)
})

test('a blob is uploaded in chunks, which go on where they stopped', async () => {
  const bytes = randomBytes(10_000)
  const begun = await client.send('POST', `${client.base}/blobs/uploads/`)
  expect(begun.status).toBe(202)
  const { location = '' } = begun.headers
  const chunk = (from: number, to: number) =>
    client.send('PATCH', location, {
      headers: { 'content-range': `${from}-${to - 1}` },
      body: bytes.subarray(from, to),
    })
  const first = await chunk(0, 4000)
  expect([first.status, first.headers.range]).toEqual([202, '0-3999'])
  for (const [from, to] of [
    [5000, 6000],
    [0, 4000],
  ] as const)
    expect((await chunk(from, to)).status).toBe(416)
  const shown = await client.send('GET', location)
  expect([shown.status, shown.headers.range]).toEqual([204, '0-3999'])
  expect((await chunk(4000, 9000)).status).toBe(202)
  const digest = digestOf(bytes)
  const wrong = await client.send('PUT', `${location}?digest=${digest}`)
  expect(wrong.codes).toEqual(['DIGEST_INVALID'])
  expect((await chunk(9000, 10_000)).status).toBe(202)
  const done = await client.send('PUT', `${location}?digest=${digest}`)
  expect(done.status).toBe(201)
  const got = await client.send('GET', done.headers.location ?? '')
  expect(got.bytes.equals(bytes)).toBe(true)
  expect((await client.send('GET', location)).codes).toEqual(['BLOB_UPLOAD_UNKNOWN'])
})

test('a blob is uploaded in one request, read in ranges, and asked for', async () => {
  const bytes = Buffer.from('0123456789')
  const digest = digestOf(bytes)
  const post = `${client.base}/blobs/uploads/?digest=${digest}`
  expect((await client.send('POST', post, { body: bytes })).status).toBe(201)
  const blob = `${client.base}/blobs/${digest}`
  const part = await client.send('GET', blob, { headers: { range: 'bytes=2-4' } })
  expect([part.status, part.bytes.toString()]).toEqual([206, '234'])
  expect(part.headers['content-range']).toBe('bytes 2-4/10')
  const beyond = await client.send('GET', blob, { headers: { range: 'bytes=10-' } })
  expect(beyond.status).toBe(416)
  const head = await client.send('HEAD', blob)
  expect([head.status, head.headers['content-length']]).toEqual([200, '10'])
  const missing = await client.send('HEAD', `${client.base}/blobs/${digestOf('no')}`)
  expect(missing.status).toBe(404)
})

test('what was begun can be given up', async () => {
  const { headers } = await client.send('POST', `${client.base}/blobs/uploads/`)
  const { location = '' } = headers
  await client.send('PATCH', location, { body: 'abc' })
  expect((await client.send('DELETE', location)).status).toBe(204)
  expect((await client.send('GET', location)).status).toBe(404)
})

test('a blob of another repository is mounted where it may be read, else uploaded', async () => {
  const digest = await client.pushBlob(randomBytes(50))
  await world.newRepository(world.other, `${name}/copy`)
  const copy = registryClient(world, { accountId: world.other, name: `${name}/copy` }, admin)
  const from = client.base.slice('/v2/'.length)
  const mount = (one: RegistryClient, source: string) =>
    one.send('POST', `${copy.base}/blobs/uploads/?mount=${digest}&from=${source}`)
  expect((await mount(copy, `${from}-none`)).status).toBe(202)
  const keys = await world.userWith(world.other, `pusher-${count}`, [
    'ecr:GetAuthorizationToken',
    'ecr:InitiateLayerUpload',
    'ecr:CompleteLayerUpload',
  ])
  const place = { accountId: world.other, name: `${name}/copy` }
  const pusher = registryClient(world, place, await world.login(keys))
  expect((await mount(pusher, from)).status).toBe(202)
  const mounted = await mount(copy, from)
  expect(mounted.status).toBe(201)
  const ecr = world.ecr(world.root(world.other))
  await ecr.send(
    new BatchDeleteImageCommand({ repositoryName: name, imageIds: [{ imageTag: 'x' }] }),
  )
  expect((await copy.send('GET', mounted.headers.location ?? '')).status).toBe(200)
})

test('tags are listed in pages', async () => {
  for (const tag of ['b', 'a', 'c']) await client.pushImage(tag)
  const all = await client.send('GET', `${client.base}/tags/list`)
  expect(json(all.bytes)).toEqual({ name: client.base.slice(4), tags: ['a', 'b', 'c'] })
  const first = await client.send('GET', `${client.base}/tags/list?n=2`)
  expect(json(first.bytes)).toMatchObject({ tags: ['a', 'b'] })
  const [, next = ''] = /^<(.+)>; rel="next"$/.exec(first.headers.link ?? '') ?? []
  expect(json((await client.send('GET', next)).bytes)).toMatchObject({ tags: ['c'] })
  const catalog = await client.send('GET', `/v2/${world.other}/${region}/_catalog`)
  expect(json(catalog.bytes)).toMatchObject({
    repositories: expect.arrayContaining([client.base.slice(4)]),
  })
})

test('an index needs its images, and what refers to an image is listed', async () => {
  const { digest, manifest } = await client.pushImage('v1')
  const image = { mediaType: imageType, digest, size: manifest.length }
  const put = (reference: string, mediaType: string, document: object) =>
    client.send('PUT', `${client.base}/manifests/${reference}`, {
      headers: { 'content-type': mediaType },
      body: JSON.stringify({ schemaVersion: 2, mediaType, ...document }),
    })
  const indexType = 'application/vnd.oci.image.index.v1+json'
  const missing = await put('all', indexType, { manifests: [{ ...image, digest: digestOf('x') }] })
  expect(missing.codes).toEqual(['MANIFEST_BLOB_UNKNOWN'])
  expect((await put('all', indexType, { manifests: [image] })).status).toBe(201)
  const config = descriptor(await client.pushBlob(Buffer.from('{}')), 2, 'empty.v1+json')
  const signature = {
    artifactType: 'application/example.signature',
    config,
    layers: [config],
    subject: image,
    annotations: { by: 'somebody' },
  }
  const signed = await put('signature', imageType, signature)
  expect(signed.headers['oci-subject']).toBe(digest)
  const list = async (query: string): Promise<unknown> =>
    json((await client.send('GET', `${client.base}/referrers/${digest}${query}`)).bytes)
  const { artifactType, annotations } = signature
  const shown = {
    mediaType: imageType,
    artifactType,
    annotations,
    digest: signed.headers['docker-content-digest'],
  }
  expect(await list('')).toMatchObject({ schemaVersion: 2, manifests: [shown] })
  expect(await list(`?artifactType=${artifactType}`)).toMatchObject({ manifests: [shown] })
  expect(await list('?artifactType=other')).toMatchObject({ manifests: [] })
})

test('images go by tag and by digest; blobs stay', async () => {
  const { digest } = await client.pushImage('v1')
  await client.send('DELETE', `${client.base}/manifests/v1`)
  const gone = await client.send('GET', `${client.base}/manifests/v1`)
  expect([gone.status, gone.codes]).toEqual([404, ['MANIFEST_UNKNOWN']])
  const blob = await client.pushBlob(Buffer.from('x'))
  const refused = await client.send('DELETE', `${client.base}/blobs/${blob}`)
  expect([refused.status, refused.codes]).toEqual([405, ['UNSUPPORTED']])
  const again = await client.send('DELETE', `${client.base}/manifests/${digest}`)
  expect(again.status).toBe(404)
})

test('an immutable tag stays where it is; pushing the same again is no change', async () => {
  const { manifest } = await client.pushImage('v1')
  const ecr = world.ecr(world.root(world.other))
  await ecr.send(
    new PutImageTagMutabilityCommand({ repositoryName: name, imageTagMutability: 'IMMUTABLE' }),
  )
  const again = await client.send('PUT', `${client.base}/manifests/v1`, {
    headers: { 'content-type': imageType },
    body: manifest,
  })
  expect(again.status).toBe(201)
  await expect(client.pushImage('v1')).rejects.toThrow(/400 .*TAG_INVALID.*immutable/)
})

const put = (path: string, body: string | Buffer, type = imageType) =>
  client.send('PUT', `${client.base}/manifests/${path}`, {
    headers: { 'content-type': type },
    body,
  })

test.each([
  ['no JSON', () => put('v1', 'x'), 'MANIFEST_INVALID', 400],
  ['another digest', () => put(digestOf('x'), '{"schemaVersion":2}'), 'MANIFEST_INVALID', 400],
  ['a wrong tag', () => put('-x', '{}'), 'TAG_INVALID', 400],
  ['bytes that are no text', () => put('v1', Buffer.from([0xff, 0x7b])), 'MANIFEST_INVALID', 400],
  ['too much', () => put('v1', Buffer.alloc(4 * 1024 * 1024 + 1)), 'SIZE_INVALID', 413],
  [
    'no such name',
    () => client.send('GET', `/v2/${world.other}/${region}/none/tags/list`),
    'NAME_UNKNOWN',
    404,
  ],
  [
    'a name of capitals',
    () => client.send('GET', `/v2/${world.other}/${region}/A/tags/list`),
    'NAME_INVALID',
    400,
  ],
  [
    'dots',
    () => client.send('GET', `/v2/${world.other}/${region}/%2e%2e/tags/list`),
    'NAME_INVALID',
    400,
  ],
  ['no account', () => client.send('GET', '/v2/app/tags/list'), 'NAME_INVALID', 400],
  [
    'another region',
    () => client.send('GET', `/v2/${world.other}/us-east-1/app/tags/list`),
    'DENIED',
    403,
  ],
] as const)('%s is refused in the words of the registry', async (_what, send, ...expected) => {
  const answer = await send()
  expect([answer.codes[0], answer.status]).toEqual(expected)
})

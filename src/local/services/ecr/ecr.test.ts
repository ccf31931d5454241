import { createHash, randomBytes } from 'node:crypto'
import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRegistryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  GetLifecyclePolicyCommand,
  GetRegistryPolicyCommand,
  GetRepositoryPolicyCommand,
  InitiateLayerUploadCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  PutRegistryPolicyCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr'
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '../../index.ts'

interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const build = '111111111111'
const ourthing = '222222222222'
const region = 'eu-west-1'
const denied = { name: 'AccessDeniedException' }
let aheadMs = 0
let aws: LocalAws
let admin: ECRClient
let repositoryName: string
let count = 0

function common(credentials: Keys) {
  return { endpoint: aws.url, region, credentials, maxAttempts: 1 }
}

function ecrAs(credentials: Keys): ECRClient {
  return new ECRClient(common(credentials))
}

function document(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

async function pushLayer(ecr: ECRClient, bytes: Buffer, registryId = ourthing): Promise<string> {
  const place = { registryId, repositoryName }
  const { uploadId, partSize = 1 } = await ecr.send(new InitiateLayerUploadCommand(place))
  for (let first = 0; first < bytes.length; first += partSize) {
    const part = bytes.subarray(first, first + partSize)
    const sent = await ecr.send(
      new UploadLayerPartCommand({
        ...place,
        uploadId,
        partFirstByte: first,
        partLastByte: first + part.length - 1,
        layerPartBlob: part,
      }),
    )
    expect(sent.lastByteReceived).toBe(first + part.length - 1)
  }
  const done = await ecr.send(
    new CompleteLayerUploadCommand({ ...place, uploadId, layerDigests: [sha256(bytes)] }),
  )
  return done.layerDigest ?? ''
}

function manifestOf(digests: readonly string[]): string {
  const [config, ...layers] = digests.map((digest) => ({ digest, size: 1, mediaType: 'x' }))
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json'
  return JSON.stringify({ schemaVersion: 2, mediaType, config, layers })
}

/** An image of one configuration and one layer, under a tag or none. */
async function pushImage(imageTag?: string): Promise<{ digest: string; manifest: string }> {
  const digests = [await pushLayer(admin, randomBytes(20)), await pushLayer(admin, randomBytes(30))]
  const manifest = manifestOf(digests)
  const put = new PutImageCommand({ repositoryName, imageManifest: manifest, imageTag })
  const { image } = await admin.send(put)
  return { digest: image?.imageId?.imageDigest ?? '', manifest }
}

beforeAll(async () => {
  aws = await startLocalAws({
    clock: { nowMs: () => Date.now() + aheadMs },
    seed: { accounts: [{ id: build }, { id: ourthing }] },
  })
  admin = ecrAs(aws.rootCredentials(ourthing))
})

afterAll(async () => {
  await aws.stop()
})

beforeEach(async () => {
  count += 1
  repositoryName = `team/app-${count}`
  await admin.send(new CreateRepositoryCommand({ repositoryName }))
})

test('a repository is described as ECR describes it', async () => {
  const { repositories } = await admin.send(
    new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
  )
  expect(repositories?.[0]).toMatchObject({
    repositoryArn: `arn:aws:ecr:${region}:${ourthing}:repository/${repositoryName}`,
    registryId: ourthing,
    repositoryUri: `127.0.0.1:${aws.port}/${ourthing}/${region}/${repositoryName}`,
    imageTagMutability: 'MUTABLE',
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: 'AES256' },
  })
  expect(repositories?.[0]?.createdAt).toBeInstanceOf(Date)
  await expect(admin.send(new CreateRepositoryCommand({ repositoryName }))).rejects.toMatchObject({
    name: 'RepositoryAlreadyExistsException',
    message: `The repository with name '${repositoryName}' already exists in the registry with id '${ourthing}'`,
  })
  for (const name of ['Big', 'a//b', '-a', 'a/'])
    await expect(
      admin.send(new CreateRepositoryCommand({ repositoryName: name })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' })
  const registry = await admin.send(new DescribeRegistryCommand({}))
  expect(registry.registryId).toBe(ourthing)
})

test('repositories are listed page by page', async () => {
  const names: string[] = []
  let nextToken: string | undefined
  do {
    const page = await admin.send(new DescribeRepositoriesCommand({ maxResults: 1, nextToken }))
    names.push(...(page.repositories ?? []).map((one) => one.repositoryName ?? ''))
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  expect(names).toContain(repositoryName)
  expect(new Set(names).size).toBe(names.length)
})

test('an image of two layers is pushed, listed, read and downloaded', async () => {
  const big = randomBytes(11 * 1024 * 1024)
  const digests = [
    await pushLayer(admin, Buffer.from('{}')),
    await pushLayer(admin, big),
    await pushLayer(admin, Buffer.from('small')),
  ]
  const imageManifest = manifestOf(digests)
  await admin.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: '1' }))
  const listed = await admin.send(new ListImagesCommand({ repositoryName }))
  expect(listed.imageIds).toEqual([{ imageDigest: sha256(imageManifest), imageTag: '1' }])
  const described = await admin.send(new DescribeImagesCommand({ repositoryName }))
  expect(described.imageDetails?.[0]).toMatchObject({
    imageTags: ['1'],
    imageSizeInBytes: 2 + big.length + 5,
    imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
  })
  const got = await admin.send(
    new BatchGetImageCommand({
      repositoryName,
      imageIds: [{ imageTag: '1' }, { imageTag: 'other' }],
    }),
  )
  expect(got.images?.[0]?.imageManifest).toBe(imageManifest)
  expect(got.failures).toEqual([
    {
      imageId: { imageTag: 'other' },
      failureCode: 'ImageNotFound',
      failureReason: 'Requested image not found',
    },
  ])
  const { downloadUrl = '' } = await admin.send(
    new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: sha256(big) }),
  )
  const answer = await fetch(downloadUrl)
  expect(Buffer.from(await answer.arrayBuffer()).equals(big)).toBe(true)
})

test('a download link is good for its layer and its hour alone', async () => {
  const digest = await pushLayer(admin, Buffer.from('layer'))
  const other = await pushLayer(admin, Buffer.from('other'))
  const { downloadUrl = '' } = await admin.send(
    new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: digest }),
  )
  const status = async (url: string): Promise<number> => (await fetch(url)).status
  expect(await status(downloadUrl)).toBe(200)
  expect(await status(downloadUrl.replace(digest, other))).toBe(403)
  expect(await status(downloadUrl.replace(/expires=\d/, 'expires=9'))).toBe(403)
  expect(await status(downloadUrl.replace(/signature=.*/, ''))).toBe(403)
  aheadMs = 60 * 60 * 1000
  expect(await status(downloadUrl)).toBe(403)
  aheadMs = 0
  await expect(
    admin.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: sha256('never') })),
  ).rejects.toMatchObject({ name: 'LayersNotFoundException' })
})

test('layer parts come in order, and their digest must be the one stated', async () => {
  const { uploadId } = await admin.send(new InitiateLayerUploadCommand({ repositoryName }))
  const upload = (partFirstByte: number, text: string): Promise<unknown> =>
    admin.send(
      new UploadLayerPartCommand({
        repositoryName,
        uploadId,
        partFirstByte,
        partLastByte: partFirstByte + text.length - 1,
        layerPartBlob: Buffer.from(text),
      }),
    )
  const complete = (digest: string): Promise<unknown> =>
    admin.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }))
  await expect(complete(sha256(''))).rejects.toMatchObject({ name: 'EmptyUploadException' })
  await upload(0, 'hello')
  await expect(upload(0, 'again')).rejects.toMatchObject({
    name: 'InvalidLayerPartException',
    lastValidByteReceived: 4,
  })
  await expect(upload(6, 'gap')).rejects.toMatchObject({ name: 'InvalidLayerPartException' })
  await expect(complete(sha256('other'))).rejects.toMatchObject({ name: 'InvalidLayerException' })
  await complete(sha256('hello'))
  await expect(complete(sha256('hello'))).rejects.toMatchObject({ name: 'UploadNotFoundException' })
  const check = await admin.send(
    new BatchCheckLayerAvailabilityCommand({
      repositoryName,
      layerDigests: [sha256('hello'), sha256('never'), 'nonsense'],
    }),
  )
  expect(check.layers?.map((layer) => layer.layerAvailability)).toEqual([
    'AVAILABLE',
    'UNAVAILABLE',
  ])
  expect(check.failures?.map((failure) => failure.failureCode)).toEqual(['InvalidLayerDigest'])
  await expect(pushLayer(admin, Buffer.from('hello'))).rejects.toMatchObject({
    name: 'LayerAlreadyExistsException',
  })
})

test('a manifest must be one, and its layers must be there', async () => {
  const put = (imageManifest: string): Promise<unknown> =>
    admin.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: '1' }))
  for (const manifest of ['', 'x', '[]', '{}', '{"schemaVersion":2}', '{"schemaVersion":1}'])
    await expect(put(manifest), manifest).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  const missing = sha256('never')
  await expect(put(manifestOf([missing]))).rejects.toMatchObject({
    name: 'LayersNotFoundException',
    message: `Layers with digests '[${missing}]' required for pushing image into the repository with name '${repositoryName}' in the registry with id '${ourthing}' do not exist`,
  })
})

test('tags move unless they are immutable', async () => {
  const first = await pushImage('1')
  const again = new PutImageCommand({
    repositoryName,
    imageManifest: first.manifest,
    imageTag: '1',
  })
  await expect(admin.send(again)).rejects.toMatchObject({ name: 'ImageAlreadyExistsException' })
  const second = await pushImage('1')
  const ids = await admin.send(new ListImagesCommand({ repositoryName }))
  expect(ids.imageIds).toEqual(
    expect.arrayContaining([
      { imageDigest: first.digest },
      { imageDigest: second.digest, imageTag: '1' },
    ]),
  )
  await admin.send(
    new PutImageTagMutabilityCommand({
      repositoryName,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
    }),
  )
  await expect(pushImage('1')).rejects.toMatchObject({ name: 'ImageTagAlreadyExistsException' })
  await pushImage('dev-1')
  await pushImage('dev-1')
})

test('an image goes by its digest, a tag alone is only taken off', async () => {
  const { digest, manifest } = await pushImage('a')
  await admin.send(new PutImageCommand({ repositoryName, imageManifest: manifest, imageTag: 'b' }))
  const untagged = await admin.send(
    new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag: 'a' }] }),
  )
  expect(untagged.imageIds).toEqual([{ imageDigest: digest, imageTag: 'a' }])
  await expect(admin.send(new DeleteRepositoryCommand({ repositoryName }))).rejects.toMatchObject({
    name: 'RepositoryNotEmptyException',
  })
  await admin.send(
    new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }),
  )
  const left = await admin.send(new ListImagesCommand({ repositoryName }))
  expect(left.imageIds).toEqual([])
  await pushImage('c')
  await admin.send(new DeleteRepositoryCommand({ repositoryName, force: true }))
  await admin.send(new CreateRepositoryCommand({ repositoryName }))
  const fresh = await admin.send(new ListImagesCommand({ repositoryName }))
  expect(fresh.imageIds).toEqual([])
})

test('an index must name images that are there, and keeps them from being deleted', async () => {
  const { digest } = await pushImage()
  const index = (manifests: readonly object[]): string =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests,
    })
  const put = (imageManifest: string): Promise<unknown> =>
    admin.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'all' }))
  await expect(put(index([{ digest: sha256('never') }]))).rejects.toMatchObject({
    name: 'ReferencedImagesNotFoundException',
  })
  await put(index([{ digest }]))
  const deleted = await admin.send(
    new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }),
  )
  expect(deleted.failures?.[0]?.failureCode).toBe('ImageReferencedByManifestList')
})

test('an authorization token is good for twelve hours and leads to this server', async () => {
  const { authorizationData } = await admin.send(new GetAuthorizationTokenCommand({}))
  const [data] = authorizationData ?? []
  expect(data?.expiresAt?.getTime()).toBeCloseTo(Date.now() + 12 * 60 * 60 * 1000, -4)
  expect(data?.proxyEndpoint).toBe(`http://127.0.0.1:${aws.port}`)
  const password = Buffer.from(data?.authorizationToken ?? '', 'base64').toString()
  expect(password).toMatch(/^AWS:[\w-]{100,}$/)
})

test('policies of repositories and of the registry are checked, shown and taken back', async () => {
  const missing = admin.send(new GetRepositoryPolicyCommand({ repositoryName }))
  await expect(missing).rejects.toMatchObject({ name: 'RepositoryPolicyNotFoundException' })
  const set = (policyText: string): Promise<unknown> =>
    admin.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }))
  const grant = {
    Sid: 'pull',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${build}:root` },
    Action: 'ecr:BatchGetImage',
  }
  for (const bad of [
    'x',
    document({ ...grant, Resource: '*' }),
    document({ ...grant, Action: 's3:*' }),
    document({ ...grant, Principal: { AWS: `arn:aws:iam::${build}:role/none` } }),
    document({ ...grant, Principal: undefined }),
  ])
    await expect(set(bad), bad).rejects.toMatchObject({ name: 'InvalidParameterException' })
  await set(document(grant))
  const shown = await admin.send(new GetRepositoryPolicyCommand({ repositoryName }))
  expect(JSON.parse(shown.policyText ?? '')).toEqual(JSON.parse(document(grant)))
  await expect(admin.send(new GetRegistryPolicyCommand({}))).rejects.toMatchObject({
    name: 'RegistryPolicyNotFoundException',
  })
})

test('lifecycle policies and tags are kept and shown', async () => {
  const place = { repositoryName }
  await expect(admin.send(new GetLifecyclePolicyCommand(place))).rejects.toMatchObject({
    name: 'LifecyclePolicyNotFoundException',
  })
  const lifecyclePolicyText = JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 5 },
        action: { type: 'expire' },
      },
    ],
  })
  await admin.send(new PutLifecyclePolicyCommand({ ...place, lifecyclePolicyText }))
  const shown = await admin.send(new GetLifecyclePolicyCommand(place))
  expect(shown.lifecyclePolicyText).toBe(lifecyclePolicyText)
  await admin.send(new DeleteLifecyclePolicyCommand(place))
  const resourceArn = `arn:aws:ecr:${region}:${ourthing}:repository/${repositoryName}`
  const tags = [{ Key: 'team', Value: 'blue' }]
  await admin.send(new TagResourceCommand({ resourceArn, tags }))
  const listed = await admin.send(new ListTagsForResourceCommand({ resourceArn }))
  expect(listed.tags).toEqual(tags)
  await admin.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }))
  const left = await admin.send(new ListTagsForResourceCommand({ resourceArn }))
  expect(left.tags).toEqual([])
})

test('a build server pushes through a role with an external id, and may not delete', async () => {
  const iam = new IAMClient(common(aws.rootCredentials(ourthing)))
  const runner = await newUser('runner', [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
  ])
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${build}:root` },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': 'some_key_build' } },
  }
  await iam.send(
    new CreateRoleCommand({ RoleName: 'pusher', AssumeRolePolicyDocument: document(trust) }),
  )
  await iam.send(
    new AttachRolePolicyCommand({
      RoleName: 'pusher',
      PolicyArn: 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser',
    }),
  )
  const { Credentials } = await new STSClient(common(runner)).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${ourthing}:role/pusher`,
      RoleSessionName: 'job-1',
      ExternalId: 'some_key_build',
    }),
  )
  const session = ecrAs({
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  })
  await session.send(new GetAuthorizationTokenCommand({}))
  const digests = [
    await pushLayer(session, Buffer.from('config')),
    await pushLayer(session, Buffer.from('layer')),
  ]
  const imageManifest = manifestOf(digests)
  await session.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: '1' }))
  const listed = await session.send(new ListImagesCommand({ repositoryName }))
  expect(listed.imageIds).toHaveLength(1)
  await expect(
    session.send(new DeleteRepositoryCommand({ repositoryName, force: true })),
  ).rejects.toMatchObject({
    ...denied,
    message: `User: arn:aws:sts::${ourthing}:assumed-role/pusher/job-1 is not authorized to perform: ecr:DeleteRepository on resource: arn:aws:ecr:${region}:${ourthing}:repository/${repositoryName} because no identity-based policy allows the ecr:DeleteRepository action`,
  })
})

test('a registry of another account takes its repository policy and one’s own', async () => {
  const puller = await newUser('puller', [{ Effect: 'Allow', Action: 'ecr:*', Resource: '*' }])
  const idle = await newUser('idle', [])
  const { digest } = await pushImage('1')
  const get = (keys: Keys): Promise<unknown> =>
    ecrAs(keys).send(
      new BatchGetImageCommand({
        registryId: ourthing,
        repositoryName,
        imageIds: [{ imageDigest: digest }],
      }),
    )
  const grant = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${build}:root` },
    Action: 'ecr:BatchGetImage',
  }
  await expect(get(puller)).rejects.toMatchObject(denied)
  const policyText = document(grant)
  await admin.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }))
  await get(puller)
  await expect(get(idle)).rejects.toMatchObject(denied)
  const layer = pushLayer(ecrAs(puller), Buffer.from('x'))
  await expect(layer).rejects.toMatchObject(denied)
  const deny = {
    ...grant,
    Effect: 'Deny',
    Action: 'ecr:*',
    Resource: `arn:aws:ecr:${region}:${ourthing}:repository/*`,
  }
  await admin.send(new PutRegistryPolicyCommand({ policyText: document(deny) }))
  await expect(get(puller)).rejects.toMatchObject(denied)
})

test('tags of repositories and requests decide', async () => {
  const team = { Key: 'team', Value: 'blue' }
  const user = await newUser('tagged', [
    {
      Effect: 'Allow',
      Action: ['ecr:CreateRepository', 'ecr:TagResource'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestTag/team': 'blue' } },
    },
    {
      Effect: 'Allow',
      Action: 'ecr:ListImages',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
    },
  ])
  const ecr = ecrAs(user)
  const plain = new CreateRepositoryCommand({ repositoryName: 'plain' })
  await expect(ecr.send(plain)).rejects.toMatchObject(denied)
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'blue', tags: [team] }))
  await ecr.send(new ListImagesCommand({ repositoryName: 'blue' }))
  await ecrAs(aws.rootCredentials(build)).send(new CreateRepositoryCommand(plain.input))
  const listing = ecr.send(new ListImagesCommand({ repositoryName: 'plain' }))
  await expect(listing).rejects.toMatchObject(denied)
})

async function newUser(UserName: string, statements: readonly object[]): Promise<Keys> {
  const iam = new IAMClient(common(aws.rootCredentials(build)))
  await iam.send(new CreateUserCommand({ UserName }))
  if (statements.length > 0) {
    const PolicyDocument = document(...statements)
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }))
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
}

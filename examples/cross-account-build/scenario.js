import { createHash } from 'node:crypto'
import {
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  InitiateLayerUploadCommand,
  ListImagesCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr'
import {
  becomeRole,
  createRunnerRole,
  createUser,
  letRoleAssumeAnything,
  letUserAssumeAnything,
} from '../principals.js'

export const title = 'a build server pushes images into another account'
export const strangers = { stranger: '333333333333' }
export const next =
  'stile explain build:role/intern sts:AssumeRole OurThingBuildRole -f examples/cross-account-build'

const repositoryName = 'app'
const manifestType = 'application/vnd.docker.distribution.manifest.v2+json'

export async function arrange({ admin, accountId, addProfile }) {
  const build = accountId('build')
  await createRunnerRole(admin('build'), 'gitlab-runner', build)
  await createRunnerRole(admin('build'), 'intern', build)
  await letRoleAssumeAnything(admin('build'), 'intern')
  await new ECRClient(admin('ourthing')).send(new CreateRepositoryCommand({ repositoryName }))
  await addProfile({
    kind: 'role',
    name: 'gitlab-runner',
    roleArn: `arn:aws:iam::${build}:role/gitlab-runner`,
    source: { kind: 'profile', name: 'build-admin' },
  })
  await addProfile({
    kind: 'role',
    name: 'push-images',
    roleArn: `arn:aws:iam::${accountId('ourthing')}:role/OurThingBuildRole`,
    source: { kind: 'profile', name: 'gitlab-runner' },
    externalId: 'some_key_build',
  })
}

export async function work(world) {
  const { admin, assume, signedIn, step, refused, accountId } = world
  const roleOf = (name) => `arn:aws:iam::${accountId('build')}:role/${name}`
  const runner = await becomeRole(admin('build'), roleOf('gitlab-runner'), 'job-1')
  const ecr = new ECRClient(signedIn(await assume('push-images', runner)))

  await step('gitlab-runner (build) → OurThingBuildRole', async () => {
    await ecr.send(new GetAuthorizationTokenCommand({}))
    await pushImage(ecr, 'app:1', [Buffer.from('the base layer'), Buffer.from('our thing')])
    return 'pushed app:1 with two layers'
  })
  await step('read it back', () => readImage(ecr, '1'))

  await refused('no external id', () => assume('push-images', runner, { externalId: undefined }))
  await refused('a wrong external id', () => assume('push-images', runner, { externalId: 'guess' }))
  const intern = await becomeRole(admin('build'), roleOf('intern'))
  await refused('another role of build', () => assume('push-images', intern))
  const mallory = await createUser(admin('stranger'), 'mallory')
  await letUserAssumeAnything(admin('stranger'), 'mallory')
  await refused('a third account', () => assume('push-images', mallory))
  await refused('DeleteRepository with the session', () =>
    ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true })),
  )

  const runnerProfile = await world.stile('assume', 'push-images', '--format', 'runner-profile')
  world.show(
    '~/.aws/config of a runner with an instance profile',
    runnerProfile.stdout.trim().split('\n'),
  )
}

async function pushImage(ecr, image, contents) {
  const layers = []
  for (const content of contents) layers.push(await pushLayer(ecr, content))
  const config = await pushLayer(ecr, Buffer.from('{"architecture":"amd64","os":"linux"}'))
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...config },
    layers: layers.map((layer) => ({
      mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      ...layer,
    })),
  }
  await ecr.send(
    new PutImageCommand({
      repositoryName,
      imageManifest: JSON.stringify(manifest),
      imageManifestMediaType: manifestType,
      imageTag: image.split(':')[1],
    }),
  )
}

async function pushLayer(ecr, content) {
  const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }))
  await ecr.send(
    new UploadLayerPartCommand({
      repositoryName,
      uploadId,
      partFirstByte: 0,
      partLastByte: content.length - 1,
      layerPartBlob: content,
    }),
  )
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
  await ecr.send(
    new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }),
  )
  return { size: content.length, digest }
}

async function readImage(ecr, imageTag) {
  const { imageIds } = await ecr.send(new ListImagesCommand({ repositoryName }))
  const { images } = await ecr.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag }] }),
  )
  const { layers } = JSON.parse(images[0].imageManifest)
  return `${imageIds.length} image, tag ${imageTag}, ${layers.length} layers`
}

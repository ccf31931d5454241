import { createHash } from 'node:crypto'
import {
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  InitiateLayerUploadCommand,
  PutImageCommand,
  SetRepositoryPolicyCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr'
import type { Actor, Step } from './actor.ts'

const digestOf = (bytes: Buffer): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

async function pushLayer(actor: Actor, ecr: ECRClient, layer: LayerOf): Promise<string> {
  const { repositoryName, bytes } = layer
  const begun = ecr.send(new InitiateLayerUploadCommand({ repositoryName }))
  const { uploadId } = await actor.ok('InitiateLayerUpload', begun)
  const upload = { repositoryName, uploadId }
  const part = { partFirstByte: 0, partLastByte: bytes.length - 1, layerPartBlob: bytes }
  await actor.ok('UploadLayerPart', ecr.send(new UploadLayerPartCommand({ ...upload, ...part })))
  const digest = digestOf(bytes)
  const done = new CompleteLayerUploadCommand({ ...upload, layerDigests: [digest] })
  await actor.ok('CompleteLayerUpload', ecr.send(done))
  return digest
}

interface LayerOf {
  readonly repositoryName: string
  readonly bytes: Buffer
}

/** An image that a stranger may pull for as long as the repository's policy says so. */
const lentImage: Step = async (actor) => {
  const account = actor.random.pick(actor.share.steady)
  const guest = actor.stranger()
  const ecr = actor.clients.of(ECRClient, account.admin)
  const repositoryName = `apps/${actor.newName()}`
  const repository = { repositoryName }
  await actor.ok('CreateRepository', ecr.send(new CreateRepositoryCommand(repository)))
  const again = ecr.send(new CreateRepositoryCommand(repository))
  await actor.refused('CreateRepository again', again, 'RepositoryAlreadyExists')
  const config = Buffer.from(JSON.stringify({ os: 'linux', by: actor.newName() }))
  const layer = Buffer.alloc(2000, actor.random.below(251))
  const type = 'application/vnd.oci.image'
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: `${type}.manifest.v1+json`,
    config: {
      mediaType: `${type}.config.v1+json`,
      digest: await pushLayer(actor, ecr, { repositoryName, bytes: config }),
      size: config.length,
    },
    layers: [
      {
        mediaType: `${type}.layer.v1.tar`,
        digest: await pushLayer(actor, ecr, { repositoryName, bytes: layer }),
        size: layer.length,
      },
    ],
  })
  const image = { ...repository, imageManifest, imageTag: 'v1' }
  await actor.ok('PutImage', ecr.send(new PutImageCommand(image)))
  const same = ecr.send(new PutImageCommand(image))
  await actor.refused('PutImage again', same, 'ImageAlreadyExists')
  const pull = () =>
    actor.clients.of(ECRClient, guest.visitor).send(
      new BatchGetImageCommand({
        ...repository,
        registryId: account.id,
        imageIds: [{ imageTag: 'v1' }],
      }),
    )
  await actor.refused('BatchGetImage of a stranger', pull(), 'AccessDenied')
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${guest.id}:root` },
    Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  }
  const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const lent = ecr.send(new SetRepositoryPolicyCommand({ ...repository, policyText }))
  await actor.ok('SetRepositoryPolicy', lent)
  const { images } = await actor.ok('BatchGetImage', pull())
  actor.same('its digest', images?.[0]?.imageId?.imageDigest, digestOf(Buffer.from(imageManifest)))
  const ended = ecr.send(new DeleteRepositoryPolicyCommand(repository))
  await actor.ok('DeleteRepositoryPolicy', ended)
  await actor.refused('BatchGetImage after the policy', pull(), 'AccessDenied')
  const full = ecr.send(new DeleteRepositoryCommand(repository))
  await actor.refused('DeleteRepository with an image', full, 'RepositoryNotEmpty')
  const forced = new DeleteRepositoryCommand({ ...repository, force: true })
  await actor.ok('DeleteRepository', ecr.send(forced))
  const asked = new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] })
  await actor.refused('DescribeRepositories', ecr.send(asked), 'RepositoryNotFound')
}

export const ecrSteps: Readonly<Record<string, Step>> = { lentImage }

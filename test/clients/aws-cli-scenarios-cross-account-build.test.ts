import { createHash, randomBytes } from 'node:crypto'
import { appendFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClientHome, createClientHome, whyNoAwsCli, withReason } from '../support/aws-cli.ts'
import type { Outcome } from '../support/run-stile.ts'
import { type RunningStile, startStile } from '../support/running-stile.ts'

const reason = whyNoAwsCli()
/** Each call of the CLI takes a second of a busy machine. */
const timeout = 120_000

describe.skipIf(reason !== undefined)(
  withReason('cross-account-build by the AWS CLI', reason),
  { timeout },
  () => {
    let home: ClientHome
    let demo: RunningStile
    beforeAll(async () => {
      demo = await startStile(['demo', 'cross-account-build', '--keep'])
      home = await createClientHome()
      await appendFile(demo.environment.AWS_CONFIG_FILE ?? '', runnerProfiles)
    })
    afterAll(async () => {
      await demo.stop()
      await home.remove()
    })

    function aws(profile: string, ...args: readonly string[]): Promise<Outcome> {
      return home.run(['aws', ...args, '--profile', profile], { environment: demo.environment })
    }

    async function answer(...args: readonly string[]): Promise<Record<string, unknown>> {
      const { exitCode, stdout, stderr } = await aws('by-hand', ...args)
      expect([exitCode, stderr]).toEqual([0, ''])
      return JSON.parse(stdout)
    }

    test('without the external id nobody gets in, with it the runner becomes the role', async () => {
      const [without, wrong, inside] = await Promise.all([
        aws('without-external-id', 'sts', 'get-caller-identity'),
        aws('wrong-external-id', 'sts', 'get-caller-identity'),
        aws('by-hand', 'sts', 'get-caller-identity'),
      ])
      for (const { exitCode, stderr } of [without, wrong]) {
        expect(exitCode).not.toBe(0)
        // AWS tells callers of another account no reason.
        expect(stderr).toMatch(
          /\(AccessDenied\) when calling the AssumeRole operation: User: arn:aws:sts::111111111111:assumed-role\/gitlab-runner\/\S+ is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role\/OurThingBuildRole\s*$/,
        )
      }
      expect(JSON.parse(inside.stdout)).toMatchObject({
        Account: '222222222222',
        Arn: expect.stringContaining(':assumed-role/OurThingBuildRole/'),
      })
    })

    test('signs in to the registry', async () => {
      const [password, token] = await Promise.all([
        aws('by-hand', 'ecr', 'get-login-password'),
        answer('ecr', 'get-authorization-token'),
      ])
      expect(password.stdout).toMatch(/^\S{100,}\n$/)
      const [data] = token.authorizationData as readonly { readonly authorizationToken: string }[]
      expect(Buffer.from(data?.authorizationToken ?? '', 'base64').toString()).toMatch(/^AWS:\S+$/)
    })

    test('pushes an image with one more layer than the one that is there, and reads it back', async () => {
      const present = await answer('ecr', 'batch-get-image', ...app, '--image-ids', 'imageTag=1')
      const [image] = present.images as readonly { readonly imageManifest: string }[]
      const base: Manifest = JSON.parse(image?.imageManifest ?? '')
      const added = await pushLayer({ home, answer }, randomBytes(300_000))
      const manifest = JSON.stringify({ ...base, layers: [...base.layers, added] })
      await writeFile(home.file('manifest.json'), manifest)
      const put = ['put-image', ...app, '--image-tag', 'cli', '--image-manifest']
      await answer('ecr', ...put, 'file://manifest.json')

      const imageDigest = digestOf(Buffer.from(manifest))
      const [list, read, again] = await Promise.all([
        answer('ecr', 'list-images', ...app),
        answer('ecr', 'batch-get-image', ...app, '--image-ids', 'imageTag=cli'),
        aws('by-hand', 'ecr', ...put, 'file://manifest.json'),
      ])
      expect(list.imageIds).toContainEqual({ imageDigest, imageTag: 'cli' })
      expect(read).toMatchObject({
        images: [{ imageId: { imageDigest, imageTag: 'cli' }, imageManifest: manifest }],
        failures: [],
      })
      expect(again.stderr).toContain('(ImageAlreadyExistsException)')
    })

    test('what a power user of ECR may not do is refused', async () => {
      const [repository, images, ownAccount] = await Promise.all([
        aws('by-hand', 'ecr', 'delete-repository', ...app, '--force'),
        aws('by-hand', 'ecr', 'batch-delete-image', ...app, '--image-ids', 'imageTag=1'),
        aws('gitlab-runner', 'ecr', 'list-images', ...app, '--registry-id', '222222222222'),
      ])
      const repositoryArn = 'arn:aws:ecr:eu-west-1:222222222222:repository/app'
      const denied = (action: string): string =>
        `is not authorized to perform: ${action} on resource: ${repositoryArn} because no`
      expect(repository.stderr).toContain('(AccessDeniedException)')
      expect(repository.stderr).toContain(denied('ecr:DeleteRepository'))
      expect(images.stderr).toContain(denied('ecr:BatchDeleteImage'))
      expect(ownAccount.stderr).toContain(denied('ecr:ListImages'))
    })
  },
)

/** What the example's README tells the runner to write, with a profile for its source as there is no instance here. */
const runnerProfiles = `
[profile by-hand]
role_arn = arn:aws:iam::222222222222:role/OurThingBuildRole
source_profile = gitlab-runner
external_id = some_key_build

[profile without-external-id]
role_arn = arn:aws:iam::222222222222:role/OurThingBuildRole
source_profile = gitlab-runner

[profile wrong-external-id]
role_arn = arn:aws:iam::222222222222:role/OurThingBuildRole
source_profile = gitlab-runner
external_id = guess
`
const app = ['--repository-name', 'app'] as const

interface Layer {
  readonly mediaType: string
  readonly size: number
  readonly digest: string
}

interface Manifest {
  readonly layers: readonly Layer[]
}

interface Client {
  readonly home: ClientHome
  readonly answer: (...args: readonly string[]) => Promise<Record<string, unknown>>
}

async function pushLayer({ home, answer }: Client, content: Buffer): Promise<Layer> {
  const digest = digestOf(content)
  const name = `${digest.slice(7, 19)}.layer`
  await writeFile(home.file(name), content)
  const { uploadId } = await answer('ecr', 'initiate-layer-upload', ...app)
  const upload = ['--upload-id', String(uploadId)]
  const range = ['--part-first-byte', '0', '--part-last-byte', String(content.length - 1)]
  const part = [...range, '--layer-part-blob', `fileb://${name}`]
  await answer('ecr', 'upload-layer-part', ...app, ...upload, ...part)
  await answer('ecr', 'complete-layer-upload', ...app, ...upload, '--layer-digests', digest)
  const mediaType = 'application/vnd.docker.image.rootfs.diff.tar.gzip'
  return { mediaType, size: content.length, digest }
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

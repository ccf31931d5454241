import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noFaults } from '../../src/local/index.ts'
import { withReason } from '../support/aws-cli.ts'
import { whyNotInstalled } from '../support/installed.ts'
import { type RegistryWorld, region, startRegistryWorld } from '../support/registry-world.ts'
import { runProgram } from '../support/run-program.ts'

const reason = whyNotInstalled('skopeo', '--version')

let world: RegistryWorld
let folder: string

beforeAll(async () => {
  world = await startRegistryWorld()
  folder = mkdtempSync(join(tmpdir(), 'stile-skopeo-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await world.stop()
})

/** An OCI layout of one image whose layers are an empty archive and noise. */
function writeLayout(path: string): string {
  const blobs = join(path, 'blobs', 'sha256')
  mkdirSync(blobs, { recursive: true })
  const keep = (bytes: Buffer, mediaType: string): object => {
    const hex = createHash('sha256').update(bytes).digest('hex')
    writeFileSync(join(blobs, hex), bytes)
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length }
  }
  const archives = [Buffer.alloc(1024), Buffer.concat([randomBytes(2_000_000), Buffer.alloc(1024)])]
  const diffIds = archives.map((one) => `sha256:${createHash('sha256').update(one).digest('hex')}`)
  const config = {
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: diffIds },
  }
  const type = 'application/vnd.oci.image'
  const mediaType = `${type}.manifest.v1+json`
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: keep(Buffer.from(JSON.stringify(config)), `${type}.config.v1+json`),
      layers: archives.map((one) => keep(gzipSync(one), `${type}.layer.v1.tar+gzip`)),
    }),
  )
  const entry = {
    ...keep(manifest, mediaType),
    annotations: { 'org.opencontainers.image.ref.name': 'v1' },
  }
  writeFileSync(join(path, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [entry] }))
  writeFileSync(join(path, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  return createHash('sha256').update(manifest).digest('hex')
}

async function passwordOf(keys: Parameters<RegistryWorld['login']>[0]): Promise<string> {
  const [, encoded = ''] = (await world.login(keys)).split(' ')
  return Buffer.from(encoded, 'base64').toString()
}

const skopeo = (...args: readonly string[]) => runProgram({ name: 'skopeo' }, args)

test.skipIf(reason !== undefined)(
  withReason('skopeo copies an image in and out, between repositories, and deletes it', reason),
  async () => {
    const layout = join(folder, 'in')
    const digest = writeLayout(layout)
    const creds = await passwordOf(world.root(world.other))
    for (const name of ['first', 'second']) await world.newRepository(world.other, name)
    const place = (name: string): string =>
      `docker://127.0.0.1:${world.aws.port}/${world.other}/${region}/${name}:v1`
    const source = ['--src-tls-verify=false', '--src-creds', creds]
    const target = ['--dest-tls-verify=false', '--dest-creds', creds]
    const pushed = await skopeo('copy', ...target, `oci:${layout}:v1`, place('first'))
    expect(pushed).toMatchObject({ exitCode: 0 })
    const between = await skopeo('copy', ...source, ...target, place('first'), place('second'))
    expect(between).toMatchObject({ exitCode: 0 })
    const out = join(folder, 'out')
    expect(await skopeo('copy', ...source, place('second'), `oci:${out}:v1`)).toMatchObject({
      exitCode: 0,
    })
    const index = JSON.parse(readFileSync(join(out, 'index.json'), 'utf8'))
    expect(index.manifests[0].digest).toBe(`sha256:${digest}`)
    const login = ['--tls-verify=false', '--creds', creds]
    const tags = await skopeo('list-tags', ...login, place('first').slice(0, -3))
    expect(JSON.parse(tags.stdout).Tags).toEqual(['v1'])
    expect(await skopeo('delete', ...login, place('first'))).toMatchObject({ exitCode: 0 })
    expect((await skopeo('inspect', ...login, place('first'))).exitCode).not.toBe(0)
  },
  180_000,
)

test.skipIf(reason !== undefined)(
  withReason('skopeo is told why it may not push', reason),
  async () => {
    const layout = join(folder, 'refused')
    writeLayout(layout)
    await world.newRepository(world.other, 'closed')
    const keys = await world.userWith(world.home, 'reader', ['ecr:*'])
    const target = `docker://127.0.0.1:${world.aws.port}/${world.other}/${region}/closed:v1`
    const creds = ['--dest-tls-verify=false', '--dest-creds', await passwordOf(keys)]
    const refused = await skopeo('copy', ...creds, `oci:${layout}:v1`, target)
    expect(refused.exitCode).not.toBe(0)
    expect(refused.stderr).toMatch(/403 \(Forbidden\)|denied/)
  },
  180_000,
)

test.skipIf(reason !== undefined)(
  withReason('skopeo pulls from another account for as long as its policy says so', reason),
  async () => {
    const layout = join(folder, 'lent')
    const digest = writeLayout(layout)
    await world.newRepository(world.other, 'lent')
    const place = `docker://127.0.0.1:${world.aws.port}/${world.other}/${region}/lent:v1`
    const owner = await passwordOf(world.root(world.other))
    const target = (creds: string) => ['--dest-tls-verify=false', '--dest-creds', creds]
    const pushed = await skopeo('copy', ...target(owner), `oci:${layout}:v1`, place)
    expect(pushed).toMatchObject({ exitCode: 0 })
    const guest = await passwordOf(await world.userWith(world.home, 'puller', ['ecr:*']))
    const inspect = () => skopeo('inspect', '--tls-verify=false', '--creds', guest, place)
    const before = await inspect()
    expect(before.exitCode).not.toBe(0)
    expect(before.stderr).toMatch(/403 \(Forbidden\)|denied/)
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${world.home}:user/puller` },
      Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:ListImages'],
    }
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    const lent = new SetRepositoryPolicyCommand({ repositoryName: 'lent', policyText })
    await world.ecr(world.root(world.other)).send(lent)
    const after = await inspect()
    expect(after).toMatchObject({ exitCode: 0 })
    expect(JSON.parse(after.stdout).Digest).toBe(`sha256:${digest}`)
    const out = join(folder, 'lent-out')
    const pulled = await skopeo(
      'copy',
      '--src-tls-verify=false',
      '--src-creds',
      guest,
      place,
      `oci:${out}:v1`,
    )
    expect(pulled).toMatchObject({ exitCode: 0 })
    const other = place.replace(':v1', ':v2')
    const refused = await skopeo('copy', ...target(guest), `oci:${layout}:v1`, other)
    expect(refused.exitCode).not.toBe(0)
    expect(refused.stderr).toMatch(/403 \(Forbidden\)|denied/)
  },
  180_000,
)

test.skipIf(reason !== undefined)(
  withReason('skopeo waits and tries again when it is throttled', reason),
  async () => {
    const layout = join(folder, 'slowly')
    writeLayout(layout)
    await world.newRepository(world.other, 'slowly')
    const place = `docker://127.0.0.1:${world.aws.port}/${world.other}/${region}/slowly:v1`
    const creds = await passwordOf(world.root(world.other))
    const target = ['--dest-tls-verify=false', '--dest-creds', creds]
    const source = ['--src-tls-verify=false', '--src-creds', creds]
    expect(await skopeo('copy', ...target, `oci:${layout}:v1`, place)).toMatchObject({
      exitCode: 0,
    })
    world.aws.setFaults({ ...noFaults, throttle: 1 })
    const pulling = skopeo('copy', ...source, place, `oci:${join(folder, 'pulled')}:v1`)
    await expect
      .poll(() => world.aws.events().at(-1)?.errorCode, { timeout: 30_000 })
      .toBe('ThrottlingException')
    world.aws.setFaults(noFaults)
    expect(await pulling).toMatchObject({ exitCode: 0 })
  },
  180_000,
)

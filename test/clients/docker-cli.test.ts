// Docker's own command line, as far as it goes without a daemon, by `docker-credential-stile`.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withReason } from '../support/aws-cli.ts'
import { type DockerWorld, startDockerWorld } from '../support/docker-world.ts'
import { whyNotInstalled } from '../support/installed.ts'
import { descriptor, imageType, registryClient } from '../support/registry-world.ts'
import { runProgram } from '../support/run-program.ts'
import type { Outcome } from '../support/run-stile.ts'

// Programs of their own, on machines that have more to do.
vi.setConfig({ testTimeout: 180_000 })

let world: DockerWorld
beforeEach(async () => {
  world = await startDockerWorld()
  await signIn()
  await world.newRepository('app')
})
afterEach(() => world.stop())

async function signIn(...more: readonly string[]): Promise<void> {
  const login = await world.stile('docker-login', 'push', '--account', 'shop', ...more)
  expect(login.exitCode, login.stderr).toBe(0)
}

const docker = (argv: readonly string[], stdin = ''): Promise<Outcome> =>
  runProgram({ name: 'docker', environment: world.clientEnvironment, stdin }, argv)

async function done(outcome: Promise<Outcome>): Promise<string> {
  const { exitCode, stdout, stderr } = await outcome
  expect(exitCode, stderr).toBe(0)
  return stdout
}

/** The password that the helper gives. */
async function passwordOf(): Promise<string> {
  const argv = ['docker-credential-stile', 'get']
  const environment = world.clientEnvironment
  const given = await done(runProgram({ name: 'env', environment, stdin: world.shared }, argv))
  return JSON.parse(given).Secret
}

const dockerReason = whyNotInstalled('docker', '--version')

test.skipIf(dockerReason !== undefined)(
  withReason('docker login finds the password right, and keeps it nowhere', dockerReason),
  async () => {
    const login = ['login', '--username', 'AWS', '--password-stdin', world.shared]
    const password = await passwordOf()
    expect(await done(docker(login, password))).toContain('Login Succeeded')
    const wrong = await docker(login, `${password.slice(0, -1)}x`)
    expect(wrong.exitCode).not.toBe(0)
    expect(wrong.stderr).toContain('403 Forbidden')
    await signIn('--read-only')
    const other = await docker(login, password)
    expect(other.exitCode, 'it is good, but not what Stile signs in with').not.toBe(0)
    expect(other.stderr).toContain('stile keeps no passwords of registries')
    const config = await readFile(join(world.directory, '.docker/config.json'), 'utf8')
    expect(JSON.parse(config).auths).toEqual({ [world.shared]: {} })
  },
)

test.skipIf(dockerReason !== undefined)(
  withReason('docker logout makes Stile ask for a new password', dockerReason),
  async () => {
    await passwordOf()
    const before = world.calls('GetAuthorizationToken')
    await done(docker(['logout', world.shared]))
    await passwordOf()
    expect(world.calls('GetAuthorizationToken')).toBe(before + 1)
  },
)

test.skipIf(dockerReason !== undefined)(
  withReason('docker manifest reads an image, and makes a list of two', dockerReason),
  async () => {
    const [amd, arm] = [await pushImage('amd64'), await pushImage('arm64')]
    const image = world.image('app')
    const inspect = (tag: string): Promise<Outcome> =>
      docker(['manifest', 'inspect', '--insecure', `${image}:${tag}`])
    const read = JSON.parse(await done(inspect('amd64')))
    expect(read.config.digest).toBe(amd.config)
    await done(
      docker([
        ...['manifest', 'create', '--insecure'],
        ...['both', 'amd64', 'arm64'].map((tag) => `${image}:${tag}`),
      ]),
    )
    const pushed = await done(docker(['manifest', 'push', '--insecure', `${image}:both`]))
    expect(pushed).toMatch(/^sha256:[0-9a-f]{64}\n$/)
    const both = JSON.parse(await done(inspect('both')))
    expect(
      both.manifests.map((each: { digest: string; platform: { architecture: string } }) => [
        each.platform.architecture,
        each.digest,
      ]),
    ).toEqual([
      ['amd64', amd.digest],
      ['arm64', arm.digest],
    ])
  },
)

test.skipIf(dockerReason !== undefined)(
  withReason('docker may pull and not push where a session may only read', dockerReason),
  async () => {
    await pushImage('amd64')
    await signIn('--read-only')
    const image = world.image('app')
    await done(docker(['manifest', 'inspect', '--insecure', `${image}:amd64`]))
    await done(docker(['manifest', 'create', '--insecure', `${image}:list`, `${image}:amd64`]))
    const refused = await docker(['manifest', 'push', '--insecure', `${image}:list`])
    expect(refused.exitCode).not.toBe(0)
    expect(refused.stderr).toMatch(/denied|403/)
    // What it made lies about here, too.
    await done(docker(['manifest', 'rm', `${image}:list`]))
    const absent = await docker(['manifest', 'inspect', '--insecure', `${image}:list`])
    expect(absent.stderr).toContain('no such manifest')
  },
)

/** An image of one empty layer for an architecture, under a tag of that name. */
async function pushImage(architecture: string): Promise<{ digest: string; config: string }> {
  const authorization = `Basic ${Buffer.from(`AWS:${await passwordOf()}`).toString('base64')}`
  const app = { accountId: '222222222222', name: 'app' }
  const client = registryClient({ aws: world.local }, app, authorization)
  const layer = Buffer.alloc(1024)
  const diffId = `sha256:${createHash('sha256').update(layer).digest('hex')}`
  const bytes = { config: configOf(architecture, diffId), layer: gzipSync(layer) }
  const config = await client.pushBlob(bytes.config)
  const manifest = {
    schemaVersion: 2,
    mediaType: imageType,
    config: descriptor(config, bytes.config.length, 'config.v1+json'),
    layers: [
      descriptor(await client.pushBlob(bytes.layer), bytes.layer.length, 'layer.v1.tar+gzip'),
    ],
  }
  const put = await client.send('PUT', `${client.base}/manifests/${architecture}`, {
    headers: { 'content-type': imageType },
    body: JSON.stringify(manifest),
  })
  expect(put.status).toBe(201)
  return { digest: put.headers['docker-content-digest'] ?? '', config }
}

function configOf(architecture: string, diffId: string): Buffer {
  const rootfs = { type: 'layers', diff_ids: [diffId] }
  return Buffer.from(JSON.stringify({ architecture, os: 'linux', config: {}, rootfs }))
}

// Docker's credential helper protocol, and skopeo by way of it against the embedded AWS's registry.
import { spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { CreateRepositoryCommand, ECRClient, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withReason } from '../support/aws-cli.ts'
import { type LocalWorld, startLocalWorld } from '../support/local-world.ts'
import { runProgram } from '../support/run-program.ts'
import { type Outcome, root } from '../support/run-stile.ts'

const accessFile = `accounts:
  hub:  { id: "111111111111", profile: hub-admin }
  shop: { id: "222222222222", profile: shop-admin }
  dock: { id: "333333333333", profile: dock-admin }
grants:
  push:
    from: { account: hub, principals: [user/administrator], verifyAs: hub-admin }
    to: { accounts: [shop, dock], role: Pusher }
    allow:
      - policy: AmazonEC2ContainerRegistryPowerUser
  look:
    from: { account: hub, principals: [user/administrator], verifyAs: hub-admin }
    to: { accounts: [shop], role: Looker }
    allow:
      - actions: [s3:ListAllMyBuckets]
        resources: ["*"]
`

let world: LocalWorld
beforeEach(async () => {
  world = await startLocalWorld({
    accounts: [
      { id: '111111111111', name: 'hub' },
      { id: '222222222222', name: 'shop' },
      { id: '333333333333', name: 'dock' },
    ],
    accessFile,
  })
  const applied = await world.stile('apply', '--yes')
  expect(applied.exitCode, applied.stderr).toBe(0)
})
afterEach(() => world.stop())

const port = (): string => new URL(world.local.url).port
const shared = (): string => `127.0.0.1:${port()}`
const own = (accountId: string): string => `${accountId}.dkr.ecr.eu-west-1.localhost:${port()}`

/** As Docker runs it: from anywhere, with a host on standard input. */
async function helper(verb: string, stdin = ''): Promise<Outcome> {
  const child = spawn(process.execPath, [join(root, 'bin/docker-credential-stile.js'), verb], {
    cwd: '/',
    env: {
      PATH: process.env.PATH,
      HOME: world.directory,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: world.environment.AWS_CONFIG_FILE,
      AWS_SHARED_CREDENTIALS_FILE: world.environment.AWS_SHARED_CREDENTIALS_FILE,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(stdin)
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { exitCode, stdout, stderr }
}

async function newRepository(name: string, more: object = {}, policy?: object): Promise<void> {
  const client = new ECRClient({
    endpoint: world.local.url,
    region: 'eu-west-1',
    credentials: world.local.userCredentials('222222222222', 'administrator'),
  })
  await client.send(new CreateRepositoryCommand({ repositoryName: name, ...more }))
  if (policy === undefined) return
  const policyText = JSON.stringify(policy)
  await client.send(new SetRepositoryPolicyCommand({ repositoryName: name, policyText }))
}

const calls = (operation: string): number =>
  world.local.events().filter((event) => event.operation === operation).length

test('every registry is signed in to as the grant that reaches it', async () => {
  const config = join(world.directory, '.docker/config.json')
  await mkdir(join(world.directory, '.docker'))
  await writeFile(config, '{\n  "auths": {\n    "docker.io": {}\n  }\n}')
  const login = await world.stile('docker-login')
  expect(login.exitCode, login.stderr).toBe(0)
  const hosts = [own('222222222222'), own('333333333333')]
  expect(login.stdout).toBe(hosts.map((host) => `${host}  push\n`).join(''))
  expect(JSON.parse(await readFile(config, 'utf8'))).toEqual({
    auths: { 'docker.io': {} },
    credHelpers: Object.fromEntries(hosts.map((host) => [host, 'stile'])),
  })
  const before = calls('GetAuthorizationToken')
  const answers = await Promise.all(hosts.map((host) => helper('get', `https://${host}\n`)))
  for (const [i, { exitCode, stdout }] of answers.entries()) {
    expect(exitCode, stdout).toBe(0)
    const ServerURL = `https://${hosts[i]}`
    expect(JSON.parse(stdout)).toEqual({ ServerURL, Username: 'AWS', Secret: expect.any(String) })
  }
  expect(new Set(answers.map(({ stdout }) => JSON.parse(stdout).Secret)).size).toBe(2)
  expect(calls('GetAuthorizationToken'), 'the passwords were kept').toBe(before)
  expect(JSON.parse((await helper('list')).stdout)).toEqual(
    Object.fromEntries(hosts.map((host) => [host, 'AWS'])),
  )
  const directory = join(world.directory, '.cache/stile/registries')
  for (const name of await readdir(directory)) {
    expect((await stat(join(directory, name))).mode & 0o077).toBe(0)
  }
  await helper('erase', hosts[0])
  expect((await helper('get', hosts[0])).exitCode).toBe(0)
  expect(calls('GetAuthorizationToken')).toBe(before + 1)
  expect(await world.stile('docker-login', '--remove')).toMatchObject({ exitCode: 0 })
  expect(await readFile(config, 'utf8')).toBe('{\n  "auths": {\n    "docker.io": {}\n  }\n}')
})

test('the helper says what Docker expects where it knows nothing', async () => {
  const unknown = await helper('get', 'docker.io')
  expect(unknown).toMatchObject({
    exitCode: 1,
    stdout: 'credentials not found in native keychain\n',
  })
  const login = JSON.stringify({ ServerURL: 'docker.io', Username: 'me', Secret: 'hunter2' })
  const stored = await helper('store', login)
  expect(stored.exitCode).toBe(1)
  expect(stored.stdout + stored.stderr).not.toContain('hunter2')
  expect(await helper('version')).toMatchObject({ exitCode: 0 })
  expect(await helper('dance')).toMatchObject({ exitCode: 1 })
  expect(JSON.parse((await helper('list')).stdout)).toEqual({})
})

test('a refusal is told where Docker reads it', async () => {
  const refused = await world.stile('docker-login', 'look')
  expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
  expect(refused.stderr).toContain('may not sign in to the registry')
  await world.stile('docker-login', 'push', '--account', 'shop')
  await helper('erase', shared())
  const changed = accessFile.replace(
    'principals: [user/administrator], verifyAs',
    'principals: [user/nobody], verifyAs',
  )
  await writeFile(
    join(world.directory, 'access.yaml'),
    changed.replace('role: Pusher', 'role: Gone'),
  )
  const gone = await helper('get', shared())
  expect(gone.exitCode).toBe(1)
  expect(gone.stdout).toContain('may not assume')
})

test('--print changes nothing, and says no password', async () => {
  const printed = await world.stile('docker-login', 'push', '--account', 'shop', '--print')
  expect(JSON.parse(printed.stdout)).toEqual({
    credHelpers: { [own('222222222222')]: 'stile', [shared()]: 'stile' },
  })
  await expect(stat(join(world.directory, '.docker'))).rejects.toThrow('ENOENT')
})

test('push-check answers for both sides, and with --live for the repository', async () => {
  const image = (name: string): string => `${shared()}/222222222222/eu-west-1/${name}`
  const byFile = await world.stile('push-check', image('app:v1'))
  expect(byFile.exitCode, byFile.stderr).toBe(0)
  expect(byFile.stdout).toContain('push may push to app')
  const refused = await world.stile('push-check', image('app:v1'), '--as', 'look')
  expect(refused.exitCode).toBe(1)
  expect(refused.stdout).toContain('- ecr:PutImage')

  const absent = await world.stile('push-check', image('app:v1'), '--live')
  expect(absent.exitCode, absent.stderr).toBe(1)
  expect(absent.stdout).toContain('there is no repository `app`')
  await newRepository('app')
  const live = await world.stile('push-check', image('app:v1'), '--live', '--json')
  expect(live.exitCode, live.stdout + live.stderr).toBe(0)
  expect(JSON.parse(live.stdout)).toMatchObject({ allowed: true, as: 'push', obstacles: [] })
  const statement = { Effect: 'Deny', Principal: '*', Action: 'ecr:PutImage' }
  await newRepository('closed', {}, { Version: '2012-10-17', Statement: [statement] })
  const closed = await world.stile('push-check', image('closed'), '--live')
  expect(closed.exitCode).toBe(1)
  expect(closed.stdout).toContain('policy of closed')
  expect(closed.stdout).toMatch(/ {2}- ecr:PutImage/)
  expect(closed.stdout).toMatch(/ {2}\+ ecr:UploadLayerPart/)
})

const reason =
  spawnSync('skopeo', ['--version']).status === 0 ? undefined : 'skopeo is not installed'

test.skipIf(reason !== undefined)(
  withReason('skopeo pushes by the helper, and what push-check says is what happens', reason),
  async () => {
    await newRepository('app')
    await newRepository('fixed', { imageTagMutability: 'IMMUTABLE' })
    const programs = join(world.directory, 'programs')
    await mkdir(programs)
    await symlink(
      join(root, 'bin/docker-credential-stile.js'),
      join(programs, 'docker-credential-stile'),
    )
    const login = await world.stile('docker-login', 'push', '--account', 'shop')
    expect(login.exitCode, login.stderr).toBe(0)
    const layout = join(world.directory, 'image')
    await writeLayout(layout)
    const environment = {
      ...world.environment,
      PATH: `${programs}:${process.env.PATH}`,
      XDG_RUNTIME_DIR: world.directory,
    }
    const image = (name: string): string => `${shared()}/222222222222/eu-west-1/${name}:v1`
    const push = (name: string): Promise<Outcome> =>
      runProgram({ name: 'skopeo', environment }, [
        ...['copy', '--insecure-policy', '--dest-tls-verify=false'],
        ...[`oci:${layout}:v1`, `docker://${image(name)}`],
      ])
    const pushed = await push('app')
    expect(pushed.exitCode, pushed.stderr).toBe(0)
    expect((await push('fixed')).exitCode).toBe(0)
    const taken = await world.stile('push-check', image('fixed'), '--live')
    expect(taken.exitCode, taken.stderr).toBe(1)
    expect(taken.stdout).toContain('the tag `v1` is taken')
    await writeLayout(layout)
    expect((await push('fixed')).exitCode).not.toBe(0)
    expect((await world.stile('push-check', image('app'), '--live')).exitCode).toBe(0)
    expect((await push('app')).exitCode).toBe(0)
    expect(await readFile(join(world.directory, '.docker/config.json'), 'utf8')).not.toContain(
      'auth"',
    )
  },
)

/** An OCI layout of one image with one layer. */
async function writeLayout(path: string): Promise<void> {
  const blobs = join(path, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })
  const keep = async (bytes: Buffer, mediaType: string): Promise<object> => {
    const hex = createHash('sha256').update(bytes).digest('hex')
    await writeFile(join(blobs, hex), bytes)
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length }
  }
  const layer = Buffer.concat([randomBytes(2000), Buffer.alloc(1024)])
  const config = {
    architecture: 'amd64',
    os: 'linux',
    rootfs: {
      type: 'layers',
      diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`],
    },
  }
  const type = 'application/vnd.oci.image'
  const manifest = {
    schemaVersion: 2,
    mediaType: `${type}.manifest.v1+json`,
    config: await keep(Buffer.from(JSON.stringify(config)), `${type}.config.v1+json`),
    layers: [await keep(gzipSync(layer), `${type}.layer.v1.tar+gzip`)],
  }
  const entry = await keep(Buffer.from(JSON.stringify(manifest)), manifest.mediaType)
  const annotations = { 'org.opencontainers.image.ref.name': 'v1' }
  const index = { schemaVersion: 2, manifests: [{ ...entry, annotations }] }
  await writeFile(join(path, 'index.json'), JSON.stringify(index))
  await writeFile(join(path, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
}

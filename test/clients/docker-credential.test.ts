// Docker's credential helper protocol, and skopeo by way of it against the embedded AWS's registry.
import { spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withReason } from '../support/aws-cli.ts'
import { type DockerWorld, startDockerWorld } from '../support/docker-world.ts'
import { whyNotInstalled } from '../support/installed.ts'
import { runProgram } from '../support/run-program.ts'
import { type Outcome, root, runStile } from '../support/run-stile.ts'

let world: DockerWorld
beforeEach(async () => {
  world = await startDockerWorld()
})
afterEach(() => world.stop())

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

test('every registry is signed in to as the grant that reaches it', async () => {
  const config = join(world.directory, '.docker/config.json')
  await mkdir(join(world.directory, '.docker'))
  await writeFile(config, '{\n  "auths": {\n    "docker.io": {}\n  }\n}')
  const login = await world.stile('docker-login')
  expect(login.exitCode, login.stderr).toBe(0)
  const hosts = [world.own('222222222222'), world.own('333333333333')]
  expect(login.stdout).toBe(hosts.map((host) => `${host}  push\n`).join(''))
  expect(JSON.parse(await readFile(config, 'utf8'))).toEqual({
    auths: { 'docker.io': {} },
    credHelpers: Object.fromEntries(hosts.map((host) => [host, 'stile'])),
  })
  const before = world.calls('GetAuthorizationToken')
  const answers = await Promise.all(hosts.map((host) => helper('get', `https://${host}\n`)))
  for (const [i, { exitCode, stdout }] of answers.entries()) {
    expect(exitCode, stdout).toBe(0)
    const ServerURL = `https://${hosts[i]}`
    expect(JSON.parse(stdout)).toEqual({ ServerURL, Username: 'AWS', Secret: expect.any(String) })
  }
  expect(new Set(answers.map(({ stdout }) => JSON.parse(stdout).Secret)).size).toBe(2)
  expect(world.calls('GetAuthorizationToken'), 'the passwords were kept').toBe(before)
  expect(JSON.parse((await helper('list')).stdout)).toEqual(
    Object.fromEntries(hosts.map((host) => [host, 'AWS'])),
  )
  const directory = join(world.directory, '.cache/stile/registries')
  for (const name of await readdir(directory)) {
    expect((await stat(join(directory, name))).mode & 0o077).toBe(0)
  }
  await helper('erase', hosts[0])
  expect((await helper('get', hosts[0])).exitCode).toBe(0)
  expect(world.calls('GetAuthorizationToken')).toBe(before + 1)
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

test('what the helper gave may be given back to it, and nothing else', async () => {
  await world.stile('docker-login', 'push', '--account', 'shop')
  const given = await helper('get', world.shared)
  expect(await helper('store', given.stdout)).toMatchObject({ exitCode: 0, stdout: '' })
  const other = { ...JSON.parse(given.stdout), Secret: 'hunter2' }
  for (const text of [JSON.stringify(other), '{"ServerURL":', '[]', 'null', '""', '']) {
    const refused = await helper('store', text)
    expect(refused.exitCode, text).toBe(1)
    expect(refused.stdout).toContain('stile keeps no passwords')
    expect(refused.stdout + refused.stderr).not.toContain('hunter2')
  }
})

test('a refusal is told where Docker reads it', async () => {
  const refused = await world.stile('docker-login', 'look')
  expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
  expect(refused.stderr).toContain('may not sign in to the registry')
  await world.stile('docker-login', 'push', '--account', 'shop')
  await helper('erase', world.shared)
  const changed = world.accessFile.replace(
    'principals: [user/administrator], verifyAs',
    'principals: [user/nobody], verifyAs',
  )
  await writeFile(
    join(world.directory, 'access.yaml'),
    changed.replace('role: Pusher', 'role: Gone'),
  )
  const gone = await helper('get', world.shared)
  expect(gone.exitCode).toBe(1)
  expect(gone.stdout).toContain('may not assume')
})

test('--print changes nothing, and says no password', async () => {
  const printed = await world.stile('docker-login', 'push', '--account', 'shop', '--print')
  expect(JSON.parse(printed.stdout)).toEqual({
    credHelpers: { [world.own('222222222222')]: 'stile', [world.shared]: 'stile' },
  })
  await expect(stat(join(world.directory, '.docker'))).rejects.toThrow('ENOENT')
})

test('push-check answers for both sides, and with --live for the repository', async () => {
  const { image } = world
  const byFile = await world.stile('push-check', image('app:v1'))
  expect(byFile.exitCode, byFile.stderr).toBe(0)
  expect(byFile.stdout).toContain('push may push to app')
  const refused = await world.stile('push-check', image('app:v1'), '--as', 'look')
  expect(refused.exitCode).toBe(1)
  expect(refused.stdout).toContain('- ecr:PutImage')

  const absent = await world.stile('push-check', image('app:v1'), '--live')
  expect(absent.exitCode, absent.stderr).toBe(1)
  expect(absent.stdout).toContain('there is no repository `app`')
  await world.newRepository('app')
  const live = await world.stile('push-check', image('app:v1'), '--live', '--json')
  expect(live.exitCode, live.stdout + live.stderr).toBe(0)
  expect(JSON.parse(live.stdout)).toMatchObject({ allowed: true, as: 'push', obstacles: [] })
  const statement = { Effect: 'Deny', Principal: '*', Action: 'ecr:PutImage' }
  await world.newRepository('closed', {}, { Version: '2012-10-17', Statement: [statement] })
  const closed = await world.stile('push-check', image('closed'), '--live')
  expect(closed.exitCode).toBe(1)
  expect(closed.stdout).toContain('policy of closed')
  expect(closed.stdout).toMatch(/ {2}- ecr:PutImage/)
  expect(closed.stdout).toMatch(/ {2}\+ ecr:UploadLayerPart/)
})

const keyringReason =
  whyNotInstalled('gnome-keyring-daemon', '--version') ??
  whyNotInstalled('dbus-run-session', '--version')

test.skipIf(keyringReason !== undefined)(
  withReason('who keeps sessions in the keychain has no password in a file', keyringReason),
  async () => {
    const login = (...more: readonly string[]) =>
      world.stile('docker-login', 'push', '--account', 'shop', ...more)
    expect((await login()).exitCode).toBe(0)
    const stile = `"$0" "${join(root, 'bin/stile.js')}"`
    const script = `
printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
${stile} docker-login push --account shop --file "$HOME/access.yaml" --cache keychain >/dev/null || exit 9
echo "${world.shared}" | docker-credential-stile get
echo "files: $(find "$HOME/.cache" -name '*.secret')"
${stile} forget --all >/dev/null 2>&1
echo "${world.shared}" | docker-credential-stile get`
    const environment = { ...world.clientEnvironment, XDG_RUNTIME_DIR: world.directory }
    const before = world.calls('GetAuthorizationToken')
    const told = await runProgram({ name: 'dbus-run-session', environment }, [
      ...['--', 'sh', '-c', script, process.execPath],
    ])
    const [first = '', files, second = ''] = told.stdout.trim().split('\n')
    expect(files, told.stderr).toBe('files: ')
    expect(JSON.parse(first).Secret).not.toBe(JSON.parse(second).Secret)
    expect(world.calls('GetAuthorizationToken')).toBe(before + 2)
    const found = spawnSync('grep', ['-rl', JSON.parse(second).Secret, world.directory])
    expect(found.stdout.toString()).toBe('')
  },
)

test('without a keychain a password for it is kept nowhere', async () => {
  const outcome = await runStile(
    ['docker-login', 'push', '--account', 'shop', '--cache', 'keychain'],
    {
      cwd: world.directory,
      environment: { ...world.environment, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' },
    },
  )
  expect(outcome).toMatchObject({ exitCode: 3, stdout: '' })
  expect(outcome.stderr).toContain('the keychain cannot be used')
  expect(world.calls('GetAuthorizationToken')).toBe(0)
})

const reason = whyNotInstalled('skopeo', '--version')

test.skipIf(reason !== undefined)(
  withReason('skopeo pushes by the helper, and what push-check says is what happens', reason),
  async () => {
    await world.newRepository('app')
    await world.newRepository('fixed', { imageTagMutability: 'IMMUTABLE' })
    const login = await world.stile('docker-login', 'push', '--account', 'shop')
    expect(login.exitCode, login.stderr).toBe(0)
    const layout = join(world.directory, 'image')
    await writeLayout(layout)
    const image = (name: string): string => `${world.image(name)}:v1`
    const push = (name: string): Promise<Outcome> =>
      runProgram({ name: 'skopeo', environment: world.clientEnvironment }, [
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

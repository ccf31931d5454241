// Builds that push and pull by `docker-credential-stile`, as a build server's user does: as root, and without.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { chmod, lchown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withReason } from '../support/aws-cli.ts'
import { type DockerWorld, startDockerWorld } from '../support/docker-world.ts'
import { whyNotInstalled } from '../support/installed.ts'
import { runProgram } from '../support/run-program.ts'
import type { Outcome } from '../support/run-stile.ts'

let world: DockerWorld
beforeEach(async () => {
  world = await startDockerWorld()
  await signIn()
  await world.newRepository('app')
  await world.newRepository('next')
})
afterEach(() => world.stop())

async function signIn(...more: readonly string[]): Promise<void> {
  const login = await world.stile('docker-login', 'push', '--account', 'shop', ...more)
  expect(login.exitCode, login.stderr).toBe(0)
}

/** How a program is run as somebody: the first words of its command line. */
type As = readonly string[]

const asOneself: As = []
const isRoot = process.getuid?.() === 0
/** Root gives up what it is; anybody else is no root anyway. */
const asNobody: As = isRoot
  ? ['setpriv', '--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups', '--']
  : asOneself

function buildah(as: As, argv: readonly string[]): Promise<Outcome> {
  const places = [
    '--root',
    join(world.directory, 'images'),
    '--runroot',
    join(world.directory, 'run'),
  ]
  const environment = { ...world.clientEnvironment, BUILDAH_ISOLATION: 'chroot' }
  return runProgram({ name: 'env', environment }, [
    ...as,
    ...['buildah', '--storage-driver', 'vfs', ...places, ...argv],
  ])
}

const insecure = '--tls-verify=false'
const place = (name: string): string => `docker://${world.image(name)}:v1`

async function done(outcome: Promise<Outcome>): Promise<string> {
  const { exitCode, stdout, stderr } = await outcome
  expect(exitCode, stderr).toBe(0)
  return stdout
}

/** An image of one file, and its name. */
async function build(as: As): Promise<string> {
  const file = join(world.directory, 'file')
  await writeFile(file, 'made here\n')
  await done(buildah(as, ['from', '--name', 'work', 'scratch']))
  await done(buildah(as, ['copy', 'work', file, '/file']))
  await done(buildah(as, ['commit', 'work', 'made']))
  return 'made'
}

/** What is pushed can be built upon: the image of a file more goes into the other repository. */
async function pushAndBuildOn(as: As): Promise<void> {
  await done(buildah(as, ['push', insecure, await build(as), place('app')]))
  const context = join(world.directory, 'context')
  await mkdir(context)
  await writeFile(join(context, 'more'), 'and more\n')
  await writeFile(
    join(context, 'Containerfile'),
    `FROM ${world.image('app')}:v1\nCOPY more /more\n`,
  )
  await done(buildah(as, ['rmi', '--all', '--force']))
  await done(buildah(as, ['bud', insecure, '--tag', 'more', context]))
  await done(buildah(as, ['push', insecure, 'more', place('next')]))
  expect(JSON.parse(await done(buildah(as, ['inspect', '--type', 'image', 'more'])))).toMatchObject(
    {
      FromImage: 'localhost/more:latest',
    },
  )
}

const reason = whyNotBuilding(asOneself)

/** Kernels and containers may forbid what it takes: then it fails at the first command. */
function whyNotBuilding(as: As): string | undefined {
  const absent = whyNotInstalled('buildah', '--version')
  if (absent !== undefined) return absent
  const folder = mkdtempSync(join(tmpdir(), 'stile-buildah-'))
  try {
    chmodSync(folder, 0o777)
    // Made by who is to work in it, who must own it.
    const script = `mkdir "$0" && export HOME="$0" XDG_RUNTIME_DIR="$0" && cd "$0" &&
exec buildah --storage-driver vfs --root "$0/images" --runroot "$0/run" from scratch`
    const argv = [...as, 'sh', '-c', script, join(folder, 'own')]
    const { status, stderr } = spawnSync('env', argv, { encoding: 'utf8' })
    return status === 0
      ? undefined
      : `buildah cannot work here: ${stderr.trim().split('\n').at(-1)}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test.skipIf(reason !== undefined)(
  withReason('buildah pushes an image, and builds another on it', reason),
  async () => {
    await pushAndBuildOn(asOneself)
  },
  180_000,
)

test.skipIf(reason !== undefined)(
  withReason('buildah is signed in already, and told why it may not push', reason),
  async () => {
    const login = ['login', insecure, world.shared]
    expect(await done(buildah(asOneself, login))).toContain('Already logged in')
    const image = await build(asOneself)
    await signIn('--read-only')
    const refused = await buildah(asOneself, ['push', insecure, image, place('app')])
    expect(refused.exitCode).not.toBe(0)
    expect(refused.stderr).toMatch(/403 \(Forbidden\)|denied/)
    const elsewhere = await buildah(asOneself, [
      'push',
      insecure,
      image,
      place('app').replace('127.0.0.1', 'localhost'),
    ])
    expect(elsewhere.exitCode, 'nobody signs in to another host').not.toBe(0)
  },
  180_000,
)

test.skipIf(reason !== undefined)(
  withReason('buildah pushes a list of images', reason),
  async () => {
    const image = await build(asOneself)
    await done(buildah(asOneself, ['manifest', 'create', 'list']))
    await done(buildah(asOneself, ['manifest', 'add', 'list', image]))
    const push = ['manifest', 'push', '--all', insecure, 'list', place('app')]
    await done(buildah(asOneself, push))
    await done(buildah(asOneself, ['pull', insecure, place('app')]))
  },
  180_000,
)

const rootlessReason = whyNotBuilding(asNobody)

test.skipIf(rootlessReason !== undefined)(
  withReason('buildah pushes as a user who is not root, too', rootlessReason),
  async () => {
    if (isRoot) await giveToNobody(world.directory)
    await pushAndBuildOn(asNobody)
    const passwords = join(world.directory, '.cache/stile/registries')
    expect((await readdir(passwords)).length).toBeGreaterThan(0)
  },
  180_000,
)

async function giveToNobody(directory: string): Promise<void> {
  const ids = await readFile('/etc/passwd', 'utf8')
  const [, uid = '', gid = ''] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(ids) ?? []
  const names = await readdir(directory, { recursive: true })
  for (const name of ['', ...names]) await lchown(join(directory, name), Number(uid), Number(gid))
  await chmod(directory, 0o755)
}

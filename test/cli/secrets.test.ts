// Where secrets are: everything that the commands of daily use wrote, printed and passed on is searched for every secret.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { CreateAccessKeyCommand, IAMClient } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalWorld, startLocalWorld } from '../support/local-world.ts'
import { root } from '../support/run-stile.ts'

const accessFile = `accounts:
  hub:  { id: "111111111111", profile: hub-admin }
  shop: { id: "222222222222", profile: shop-admin }
grants:
  push:
    from: { account: hub, principals: [user/administrator], verifyAs: kept }
    to: { accounts: [shop], role: Pusher }
    allow: [{ policy: AmazonEC2ContainerRegistryPowerUser }]
`

interface Run {
  readonly argv: readonly string[]
  readonly stdout: string
  readonly stderr: string
  /** Command lines of its children, as every user of the machine sees them. */
  readonly seen: readonly string[]
}

let world: LocalWorld
let longTerm: { readonly id: string; readonly secret: string }
const runs: Run[] = []

beforeAll(async () => {
  world = await startLocalWorld({
    accounts: [
      { id: '111111111111', name: 'hub' },
      { id: '222222222222', name: 'shop' },
    ],
    accessFile: accessFile.replace('kept', 'hub-admin'),
  })
  expect((await world.stile('apply', '--yes')).exitCode).toBe(0)
  await writeFile(join(world.directory, 'access.yaml'), accessFile)
  const iam = new IAMClient({
    endpoint: world.local.url,
    region: 'eu-west-1',
    credentials: world.local.userCredentials('111111111111', 'administrator'),
  })
  const made = await iam.send(new CreateAccessKeyCommand({ UserName: 'administrator' }))
  const { AccessKeyId = '', SecretAccessKey = '' } = made.AccessKey ?? {}
  longTerm = { id: AccessKeyId, secret: SecretAccessKey }
  await everything()
}, 120_000)
afterAll(() => world.stop())

/** Runs it with `--debug`, and looks at the processes below it as often as it can. */
async function run(argv: readonly string[], stdin = ''): Promise<Run> {
  const child = spawn(process.execPath, [join(root, 'bin/stile.js'), ...argv], {
    cwd: world.directory,
    env: { PATH: process.env.PATH, ...world.environment, STILE_KEYCHAIN: 'off' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(stdin)
  const seen = new Set<string>()
  const look = setInterval(() => {
    for (const line of commandLinesBelow(child.pid ?? 0)) seen.add(line)
  }, 5)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  clearInterval(look)
  const done = { argv, stdout, stderr, seen: [...seen] }
  runs.push(done)
  return done
}

function commandLinesBelow(pid: number): readonly string[] {
  if (process.platform !== 'linux') return []
  const parents = new Map<number, number>()
  const lines = new Map<number, string>()
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const status = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]))
      lines.set(Number(name), readFileSync(`/proc/${name}/cmdline`, 'utf8'))
    } catch {
      // It has ended in between.
    }
  }
  const isBelow = (one: number): boolean =>
    one === pid || (parents.has(one) && one > 1 && isBelow(parents.get(one) ?? 0))
  return [...lines].filter(([one]) => isBelow(one)).map(([, line]) => line)
}

/** One of each command that handles a secret, and of each kind of failure. */
async function everything(): Promise<void> {
  const { id, secret } = longTerm
  const debug = ['--debug']
  await run(['keys', 'add', 'wrong', ...debug], `${secret} ${id}`)
  await run(['keys', 'add', 'kept', ...debug], `${id}\n${secret}\n`)
  const aws = join(world.directory, '.aws/credentials')
  await mkdir(join(world.directory, '.aws'), { recursive: true })
  await writeFile(aws, `[moved]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`)
  await run(['keys', 'import', 'moved', '--yes', ...debug])
  await run(['keys', 'list', '--json', ...debug])
  await run(['credential-process', 'push', ...debug])
  await run(['exec', 'push', ...debug, '--', 'sh', '-c', 'ps -ef >/dev/null 2>&1; true'])
  await run(['exec', 'push', '--server', ...debug, '--', 'sh', '-c', 'true'])
  await run(['docker-login', 'push', ...debug])
  await run(['docker-login', 'push', '--print', ...debug])
  await run(['push-check', image(), ...debug])
  await run(['ci', 'env', 'push', ...debug])
  await run([
    'exec',
    'push',
    '--fresh',
    '--external-id',
    'wrong',
    '--session-name',
    '!',
    ...debug,
    '--',
    'true',
  ])
  await run([
    'exec',
    'push',
    '--fresh',
    '--endpoint-url',
    'http://127.0.0.1:1',
    ...debug,
    '--',
    'true',
  ])
  await signIn(500)
  await signIn(400)
}

const image = (): string => `${new URL(world.local.url).host}/222222222222/eu-west-1/app`

/** A sign-in service that fails: what it was asked holds the session. */
async function signIn(status: number): Promise<void> {
  const server = createServer((request, response) => {
    response.writeHead(status).end(`no: ${request.url}`)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await run([
    'console',
    'push',
    '--federation',
    '--sign-in-url',
    `http://127.0.0.1:${port}`,
    '--debug',
  ])
  server.close()
}

/** The sessions and passwords that are kept, as they stand in the files for them. */
async function keptSecrets(): Promise<readonly string[]> {
  const found: string[] = [longTerm.secret]
  for (const file of await filesBelow(join(world.directory, '.cache/stile'))) {
    const content = await readFile(file, 'utf8')
    for (const [, secret = ''] of content.matchAll(
      /"(?:secretAccessKey|sessionToken|password|SecretAccessKey|SessionToken)\\?":\s*\\?"([^"\\]+)/g,
    )) {
      found.push(secret)
    }
  }
  return [...new Set(found)]
}

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
}

test('the commands did what they are for, so that there are secrets to look for', async () => {
  expect((await keptSecrets()).length).toBeGreaterThanOrEqual(4)
  const pushed = runs.find(({ argv }) => argv[0] === 'credential-process')
  expect(pushed?.stdout).toContain('SessionToken')
})

test('no secret is printed but by the command that is for it', async () => {
  const secrets = await keptSecrets()
  for (const { argv, stdout, stderr } of runs) {
    const printed = argv[0] === 'credential-process' ? stderr : stdout + stderr
    for (const secret of secrets) expect(printed.includes(secret), argv.join(' ')).toBe(false)
  }
})

test.skipIf(process.platform !== 'linux')('no secret is in an argument of a process', async () => {
  const secrets = await keptSecrets()
  expect(runs.some(({ seen }) => seen.some((line) => line.includes('sh\0-c')))).toBe(true)
  for (const { argv, seen } of runs) {
    for (const secret of secrets) {
      expect(
        seen.some((line) => line.includes(secret)),
        argv.join(' '),
      ).toBe(false)
    }
  }
})

test('every file with a secret is its owner’s alone, and one that is for it', async () => {
  const secrets = await keptSecrets()
  const holders: string[] = []
  for (const file of await filesBelow(world.directory)) {
    const content = await readFile(file, 'utf8')
    if (!secrets.some((secret) => content.includes(secret))) continue
    expect((await stat(file)).mode & 0o077, file).toBe(0)
    holders.push(file.slice(world.directory.length + 1))
  }
  const expected =
    /^\.cache\/stile\/(sessions|answers|registries)\/|^\.config\/stile\/keys\/\w+\.secret$/
  for (const holder of holders) expect(holder).toMatch(expected)
  expect(holders.some((holder) => holder.endsWith('kept.secret'))).toBe(true)
})

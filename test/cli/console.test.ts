// Links into the console, and what a browser and every other user of the machine get to see of them.
import { once } from 'node:events'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type LocalWorld, startLocalWorld } from '../support/local-world.ts'
import { runStile } from '../support/run-stile.ts'

const accessFile = `accounts:
  hub:  { id: "111111111111", profile: hub-admin }
  shop: { id: "222222222222", profile: shop-admin }
grants:
  look:
    from: { account: hub, principals: [user/administrator] }
    to: { accounts: [shop], role: Looker, path: /team/ }
    allow: [{ policy: ViewOnlyAccess }]
  locked:
    from: { account: hub, principals: [user/administrator] }
    to: { accounts: [shop], role: Locked }
    allow: [{ policy: ViewOnlyAccess }]
    require: { externalId: some_key }
  tagged:
    from: { account: hub, principals: [user/administrator] }
    to: { accounts: [shop], role: Tagged }
    allow: [{ policy: ViewOnlyAccess }]
    session: { tags: { team: web } }
`

let world: LocalWorld
let signIn: Server
let asked: URL[]

beforeAll(async () => {
  world = await startLocalWorld({
    accounts: [
      { id: '111111111111', name: 'hub' },
      { id: '222222222222', name: 'shop' },
    ],
    accessFile,
  })
  const applied = await world.stile('apply', '--yes')
  expect(applied.exitCode, applied.stderr).toBe(0)
  signIn = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://sign-in'))
    response.end(JSON.stringify({ SigninToken: 'a-sign-in-token' }))
  }).listen(0, '127.0.0.1')
  await once(signIn, 'listening')
})
beforeEach(() => {
  asked = []
})
afterAll(async () => {
  signIn.close()
  await world.stop()
})

const signInUrl = (): string => `http://127.0.0.1:${(signIn.address() as AddressInfo).port}`
const flags = (): readonly string[] => ['--profile', 'hub-admin', '--sign-in-url', signInUrl()]

const role = 'arn:aws:iam::222222222222:role/team/Looker'
const link =
  'https://signin.aws.amazon.com/switchrole?account=222222222222&roleName=team%2FLooker&displayName='

test.each([
  ['a grant', ['look'], `${link}Looker+%40+shop\n`],
  ['an ARN', [role], `${link}${encodeURIComponent(role).replaceAll('%20', '+')}\n`],
  [
    'an ARN of another partition',
    ['arn:aws-cn:iam::222222222222:role/R'],
    'https://signin.amazonaws.cn/switchrole?account=222222222222&roleName=R&displayName=arn%3Aaws-cn%3Aiam%3A%3A222222222222%3Arole%2FR\n',
  ],
])('%s is switched to', async (_what, argv, expected) => {
  const { exitCode, stdout, stderr } = await world.stile('console', ...argv)
  expect(exitCode, stderr).toBe(0)
  expect(stdout).toBe(expected)
  expect(asked).toEqual([])
})

test.each([
  ['an external id', ['locked'], 'external id'],
  ['session tags', ['tagged'], 'session tags'],
  ['a session policy', ['look', '--read-only'], 'session policy'],
  ['a way through another role', [role, '--via', 'look'], 'never from another role'],
])('%s needs a session', async (_what, argv, because) => {
  const outcome = await world.stile('console', ...argv, ...flags())
  expect(outcome.stderr).toContain(because)
  // A role that may not be entered from the one before is refused; no link is made of less.
  if (argv.includes('--via')) {
    expect(outcome).toMatchObject({ exitCode: 1, stdout: '' })
    return
  }
  expect(outcome.exitCode, outcome.stderr).toBe(0)
  expect(outcome.stdout).toContain('SigninToken=a-sign-in-token')
  expect(asked[0]?.searchParams.has('SessionDuration')).toBe(false)
})

test('a profile of the shared files is switched to, unless its source is a role', async () => {
  const config = join(world.directory, '.aws/config')
  const more = `
[profile looker]
role_arn = ${role}
source_profile = hub-admin
[profile chained]
role_arn = ${role}
source_profile = looker
`
  await writeFile(config, (await readFile(config, 'utf8')) + more)
  expect((await world.stile('console', 'looker')).stdout).toBe(`${link}looker\n`)
  const chained = await world.stile('console', 'chained', '--sign-in-url', signInUrl())
  expect(chained.stderr).toContain('never from another role')
})

test('the page to land on', async () => {
  const switched = await world.stile('console', 'look', '--service', 's3')
  expect(switched.stderr).toContain(
    'then open https://console.aws.amazon.com/s3/home?region=eu-west-1',
  )
  const signed = await world.stile('console', 'locked', '--service', 's3', ...flags())
  const destination = new URL(signed.stdout).searchParams.get('Destination')
  expect(destination).toBe('https://console.aws.amazon.com/s3/home?region=eu-west-1')
})

test('all links, and the configuration of the browser extension', async () => {
  const { stdout } = await world.stile('console', '--list', '--json')
  expect(JSON.parse(stdout).links).toMatchObject([
    { grant: 'look', account: 'shop', url: `${link}Looker+%40+shop` },
    { grant: 'locked', unavailable: expect.stringContaining('external id') },
    { grant: 'tagged', unavailable: expect.stringContaining('tags') },
  ])
  const extension = await world.stile('console', '--extend-switch-roles')
  expect(extension.stdout).toMatch(
    /^\[look\]\naws_account_id = 222222222222\nrole_name = team\/Looker\ncolor = [0-9a-f]{6}\n\n; locked: .*external id/,
  )
})

/** A browser that notes what it was called with and where that leads. */
async function runWithBrowser(argv: readonly string[]) {
  const programs = join(world.directory, 'programs')
  await mkdir(programs, { recursive: true })
  const notes = join(world.directory, 'browser.json')
  const browser = `#!${process.execPath}
const url = process.argv[2]
const note = (location) => require('node:fs').writeFileSync(${JSON.stringify(notes)}, JSON.stringify({ url, location }))
if (!url.startsWith('http://127.0.0.1')) note()
else fetch(url, { redirect: 'manual' }).then((r) => note(r.headers.get('location')))
`
  const path = join(programs, 'xdg-open')
  await rm(notes, { force: true })
  await writeFile(path, browser)
  await chmod(path, 0o755)
  const environment = { ...world.environment, PATH: `${programs}:${process.env.PATH}` }
  const outcome = await runStile(argv, { cwd: world.directory, environment })
  await expect
    .poll(() => readFile(notes, 'utf8').catch(() => ''), { timeout: 10_000 })
    .toMatch(/}$/)
  return { outcome, ...JSON.parse(await readFile(notes, 'utf8')) }
}

test.skipIf(process.platform !== 'linux')(
  'a link that is a secret is in no argument of the browser, and leads there once',
  async () => {
    const { outcome, url, location } = await runWithBrowser([
      'console',
      'locked',
      '--open',
      ...flags(),
    ])
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '' })
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/)
    expect(location).toContain('SigninToken=a-sign-in-token')
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  },
)

test.skipIf(process.platform !== 'linux')('a link that is none is opened as it is', async () => {
  const { outcome, url } = await runWithBrowser(['console', 'look', '--open'])
  expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 })
  expect(url).toBe(`${link}Looker+%40+shop`)
})

test('without a browser it says so', async () => {
  const environment = { ...world.environment, PATH: join(world.directory, 'nothing') }
  const outcome = await runStile(['console', 'look', '--open'], {
    cwd: world.directory,
    environment,
  })
  expect(outcome).toMatchObject({ exitCode: 3, stdout: '' })
  expect(outcome.stderr).toContain('cannot be run')
})

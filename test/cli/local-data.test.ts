import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createClientHome, whyNoAwsCli, withReason } from '../support/aws-cli.ts'
import { runStile } from '../support/run-stile.ts'
import { type RunningStile, startStile } from '../support/running-stile.ts'

const seed = `
accounts:
  build:
    id: "111111111111"
    users:
      ana:
        keys: [{ accessKeyId: ana, secretAccessKey: secret-of-ana }]
        managedPolicies: [AdministratorAccess]
`
const credentials = () => ({ accessKeyId: 'ana', secretAccessKey: 'secret-of-ana' })

let directory: string
let running: RunningStile[]
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stile-local-data-'))
  running = []
  await writeFile(join(directory, 'seed.yaml'), seed)
})
afterEach(async () => {
  await Promise.all(running.map((one) => one.kill()))
  await rm(directory, { recursive: true, force: true })
})

const environment = () => ({ HOME: directory, XDG_RUNTIME_DIR: directory })
const flags = (...more: readonly string[]) => [
  ...['local', '--port', '0', '--seed', join(directory, 'seed.yaml')],
  ...['--data', join(directory, 'data'), ...more],
]

async function start(...more: readonly string[]): Promise<RunningStile> {
  const one = await startStile(flags(...more), environment())
  running.push(one)
  return one
}

function iam({ environment: { AWS_ENDPOINT_URL: endpoint = '' } }: RunningStile): IAMClient {
  return new IAMClient({ endpoint, region: 'eu-west-1', credentials: credentials() })
}

async function userNames(one: RunningStile): Promise<readonly unknown[]> {
  const { Users: users = [] } = await iam(one).send(new ListUsersCommand({}))
  return users.map(({ UserName }) => UserName)
}

test.each([[[]], [['--sync']]])(
  'with --data and %j what was acknowledged is there after `kill -9`',
  async (more) => {
    const first = await start(...more)
    expect(first.printed.at(-1)).toBe(`Ctrl-C ends it, and \`${join(directory, 'data')}\` keeps it`)
    const created = ['ben', 'cid', 'dan'].map((UserName) =>
      iam(first).send(new CreateUserCommand({ UserName })),
    )
    await Promise.all(created)
    await first.kill()
    const second = await start(...more)
    expect(await userNames(second)).toEqual(['ana', 'ben', 'cid', 'dan'])
    expect(await second.stop()).toBe(0)
    const third = await start(...more)
    expect(await userNames(third)).toEqual(['ana', 'ben', 'cid', 'dan'])
  },
)

test('without --data nothing is kept, and the last line says so', async () => {
  const seedFlags = flags().slice(0, 5)
  const one = await startStile(seedFlags, environment())
  expect(one.printed.at(-1)).toBe('Ctrl-C ends it, and nothing is kept')
  await iam(one).send(new CreateUserCommand({ UserName: 'ben' }))
  await one.stop()
  const other = await startStile(seedFlags, environment())
  running.push(other)
  expect(await userNames(other)).toEqual(['ana'])
})

test('`stile local reset` empties the directory too', async () => {
  const first = await start()
  await iam(first).send(new CreateUserCommand({ UserName: 'ben' }))
  const reset = await runStile(['local', 'reset'], { environment: environment() })
  expect(reset).toMatchObject({ exitCode: 0, stdout: 'back to the seed, with 1 account\n' })
  await first.kill()
  expect(await userNames(await start())).toEqual(['ana'])
})

test('a directory that a process has is refused to another, and one that was killed has nothing', async () => {
  const first = await start()
  const second = await runStile(flags(), { environment: environment() })
  expect([second.exitCode, second.stdout]).toEqual([3, ''])
  expect(second.stderr).toContain(join(directory, 'data'))
  expect(second.stderr).toMatch(/process \d+/)
  await first.kill()
  // What it noted of itself is still there, and nobody believes it.
  expect(await readdir(join(directory, 'stile'))).toHaveLength(1)
  const state = await runStile(['local', 'state'], { environment: environment() })
  expect([state.exitCode, state.stderr]).toEqual([3, expect.stringContaining('is running')])
  expect(await readdir(join(directory, 'stile'))).toEqual([])
  await start()
})

test('--sync without --data is a usage error', async () => {
  const outcome = await runStile(['local', '--sync'], { environment: environment() })
  expect([outcome.exitCode, outcome.stderr]).toEqual([2, expect.stringContaining('--data')])
})

const why = whyNoAwsCli()

test.skipIf(why)(
  withReason('the profiles make the AWS CLI sign links with Signature Version 4', why),
  async () => {
    const local = await start()
    const { environment: own } = local
    const config = await readFile(own.AWS_CONFIG_FILE ?? '', 'utf8')
    expect(config).toContain('\ns3 =\n  signature_version = s3v4\n')
    const home = await createClientHome()
    try {
      // AWS: in us-east-1 version 1 of the CLI would take the old signature.
      const at = ['--profile', 'build-ana', '--region', 'us-east-1']
      const aws = (...argv: readonly string[]) =>
        home.run(['aws', ...argv, ...at], {
          environment: { ...own, HOME: home.path },
          stdin: 'hello',
        })
      expect(await aws('s3', 'mb', 's3://links')).toMatchObject({ exitCode: 0 })
      expect(await aws('s3', 'cp', '-', 's3://links/a')).toMatchObject({ exitCode: 0 })
      const { stdout } = await aws('s3', 'presign', 's3://links/a')
      expect(stdout).toContain('X-Amz-Signature=')
      const answer = await fetch(stdout.trim())
      expect([answer.status, await answer.text()]).toEqual([200, 'hello'])
    } finally {
      await home.remove()
    }
  },
)

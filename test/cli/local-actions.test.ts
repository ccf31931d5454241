import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '../../src/local/index.ts'
import { type Outcome, runStile, withFiles } from '../support/run-stile.ts'

/** A program that says what environment it got. */
const tell = [process.execPath, '-p', 'JSON.stringify(process.env)']

let local: LocalAws
let directory: string
const environment = () => ({ XDG_RUNTIME_DIR: directory, HOME: directory })

/** As `stile local` notes itself; the server runs in this process, so that nothing has to be built or waited for. */
async function note(aws: LocalAws): Promise<void> {
  const { url, port, controlToken } = aws
  const running = { url, port, controlToken, region: 'eu-west-1', pid: process.pid }
  await writeFile(join(directory, 'stile', `local-${port}.json`), JSON.stringify(running))
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stile-local-'))
  await runStile(['local', 'exec', '--port', '0', '--', process.execPath, '-e', '0'], {
    environment: environment(),
  })
  local = await startLocalAws({
    seed: {
      accounts: [
        { id: '111111111111', name: 'build', users: [{ name: 'ana' }, { name: 'ben' }] },
        { id: '222222222222', name: 'target' },
      ],
    },
  })
  await note(local)
})
afterAll(async () => {
  await local.stop()
  await rm(directory, { recursive: true, force: true })
})

function run(...argv: readonly string[]): Promise<Outcome> {
  return runStile(['local', ...argv], { environment: environment() })
}

test('a server that ended is not noted any more, and the notes are for their owner alone', async () => {
  const folder = join(directory, 'stile')
  expect(await readdir(folder)).toEqual([`local-${local.port}.json`])
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
})

test('exec runs a program as a user, or as the root user', async () => {
  const ana = JSON.parse((await run('exec', '--', ...tell)).stdout)
  expect(ana).toMatchObject({
    AWS_ENDPOINT_URL: local.url,
    AWS_ACCESS_KEY_ID: local.userCredentials('111111111111', 'ana').accessKeyId,
    AWS_REGION: 'eu-west-1',
  })
  const ben = JSON.parse((await run('exec', '--user', 'ben', '--', ...tell)).stdout)
  const { accessKeyId } = local.userCredentials('111111111111', 'ben')
  expect(ben.AWS_ACCESS_KEY_ID).toBe(accessKeyId)
  const root = JSON.parse((await run('exec', '--account', 'target', '--', ...tell)).stdout)
  expect(root.AWS_ACCESS_KEY_ID).toBe(local.rootCredentials('222222222222').accessKeyId)
  const status = await run('exec', '--root', '--', process.execPath, '-e', 'process.exit(7)')
  expect(status.exitCode).toBe(7)
})

test('env prints what exec sets', async () => {
  const { stdout, exitCode } = await run('env', '--user', 'ben', '--format', 'env')
  expect(exitCode).toBe(0)
  const { accessKeyId } = local.userCredentials('111111111111', 'ben')
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining([`AWS_ACCESS_KEY_ID=${accessKeyId}`, `AWS_ENDPOINT_URL=${local.url}`]),
  )
})

test('why tells the last denial, and what would change it', async () => {
  await run('reset')
  expect((await run('why')).stdout).toBe('no call was denied yet\n')
  const { exitCode } = await run('exec', '--user', 'ben', '--', process.execPath, '-e', listBuckets)
  expect(exitCode).toBe(0)
  const { stdout } = await run('why', '--last')
  expect(stdout).toContain('s3:ListBuckets by arn:aws:iam::111111111111:user/ben: 403 AccessDenied')
  expect(stdout).toContain('to allow it: ')
  const id = /request id (\S+)/.exec(stdout)?.[1] ?? ''
  expect((await run('why', id)).stdout).toBe(stdout)
  const json = JSON.parse((await run('why', id, '--json')).stdout)
  expect(json).toMatchObject({ version: 1, requestId: id, errorCode: 'AccessDenied' })
  expect((await run('why', 'none')).exitCode).toBe(3)
})

const listBuckets = `import('@aws-sdk/client-s3').then(({ S3Client, ListBucketsCommand }) =>
  new S3Client({}).send(new ListBucketsCommand({})).then(() => process.exit(1), () => 0))`

test('state, clock, faults and reset steer it', async () => {
  expect((await run('state')).stdout).toContain('111111111111  build  users 2')
  expect((await run('clock', '3600')).stdout).toMatch(/^it is \d{4}-/)
  expect((await run('faults', 'throttle=0.5,latency=5ms')).stdout).toBe(
    'throttle=0.5,latency=5ms,seed=1\n',
  )
  expect((await run('faults')).stdout).toBe('no faults\n')
  expect((await run('clock', '0')).exitCode).toBe(0)
  expect((await run('reset')).stdout).toBe('back to the seed, with 2 accounts\n')
})

test.each([
  [['exec'], 2, 'name a command to run'],
  [['exec', '--user', 'eve', '--', 'true'], 2, 'there are ana, ben'],
  [['exec', '--account', 'none', '--', 'true'], 2, 'there are build, target'],
  [['exec', '--user', 'ana', '--root', '--', 'true'], 2, 'two different people'],
  [['wy'], 2, 'did you mean `why`?'],
  [['clock', 'soon'], 2, 'ISO 8601'],
  [['clock'], 2, 'how many seconds'],
  [['faults', 'chaos=1'], 2, '`chaos` is no fault'],
  [['why', '--port', '1'], 3, 'no embedded AWS is running on port 1'],
  [['--faults', 'throttle=2'], 2, 'a share from 0 to 1'],
  [['--seed', 'nowhere.yaml'], 2, 'nowhere.yaml'],
  [['--seed', 'a', '--access', 'b'], 2, 'each say which accounts there are'],
])('%j fails with %j', async (argv, exitCode, said) => {
  const outcome = await run(...argv)
  expect([outcome.exitCode, outcome.stderr]).toEqual([exitCode, expect.stringContaining(said)])
  for (const line of outcome.stderr.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
})

test('exec starts an embedded AWS by a seed file, and a bad one is told with its places', async () => {
  const good = 'accounts: { one: { id: "333333333333" } }'
  const bad = 'accounts:\n  one: { id: "1" }\n  two: { di: "1" }'
  await withFiles({ 'good.yaml': good, 'bad.yaml': bad }, async (cwd) => {
    const options = { cwd, environment: environment() }
    const exec = ['local', 'exec', '--seed', 'good.yaml', '--', ...tell]
    const { stdout } = await runStile(exec, options)
    const told = JSON.parse(stdout)
    expect(told.AWS_ENDPOINT_URL).toMatch(/^http:\/\/127/)
    expect(told.AWS_ENDPOINT_URL).not.toBe(local.url)
    const { exitCode, stderr } = await runStile(['local', '--seed', 'bad.yaml'], options)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('bad.yaml:3:10')
  })
})

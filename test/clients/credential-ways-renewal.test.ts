// A job longer than its session, by `stile exec --server`: it works on with the next one, or not at all.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { IAMClient, UpdateAccessKeyCommand } from '@aws-sdk/client-iam'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withReason } from '../support/aws-cli.ts'
import {
  sessionArn,
  startWaysWorld,
  type WayClient,
  type WaysWorld,
  wayClients,
} from '../support/credential-ways.ts'
import { root } from '../support/run-stile.ts'

// Programs of their own, on machines that have more to do.
vi.setConfig({ testTimeout: 180_000 })

let world: WaysWorld
let clock: string
beforeEach(async () => {
  world = await startWaysWorld()
  clock = join(world.directory, 'clock')
})
afterEach(() => world.stop())

/**
 * Of the first session's hour four minutes are left, until AWS and the programs of Node.js are set five minutes ahead.
 * Those in Python ask again for each call when less than ten minutes are left, and stay as they are.
 */
const times = {
  whenFourMinutesAreLeft: { aws: -56 * 60, programs: 0 },
  afterItsEnd: { aws: 5 * 60, programs: 5 * 60 },
} as const

async function setTime({ aws, programs }: (typeof times)[keyof typeof times]): Promise<void> {
  await world.setClock(aws)
  await writeFile(clock, String(programs * 1000))
}

interface Job {
  readonly child: ChildProcessWithoutNullStreams
  readonly nextLine: () => Promise<string | undefined>
  readonly talk: Promise<string>
  readonly ended: Promise<readonly unknown[]>
}

function startJob(client: WayClient): Job {
  const args = ['exec', 'put', '--file', join(world.directory, 'access.yaml'), '--server', '--']
  const argv = [...args, ...client.argv()]
  const child = spawn(process.execPath, [join(root, 'bin/stile.js'), ...argv], {
    env: {
      PATH: process.env.PATH,
      ...world.hostile,
      ...client.environment(world),
      NODE_OPTIONS: `--import=${pathToFileURL(join(root, 'test/support/moved-clock.js'))}`,
      MOVED_CLOCK: clock,
    },
    stdio: 'pipe',
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    child,
    nextLine: async () => (await lines.next()).value,
    talk: text(child.stderr),
    ended: once(child, 'close'),
  }
}

const stored = () =>
  world.local
    .events()
    .filter(({ operation, status }) => operation === 'PutObject' && status === 200)

for (const client of wayClients) {
  const name = `${client.name} works on with a session that it was never told of`
  test.skipIf(client.reason !== undefined)(withReason(name, client.reason), async () => {
    await setTime(times.whenFourMinutesAreLeft)
    const { child, nextLine, talk, ended } = startJob(client)
    expect(await nextLine()).toMatch(sessionArn)
    await setTime(times.afterItsEnd)
    child.stdin.end('\n')
    const second = await nextLine()
    expect(await ended, await talk).toEqual([0, null])
    expect(second).toMatch(sessionArn)
    const keys = stored().map(({ accessKeyId }) => accessKeyId)
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size, 'the second is of another session').toBe(2)
    expect(world.strangerCalls()).toBe(0)
  })
}

for (const client of wayClients) {
  const name = `${client.name} works no longer where the next session is refused`
  test.skipIf(client.reason !== undefined)(withReason(name, client.reason), async () => {
    await setTime(times.whenFourMinutesAreLeft)
    const { child, nextLine, talk, ended } = startJob(client)
    expect(await nextLine()).toMatch(sessionArn)
    await setTime(times.afterItsEnd)
    await withdrawKey()
    child.stdin.end('\n')
    expect(await nextLine()).toBeUndefined()
    const [exitCode] = await ended
    expect(exitCode, await talk).not.toBe(0)
    expect(stored()).toHaveLength(1)
    expect(world.strangerCalls(), 'it went on as the stranger').toBe(0)
  })
}

/** Of the user that the session comes from. */
async function withdrawKey(): Promise<void> {
  const { local } = world
  const own = local.userCredentials('111111111111', 'administrator')
  const iam = new IAMClient({ endpoint: local.url, region: 'eu-west-1', credentials: own })
  await iam.send(
    new UpdateAccessKeyCommand({
      UserName: 'administrator',
      AccessKeyId: own.accessKeyId,
      Status: 'Inactive',
    }),
  )
  iam.destroy()
}

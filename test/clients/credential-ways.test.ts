// Every client by every way to credentials, with a stranger's keys wherever it might find some instead.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { withReason } from '../support/aws-cli.ts'
import {
  clientWays,
  execWays,
  sessionArn,
  startWaysWorld,
  type WaysWorld,
  wayClients,
  writeConfigs,
} from '../support/credential-ways.ts'
import { runProgram } from '../support/run-program.ts'
import { type Outcome, runStile } from '../support/run-stile.ts'

// Programs of their own, on machines that have more to do.
vi.setConfig({ testTimeout: 180_000 })

let world: WaysWorld
beforeAll(async () => {
  world = await startWaysWorld()
  await writeConfigs(world)
})
afterAll(() => world.stop())

/** Who stored what since. */
const storedSince = (before: number): readonly string[] =>
  world.local
    .events()
    .slice(before)
    .filter(({ operation, status }) => operation === 'PutObject' && status === 200)
    .map(({ principalArn = '' }) => principalArn)

for (const client of wayClients) {
  const name = `${client.name} takes the stranger where nothing is done about him`
  test.skipIf(client.reason !== undefined)(withReason(name, client.reason), async () => {
    const strange = world.strangerCalls()
    const [command = '', ...args] = client.argv()
    const environment = { ...world.hostile, ...client.environment(world) }
    const outcome = await runProgram({ name: command, environment }, args)
    expect(outcome.exitCode, 'the bucket is none of his').not.toBe(0)
    expect(world.strangerCalls()).toBeGreaterThan(strange)
  })
}

const ways = [...clientWays, ...execWays]
const cells = wayClients.flatMap((client) => ways.map((way) => ({ client, way })))

for (const { client, way } of cells) {
  const name = `${client.name} works in the other account by ${way.name}`
  test.skipIf(client.reason !== undefined)(withReason(name, client.reason), async () => {
    const before = world.local.events().length
    const strange = world.strangerCalls()
    const { exitCode, stdout, stderr } = await way.run(world, client, 'right')
    expect(exitCode, stderr).toBe(0)
    expect(stdout.trim()).toMatch(sessionArn)
    // Each client of a JavaScript program may have a session of its own.
    expect(storedSince(before)).toEqual([expect.stringMatching(sessionArn)])
    expect(world.strangerCalls()).toBe(strange)
  })
}

for (const client of wayClients) {
  const name = `${client.name} takes keys that never end from the server, too`
  test.skipIf(client.reason !== undefined)(withReason(name, client.reason), async () => {
    const argv = ['exec', 'shop-admin', '--server', '--', ...client.argv()]
    const environment = { ...world.hostile, ...client.environment(world) }
    const { exitCode, stdout, stderr } = await runStile(argv, { environment })
    expect(exitCode, stderr).toBe(0)
    expect(stdout.trim()).toBe('arn:aws:iam::222222222222:user/administrator')
  })
}

const refusalsSince = (before: number): number =>
  world.local
    .events()
    .slice(before)
    .filter(({ operation, status }) => operation === 'AssumeRole' && status === 403).length

async function expectRefusal(run: () => Promise<Outcome>): Promise<Outcome> {
  const before = world.local.events().length
  const strange = world.strangerCalls()
  const outcome = await run()
  expect(outcome.exitCode, outcome.stdout).not.toBe(0)
  expect(outcome.stdout).toBe('')
  expect(storedSince(before)).toEqual([])
  expect(world.strangerCalls(), 'it took the stranger for the role').toBe(strange)
  return outcome
}

for (const { client, way } of wayClients.flatMap((each) =>
  clientWays.map((way) => ({ client: each, way })),
)) {
  const name = `${client.name} gets nothing by ${way.name} with a wrong external id`
  test.skipIf(client.reason !== undefined)(withReason(name, client.reason), async () => {
    const before = world.local.events().length
    await expectRefusal(() => way.run(world, client, 'wrong'))
    expect(refusalsSince(before), 'it never asked for the role').toBeGreaterThan(0)
  })
}

for (const way of execWays) {
  test.each(['wrong', 'absent'] as const)(`${way.name} starts nothing: %s grant`, async (grant) => {
    const echo = {
      name: 'echo',
      reason: undefined,
      argv: () => ['echo', 'started'],
      environment: () => ({}),
    }
    const outcome = await expectRefusal(() => way.run(world, echo, grant))
    expect(outcome.stderr).toContain(grant === 'wrong' ? 'may not assume' : '`absent`')
  })
}

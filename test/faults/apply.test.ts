import { type IAM, IAM as IamClient } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Compilation } from '../../src/access/index.ts'
import {
  applyPlan,
  type Connections,
  closeAll,
  connectAll,
  type Plan,
  planChanges,
  planDestroy,
  readActual,
} from '../../src/cloud/index.ts'
import { type AwsUnderTest, makeProfileHome, type ProfileHome } from '../support/aws-under-test.ts'
import { aGrant, anAccount, compile, type GrantSketch } from '../support/cloud-world.ts'
import { startEmbeddedAws } from '../support/embedded-aws.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { motoMissing, startMoto } from '../support/moto.ts'

const nowMs = Date.parse('2026-11-01T00:00:00Z')

/** No waiting in tests: the server's answers are what is tested. */
const retry = {
  attempts: 6,
  firstDelayMs: 1,
  longestDelayMs: 2,
  propagationMs: 50,
  random: () => 0.5,
}

const servers: readonly (readonly [string, string | undefined, () => Promise<AwsUnderTest>])[] = [
  ['the embedded AWS', undefined, startEmbeddedAws],
  ['moto', motoMissing(), startMoto],
]

for (const [name, missing, start] of servers) {
  describe.skipIf(missing !== undefined)(
    `against ${name}${missing ? ` (skipped: ${missing})` : ''}`,
    () => {
      suite(start)
    },
  )
}

function suite(start: () => Promise<AwsUnderTest>): void {
  let aws: AwsUnderTest
  let proxy: FaultProxy
  let accountNumber = 0

  beforeAll(async () => {
    aws = await start()
    proxy = await startFaultProxy(aws.url)
  })
  afterAll(async () => {
    await proxy?.stop()
    await aws?.stop()
  })

  test('plan, apply, nothing left to do, destroy, nothing left', async () => {
    await withWorld({ actions: ['s3:GetObject'], externalId: 'k-1' }, async (world) => {
      const plan = await world.plan()
      expect(plan.changes.map((change) => change.kind)).toEqual([
        'createRole',
        'putInlinePolicy',
        'attachPolicy',
        'putInlinePolicy',
      ])
      expect(await world.apply(plan)).toBe('all done')
      expect((await world.plan()).changes).toEqual([])
      const [role] = world.compilation.roles
      const made = await world.trusting.getRole({ RoleName: role?.name })
      expect(made.Role?.Description).toBe(role?.description)
      expect(
        Object.fromEntries((made.Role?.Tags ?? []).map((tag) => [tag.Key, tag.Value])),
      ).toEqual(role?.tags)
      expect(await world.apply(await world.planDestroy())).toBe('all done')
      expect((await world.planDestroy()).changes).toEqual([])
      await expect(world.trusting.getRole({ RoleName: role?.name })).rejects.toMatchObject({
        name: expect.stringContaining('NoSuchEntity'),
      })
    })
  })

  test('a managed caller policy through seven changes keeps to five versions', async () => {
    const sketch = (role: string): GrantSketch => ({
      role,
      policy: { kind: 'managed', name: 'StileHub', resource: 'exact' },
    })
    await withWorld(sketch('R0'), async (world) => {
      for (let round = 0; round < 7; round += 1) {
        const next = world.declare(sketch(`R${round}`))
        expect(await world.apply(await world.plan(next))).toBe('all done')
        expect((await world.plan(next)).changes).toEqual([])
      }
      const { Versions: versions = [] } = await world.caller.listPolicyVersions({
        PolicyArn: world.compilation.callerPolicies[0]?.arn,
      })
      expect(versions.length).toBeLessThanOrEqual(5)
      expect(await world.apply(await world.planDestroy())).toBe('all done')
      expect((await world.planDestroy()).changes).toEqual([])
    })
  })

  test('what was changed by hand is found and mended', async () => {
    await withWorld({ actions: ['s3:GetObject'] }, async (world) => {
      await world.apply(await world.plan())
      const RoleName = world.compilation.roles[0]?.name
      await world.trusting.attachRolePolicy({
        RoleName,
        PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      })
      await world.trusting.putRolePolicy({
        RoleName,
        PolicyName: 'by-hand',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
        }),
      })
      const plan = await world.plan()
      expect(plan.changes.map((change) => change.kind)).toEqual([
        'detachPolicy',
        'deleteInlinePolicy',
      ])
      expect(await world.apply(plan)).toBe('all done')
      expect((await world.plan()).changes).toEqual([])
      // A role with something on it that came after the plan was made goes all the same.
      const destroy = await world.planDestroy()
      await world.trusting.attachRolePolicy({
        RoleName,
        PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      })
      expect(await applyPlan(destroy, world.connections)).toEqual({ kind: 'worldMoved' })
      expect(await world.apply(destroy, 'assume')).toBe('all done')
    })
  })

  test('a role that somebody else made is not touched', async () => {
    await withWorld({}, async (world) => {
      const RoleName = world.compilation.roles[0]?.name
      await world.trusting.createRole({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify(trustInEc2),
      })
      const plan = await world.plan()
      expect(plan.changes).toEqual([])
      expect(plan.blocked.map((blocked) => blocked.reason)).toEqual(['owned-by-somebody-else'])
      await world.trusting.deleteRole({ RoleName })
    })
  })

  test('a role that somebody else makes between plan and apply is not touched either', async () => {
    await withWorld({}, async (world) => {
      const plan = await world.plan()
      const [role] = world.compilation.roles
      await world.trusting.createRole({
        RoleName: role?.name,
        AssumeRolePolicyDocument: JSON.stringify(role?.trustPolicy),
      })
      const report = await world.apply(plan, 'assume')
      expect(report).toContain('foreign-owner')
      expect(report).toContain('skipped: write inline policy')
      const { Role: found } = await world.trusting.getRole({ RoleName: role?.name })
      expect(found?.Tags ?? []).toEqual([])
      await world.trusting.deleteRole({ RoleName: role?.name })
    })
  })

  test('throttled three times out of four it still gets there', async () => {
    await withWorld({ actions: ['s3:GetObject'] }, async (world) => {
      proxy.decide = ({ number }) => (number % 4 === 0 ? 'pass' : 'throttle')
      expect(await world.apply(await world.plan())).toBe('all done')
      proxy.decide = () => 'pass'
      expect((await world.plan()).changes).toEqual([])
    })
  })

  test('every other connection is cut, before or after the call was made', async () => {
    await withWorld({ actions: ['s3:GetObject'] }, async (world) => {
      proxy.decide = ({ number }) => {
        if (number % 2 === 0) return 'pass'
        return number % 4 === 1 ? 'cut-after' : 'cut-before'
      }
      expect(await world.apply(await world.plan())).toBe('all done')
      proxy.decide = () => 'pass'
      expect((await world.plan()).changes).toEqual([])
      proxy.decide = ({ number }) => (number % 2 === 0 ? 'pass' : 'cut-after')
      expect(await world.apply(await world.planDestroy())).toBe('all done')
      proxy.decide = () => 'pass'
      expect((await world.planDestroy()).changes).toEqual([])
    })
  })

  test.each(['cut-before', 'cut-after'] as const)(
    'the endpoint is gone from any call on (%s): the next run converges',
    async (fate) => {
      await withWorld({ actions: ['s3:GetObject'] }, async (world) => {
        for (let calls = 0, isWhole = false; !isWhole; calls += 1) {
          const plan = await world.plan()
          goneAfter(proxy, calls, fate)
          isWhole = (await world.apply(plan, 'assume')) === 'all done'
          proxy.decide = () => 'pass'
          expect(await world.apply(await world.plan())).toBe('all done')
          expect((await world.plan()).changes).toEqual([])
          const destroy = await world.planDestroy()
          goneAfter(proxy, calls, fate)
          await world.apply(destroy, 'assume')
          proxy.decide = () => 'pass'
          expect(await world.apply(await world.planDestroy())).toBe('all done')
          expect((await world.planDestroy()).changes).toEqual([])
        }
      })
    },
  )

  interface World {
    readonly compilation: Compilation
    readonly connections: Connections
    readonly trusting: IAM
    readonly caller: IAM
    readonly declare: (sketch: GrantSketch) => Compilation
    readonly plan: (compilation?: Compilation) => Promise<Plan>
    readonly planDestroy: () => Promise<Plan>
    readonly apply: (plan: Plan, freshness?: 'check' | 'assume') => Promise<string>
  }

  /** Two accounts of their own for each test, a caller in the first, and Stile signed in to both through the proxy. */
  async function withWorld(
    sketch: GrantSketch,
    work: (world: World) => Promise<void>,
  ): Promise<void> {
    if (aws.accounts === 'fresh') accountNumber += 2
    const from = anAccount('build', String(700_000_000_000 + accountNumber))
    const to = anAccount('ourthing', String(700_000_000_001 + accountNumber))
    const keys = {
      'build-admin': await aws.keysOf(from.id),
      'ourthing-admin': await aws.keysOf(to.id),
    }
    const home: ProfileHome = await makeProfileHome(keys)
    const environment = { ...home.environment, AWS_ENDPOINT_URL: proxy.url }
    proxy.decide = () => 'pass'
    const connections = await connectAll([from, to], { environment, retry })
    const declare = (next: GrantSketch): Compilation =>
      compile([aGrant({ ...next, from, to: [to] })], [from, to])
    const compilation = declare(sketch)
    const client = (credentials: (typeof keys)['build-admin']): IAM =>
      new IamClient({ endpoint: aws.url, region: 'us-east-1', credentials })
    const caller = client(keys['build-admin'])
    const trusting = client(keys['ourthing-admin'])
    try {
      expect([...connections.failed.values()]).toEqual([])
      await makeRunner(caller)
      await work({
        compilation,
        connections,
        trusting,
        caller,
        declare,
        plan: async (next = compilation) =>
          planChanges(next, await readActual(next, connections), { nowMs }),
        planDestroy: async () =>
          planDestroy(compilation, await readActual(compilation, connections)),
        apply: async (plan, freshness = 'check') =>
          summary(await applyPlan(plan, connections, { freshness })),
      })
    } finally {
      proxy.decide = () => 'pass'
      closeAll(connections)
      caller.destroy()
      trusting.destroy()
      await home.remove()
    }
  }
}

async function makeRunner(iam: IAM): Promise<void> {
  const made = iam.createRole({
    RoleName: 'gitlab-runner',
    AssumeRolePolicyDocument: JSON.stringify(trustInEc2),
  })
  await made.catch((error: Error) => {
    if (!error.name.startsWith('EntityAlreadyExists')) throw error
  })
}

const trustInEc2 = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
}

function goneAfter(proxy: FaultProxy, calls: number, fate: 'cut-before' | 'cut-after'): void {
  const start = proxy.calls.length
  proxy.decide = ({ number }) => {
    if (number - start <= calls) return 'pass'
    // The one call that is made and not answered; from then on nobody is there.
    return number - start === calls + 1 ? fate : 'cut-before'
  }
}

function summary(outcome: Awaited<ReturnType<typeof applyPlan>>): string {
  if (outcome.kind === 'worldMoved') return 'the world has moved'
  if (outcome.report.ok) return 'all done'
  return outcome.report.accounts
    .flatMap((one) => [
      ...one.outcomes.map((done) => {
        const because = done.kind === 'failed' ? ` [${done.code}] ${done.because}` : ''
        return `${done.kind}: ${done.change.words}${because}`
      }),
      ...one.blocked,
    ])
    .join('\n')
}

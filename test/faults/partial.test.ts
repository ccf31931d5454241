import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { IAM } from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import {
  applyPlan,
  type Connections,
  closeAll,
  connectAll,
  openJournal,
  planChanges,
  readActual,
  renderReport,
} from '../../src/cloud/index.ts'
import { makeProfileHome } from '../support/aws-under-test.ts'
import { aGrant, bareWorld, build, compile, ourthing, third } from '../support/cloud-world.ts'
import { startEmbeddedAws } from '../support/embedded-aws.ts'

const nowMs = Date.parse('2026-11-01T00:00:00Z')

test('what fails in one account stops neither the others nor the next run', async () => {
  const aws = await startEmbeddedAws()
  const accounts = [build, ourthing, third]
  const keys = {
    'build-admin': await aws.keysOf(build.id),
    'ourthing-admin': await aws.keysOf(ourthing.id),
    'third-admin': await aws.keysOf(third.id),
  }
  const home = await makeProfileHome(keys)
  const environment = { ...home.environment, AWS_ENDPOINT_URL: aws.url }
  const connections = await connectAll(accounts, { environment })
  const iam = new IAM({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: keys['build-admin'],
  })
  try {
    await iam.createRole({
      RoleName: 'gitlab-runner',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: build.id }, Action: 'sts:AssumeRole' }],
      }),
    })
    const callerPolicy = async (): Promise<string> => {
      const answer = await iam.getRolePolicy({
        RoleName: 'gitlab-runner',
        PolicyName: 'stile-push-images',
      })
      return decodeURIComponent(answer.PolicyDocument ?? '')
    }
    const compilation = compile([aGrant({ to: [ourthing, third] })])
    const plan = planChanges(compilation, bareWorld(compilation), { nowMs })
    const journalPath = join(dirname(home.environment.AWS_CONFIG_FILE ?? ''), 'journal')
    const journal = await openJournal(journalPath, { nowMs: () => nowMs })

    const outcome = await applyPlan(plan, without(connections, third.id), {
      freshness: 'assume',
      journal,
    })
    await journal.close()
    expect(outcome.kind).toBe('applied')
    if (outcome.kind !== 'applied') return
    expect(outcome.report.ok).toBe(false)
    expect(renderReport(outcome.report).filter((line) => !line.startsWith('✗'))).toEqual([
      'build (111111111111):',
      '✓ write inline policy stile-push-images of role/gitlab-runner',
      'ourthing (222222222222):',
      '✓ create role/OurThingBuildRole',
      '✓ attach AmazonEC2ContainerRegistryPowerUser to role/OurThingBuildRole',
      'third (333333333333):',
      '· not tried: attach AmazonEC2ContainerRegistryPowerUser to role/OurThingBuildRole: an earlier step for arn:aws:iam::333333333333:role/OurThingBuildRole failed',
      'not everything is done; the next run goes on from here',
    ])
    expect(await callerPolicy()).toContain('222222222222')
    expect(await callerPolicy()).not.toContain('333333333333')
    const entries = (await readFile(journalPath, 'utf8')).trim().split('\n')
    expect(entries.map((entry) => JSON.parse(entry).outcome).sort()).toEqual([
      'done',
      'done',
      'done',
      'failed',
      'skipped',
    ])

    const rest = planChanges(compilation, await readActual(compilation, connections), { nowMs })
    expect(await applyPlan(rest, connections)).toMatchObject({ report: { ok: true } })
    expect(await callerPolicy()).toContain('333333333333')
    const after = planChanges(compilation, await readActual(compilation, connections), { nowMs })
    expect(after.changes).toEqual([])
  } finally {
    closeAll(connections)
    iam.destroy()
    await aws.stop()
    await home.remove()
  }
})

function without(connections: Connections, accountId: string): Connections {
  const open = new Map([...connections.open].filter(([id]) => id !== accountId))
  return { ...connections, open }
}

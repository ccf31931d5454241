import { type ChildProcess, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { IAM } from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import {
  applyPlan,
  closeAll,
  connectAll,
  planChanges,
  planDestroy,
  readActual,
} from '../../src/cloud/index.ts'
import { makeProfileHome } from '../support/aws-under-test.ts'
import { aGrant, build, compile, ourthing } from '../support/cloud-world.ts'
import { startEmbeddedAws } from '../support/embedded-aws.ts'
import { startFaultProxy } from '../support/fault-proxy.ts'

const nowMs = Date.now()
const script = fileURLToPath(new URL('apply-saved-plan.js', import.meta.url))

test('killed in the middle of a change, the next run converges', async () => {
  const aws = await startEmbeddedAws()
  const proxy = await startFaultProxy(aws.url)
  const keys = {
    'build-admin': await aws.keysOf(build.id),
    'ourthing-admin': await aws.keysOf(ourthing.id),
  }
  const home = await makeProfileHome(keys)
  const environment = { ...home.environment, AWS_ENDPOINT_URL: proxy.url }
  const accounts = [build, ourthing]
  const connections = await connectAll(accounts, { environment })
  const iam = new IAM({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: keys['build-admin'],
  })
  const compilation = compile([aGrant({ actions: ['s3:GetObject'] })], accounts)
  const plan = async () =>
    planChanges(compilation, await readActual(compilation, connections), { nowMs })
  try {
    await iam.createRole({
      RoleName: 'gitlab-runner',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: build.id }, Action: 'sts:AssumeRole' }],
      }),
    })
    for (const fatal of ['PutRolePolicy', 'AttachRolePolicy', 'CreateRole'] as const) {
      const path = join(dirname(home.environment.AWS_CONFIG_FILE ?? ''), 'plan.json')
      await writeFile(path, JSON.stringify({ plan: await plan(), accounts }))
      const child = spawn(process.execPath, [script, path], {
        env: { ...process.env, ...environment },
        stdio: 'ignore',
      })
      proxy.decide = ({ action }) => {
        if (action !== fatal || child.killed) return 'pass'
        child.kill('SIGKILL')
        // Half of these calls still reach the server, as they would in life.
        return fatal === 'AttachRolePolicy' ? 'cut-before' : 'cut-after'
      }
      expect(await endOf(child)).toBe('SIGKILL')
      proxy.decide = () => 'pass'
      const rest = await plan()
      expect(rest.changes.length).toBeGreaterThan(0)
      expect(await applyPlan(rest, connections)).toMatchObject({ report: { ok: true } })
      expect((await plan()).changes).toEqual([])
      const destroy = planDestroy(compilation, await readActual(compilation, connections))
      expect(await applyPlan(destroy, connections)).toMatchObject({ report: { ok: true } })
    }
  } finally {
    closeAll(connections)
    iam.destroy()
    await proxy.stop()
    await aws.stop()
    await home.remove()
  }
})

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (status, signal) => resolve(signal ?? `status ${status}`))
  })
}

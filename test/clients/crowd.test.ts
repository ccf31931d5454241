import { expect, test } from 'vitest'
import { startLocalAws } from '../../src/local/index.ts'
import { runCrowd, steps } from './crowd/run-crowd.ts'

test('ten clients at once in an organization of 50 accounts get the answers they deserve', async () => {
  const ids = Array.from({ length: 10 }, (_, index) => String(100000000001 + index))
  const users = [
    { name: 'admin', managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
  ]
  const aws = await startLocalAws({ seed: { accounts: ids.map((id) => ({ id, users })) } })
  try {
    const seeded = ids.map((id) => ({ id, admin: aws.userCredentials(id, 'admin') }))
    const report = await runCrowd({
      ground: { url: aws.url, seeded },
      accounts: 51,
      clients: 10,
      seed: 1,
      goesOn: (taken) => taken < 12,
    })
    expect(report.undeserved).toEqual([])
    expect(Object.keys(report.steps).sort()).toEqual(Object.keys(steps).sort())
    expect(report.calls).toBeGreaterThan(500)
  } finally {
    await aws.stop()
  }
}, 180_000)

import { expect, test } from 'vitest'
import type { RoleHop } from '../session/index.ts'
import { oddLife } from './session-life.ts'

const roleArn = 'arn:aws:iam::222222222222:role/r'

function life(minutes: number, hops: readonly Omit<RoleHop, 'roleArn'>[]): string | undefined {
  const credentials = { accessKeyId: 'A', secretAccessKey: 's', expiresAtMs: minutes * 60_000 }
  return oddLife(
    { name: 'n', arn: 'a', credentials, issuedAtMs: 0 },
    {
      name: 'n',
      source: { kind: 'default' },
      endpoint: { region: 'eu-west-1' },
      hops: hops.map((hop) => ({ ...hop, roleArn })),
    },
  )
}

test.each([
  [60, [{}]],
  [59, [{}]],
  [15, [{ durationSeconds: 900 }]],
  [240, [{ durationSeconds: 14_400 }]],
  [60, [{}, { durationSeconds: 14_400 }]],
  [999, []],
] as const)('%d minutes of %j are right', (minutes, hops) => {
  expect(life(minutes, hops)).toBeUndefined()
})

test.each([
  [70, [{}], 'about 10 min behind'],
  [50, [{}], 'about 10 min ahead of'],
  [25, [{ durationSeconds: 900 }], 'about 10 min behind'],
  [50, [{}, { durationSeconds: 14_400 }], 'about 10 min ahead of'],
  [60, [{ durationSeconds: 14_400 }], 'one hour instead of 4 h'],
] as const)('%d minutes of %j are odd: %s', (minutes, hops, text) => {
  expect(life(minutes, hops)).toContain(text)
})

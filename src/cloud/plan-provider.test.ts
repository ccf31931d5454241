import { expect, test } from 'vitest'
import { aGrant, bareWorld, compile, inAccount, ourthing } from '../../test/support/cloud-world.ts'
import { planChanges } from './plan-changes.ts'

const nowMs = Date.parse('2026-11-01T00:00:00Z')
const arn = 'arn:aws:iam::222222222222:oidc-provider/gitlab.example.com'

function declare(provider: 'existing' | 'create') {
  return compile([
    {
      ...aGrant(),
      from: {
        kind: 'oidc',
        issuer: 'gitlab.example.com',
        audience: 'https://gitlab.example.com',
        subjects: ['project_path:group/app:ref_type:branch:ref:main'],
        provider,
      },
    },
  ])
}

function withProvider(compilation: ReturnType<typeof declare>, audiences: readonly string[]) {
  return inAccount(bareWorld(compilation), ourthing, (one) => ({
    ...one,
    oidcProviders: [{ arn, audiences, tags: {} }],
  }))
}

test('a missing provider is made before the role where the file says so', () => {
  const compilation = declare('create')
  const plan = planChanges(compilation, bareWorld(compilation), { nowMs })
  expect(plan.changes.map((change) => change.kind)).toEqual([
    'createOidcProvider',
    'createRole',
    'attachPolicy',
  ])
  expect(plan.access[0]?.words).toMatch(
    /^identities of gitlab\.example\.com may assume OurThingBuildRole in ourthing .*group\/app/,
  )
})

test('else it is in the way, and no role is made that would trust whoever makes it later', () => {
  const compilation = declare('existing')
  const plan = planChanges(compilation, bareWorld(compilation), { nowMs })
  expect(plan.blocked.map(({ reason, object }) => [reason, object])).toEqual([
    ['missing-provider', arn],
    ['missing-provider', 'role/OurThingBuildRole'],
  ])
  expect(plan.changes).toEqual([])
})

test('an audience is added to a provider that may be made, and to no other', () => {
  const own = declare('create')
  const kinds = (compilation: typeof own) =>
    planChanges(compilation, withProvider(compilation, ['other']), { nowMs }).changes.map(
      (change) => change.kind,
    )
  expect(kinds(own)).toEqual(['addOidcAudience', 'createRole', 'attachPolicy'])
  expect(kinds(declare('existing'))).toEqual(['createRole', 'attachPolicy'])
})

import { expect, test } from 'vitest'
import {
  aGrant,
  bareWorld,
  build,
  compile,
  declaredWorld,
  inAccount,
  ourthing,
  third,
} from '../../test/support/cloud-world.ts'
import type { Actual } from './actual.ts'
import { fileTag } from './ownership.ts'
import type { Plan } from './plan.ts'
import { planChanges } from './plan-changes.ts'
import { planDestroy } from './plan-destroy.ts'

const nowMs = Date.parse('2026-11-01T00:00:00Z')
const grant = aGrant({ externalId: 'some_key_build', actions: ['s3:GetObject'] })
const compilation = compile([grant])
const roleArn = 'arn:aws:iam::222222222222:role/OurThingBuildRole'

const steps = (plan: Plan) =>
  plan.changes.map((change) => `${change.account.name}: ${change.words}`)
const lines = (plan: Plan) => plan.access.map(({ sign, words }) => `${sign} ${words}`)

test('a bare world gets the role, its permissions, then the caller its permission', () => {
  const plan = planChanges(compilation, bareWorld(compilation), { nowMs })
  expect(steps(plan)).toEqual([
    'ourthing: create role/OurThingBuildRole',
    'ourthing: write inline policy stile-push-images of role/OurThingBuildRole',
    'ourthing: attach AmazonEC2ContainerRegistryPowerUser to role/OurThingBuildRole',
    'build: write inline policy stile-push-images of role/gitlab-runner',
  ])
  expect(lines(plan)).toEqual([
    '+ role/gitlab-runner in build (111111111111) may assume OurThingBuildRole in ourthing (222222222222), with external id some_key_build',
    '+ sessions of OurThingBuildRole in ourthing (222222222222) are ruled by the inline policy stile-push-images',
    '+ sessions of OurThingBuildRole in ourthing (222222222222) may do what AmazonEC2ContainerRegistryPowerUser allows',
  ])
  expect(plan.blocked).toEqual([])
})

test('the declared world needs nothing', () => {
  const plan = planChanges(compilation, declaredWorld(compilation), { nowMs })
  expect(plan.changes).toEqual([])
  expect(plan.access).toEqual([])
  expect(plan.blocked).toEqual([])
})

test('a plan survives being saved as JSON', () => {
  const plan = planChanges(compilation, bareWorld(compilation), { nowMs })
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
})

test('somebody let in by hand is found and taken out, in words', () => {
  const [role] = compilation.roles
  const trust = {
    ...role?.trustPolicy,
    Statement: [
      ...[role?.trustPolicy.Statement].flat(),
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::333333333333:role/x' },
        Action: 'sts:AssumeRole',
      },
    ],
  }
  const actual = inAccount(declaredWorld(compilation), ourthing, (one) => ({
    ...one,
    roles: one.roles.map((found) => ({ ...found, trustPolicy: trust })),
  }))
  const plan = planChanges(compilation, actual, { nowMs })
  expect(plan.changes.map((change) => change.kind)).toEqual(['updateTrust'])
  expect(lines(plan)).toEqual([
    '- role/x in third (333333333333) may no longer assume OurThingBuildRole in ourthing (222222222222)',
  ])
})

test('what hangs on an owned role and is not declared goes before anything comes in', () => {
  const actual = inAccount(declaredWorld(compilation), ourthing, (one) => ({
    ...one,
    roles: one.roles.map((role) => ({
      ...role,
      managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
      inlinePolicies: [{ name: 'by-hand', document: {} }],
      maxSessionDurationSeconds: 43_200,
      boundaryArn: 'arn:aws:iam::222222222222:policy/edge',
    })),
  }))
  expect(planChanges(compilation, actual, { nowMs }).changes.map((change) => change.kind)).toEqual([
    'detachPolicy',
    'deleteInlinePolicy',
    'setBoundary',
    'updateRole',
    'putInlinePolicy',
    'attachPolicy',
  ])
})

function withRoleTags(tags: Readonly<Record<string, string>>): Actual {
  return inAccount(bareWorld(compilation), ourthing, (one) => ({
    ...one,
    roles: compilation.roles.map((role) => ({ ...role, tags, managedPolicyArns: [] })),
  }))
}

test('a role that is not ours is left alone, and nobody gets the permission to assume it', () => {
  const plan = planChanges(compilation, withRoleTags({}), { nowMs })
  expect(plan.changes).toEqual([])
  expect(plan.blocked.map(({ reason, object }) => [reason, object])).toEqual([
    ['owned-by-somebody-else', 'role/OurThingBuildRole'],
  ])
})

test('adopting takes it over, and tags it first', () => {
  const plan = planChanges(compilation, withRoleTags({}), { nowMs, adopt: true })
  expect(plan.changes.map((change) => change.kind)).toEqual([
    'tagRole',
    'attachPolicy',
    'putInlinePolicy',
  ])
})

test("another access file's role is not even adopted", () => {
  const plan = planChanges(compilation, withRoleTags({ [fileTag]: 'other.yaml' }), {
    nowMs,
    adopt: true,
  })
  expect(plan.changes).toEqual([])
  expect(plan.blocked[0]?.message).toContain('other.yaml')
})

test('a missing caller is said, and the rest is done', () => {
  const actual = inAccount(bareWorld(compilation), build, (one) => ({ ...one, principals: [] }))
  const plan = planChanges(compilation, actual, { nowMs })
  expect(plan.changes.every((change) => change.side === 'trusting')).toBe(true)
  expect(plan.blocked.map(({ reason, object }) => [reason, object])).toEqual([
    ['missing-principal', 'role/gitlab-runner'],
  ])
})

test('a role that would trust a missing user by name is not made', () => {
  const withUser = compile([aGrant({ principals: ['user/ana'] })])
  const actual = inAccount(bareWorld(withUser), build, (one) => ({ ...one, principals: [] }))
  const plan = planChanges(withUser, actual, { nowMs })
  expect(plan.changes).toEqual([])
  expect(plan.blocked.map(({ object }) => object)).toEqual(['role/OurThingBuildRole', 'user/ana'])
})

test('an account that cannot be read is left alone; the others go on', () => {
  const both = compile([aGrant({ to: [ourthing, third] })])
  const bare = bareWorld(both)
  const actual: Actual = {
    ...bare,
    accounts: bare.accounts.filter((one) => one.account.id !== third.id),
    unread: [
      { account: { id: third.id, name: third.name }, code: 'endpoint-down', because: 'down' },
    ],
  }
  const plan = planChanges(both, actual, { nowMs })
  expect(new Set(plan.changes.map((change) => change.account.name))).toEqual(
    new Set(['ourthing', 'build']),
  )
  const caller = plan.changes.find((change) => change.side === 'caller')
  expect(JSON.stringify(caller)).toContain('222222222222:role')
  expect(JSON.stringify(caller)).not.toContain('333333333333:role')
  expect(plan.blocked.map(({ reason }) => reason)).toEqual(['unread-account'])
})

test("a grant that left the file is taken back: the caller's permission first", () => {
  const gone = { ...compile([aGrant({ name: 'other', role: 'OtherRole' })]) }
  const world = declaredWorld(compilation)
  const actual: Actual = { ...world, scope: bareWorld(gone).scope }
  const plan = planChanges(gone, actual, { nowMs })
  expect(steps(plan).slice(0, 2)).toEqual([
    'build: delete inline policy stile-push-images of role/gitlab-runner',
    'ourthing: delete role/OurThingBuildRole with all its policies (of grant push-images)',
  ])
  expect(lines(plan)[0]).toBe(
    '- role/gitlab-runner in build (111111111111) may no longer assume OurThingBuildRole in ourthing (222222222222)',
  )
})

test('what a nameless file does not declare is left, and told once for each object', () => {
  const gone = { ...compile([aGrant({ name: 'other', role: 'OtherRole' })]) }
  const actual: Actual = { ...declaredWorld(compilation), scope: bareWorld(gone).scope }
  const plan = planChanges(gone, actual, { nowMs, undeclared: 'leave' })
  expect(steps(plan).join()).not.toContain('delete')
  expect(plan.blocked.map(({ reason, account }) => `${account.name}: ${reason}`)).toEqual([
    'build: undeclared',
    'ourthing: undeclared',
  ])
  expect(plan.blocked[0]?.remedy).toContain('--prune')
  const destroyed = planDestroy(gone, actual, { undeclared: 'leave' })
  expect(destroyed).toMatchObject({ changes: [], blocked: plan.blocked })
})

test('what a nameless file declares and has ended, it removes', () => {
  const ended = compile([aGrant({ expires: '2020-01-01' })])
  const plan = planChanges(ended, declaredWorld(ended), { nowMs, undeclared: 'leave' })
  expect(steps(plan).join()).toContain('delete role/OurThingBuildRole')
  expect(plan.blocked).toEqual([])
})

test("inline policies that are not Stile's, or name another's role, stay", () => {
  const byHand = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn },
  }
  const foreign = {
    Version: '2012-10-17',
    Statement: {
      Sid: 'StileOther',
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: [roleArn, 'arn:aws:iam::222222222222:role/SomebodyElses'],
    },
  }
  const actual = inAccount(declaredWorld(compilation), build, (one) => ({
    ...one,
    principals: one.principals.map((principal) => ({
      ...principal,
      inlinePolicies: [
        ...principal.inlinePolicies,
        { name: 'by-hand', document: byHand },
        { name: 'stile-other', document: foreign },
      ],
    })),
  }))
  expect(planChanges(compilation, actual, { nowMs }).changes).toEqual([])
})

test("somebody's policy under the caller policy's name is not overwritten", () => {
  const document = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
  }
  const actual = inAccount(declaredWorld(compilation), build, (one) => ({
    ...one,
    principals: one.principals.map((principal) => ({
      ...principal,
      inlinePolicies: [{ name: 'stile-push-images', document }],
    })),
  }))
  const plan = planChanges(compilation, actual, { nowMs })
  expect(plan.changes).toEqual([])
  expect(plan.blocked.map(({ reason, side }) => [reason, side])).toEqual([
    ['owned-by-somebody-else', 'caller'],
  ])
})

test('an ended grant is removed on both sides', () => {
  const ended = compile([aGrant({ expires: '2026-10-30' })])
  const plan = planChanges(ended, declaredWorld(ended), { nowMs })
  expect(plan.changes.map((change) => change.kind)).toEqual(['deleteInlinePolicy', 'deleteRole'])
  const dayBefore = { nowMs: Date.parse('2026-10-30T23:59:59Z') }
  expect(planChanges(ended, declaredWorld(ended), dayBefore).changes).toEqual([])
})

test('of two grants on one role only the ended one loses its entry', () => {
  const both = compile([
    aGrant({ name: 'keeps' }),
    aGrant({ name: 'ends', principals: ['role/temp'], expires: '2026-10-30' }),
  ])
  const plan = planChanges(both, declaredWorld(both), { nowMs })
  expect(plan.changes.map((change) => change.kind)).toEqual(['deleteInlinePolicy', 'updateTrust'])
  expect(lines(plan)).toEqual([
    '- role/temp in build (111111111111) may no longer assume OurThingBuildRole in ourthing (222222222222)',
  ])
})

test('grants whose names make the same Sid keep what is theirs when one has ended', () => {
  const both = [
    aGrant({ name: 'a-b', principals: ['role/temp'], expires: '2026-10-30' }),
    aGrant({ name: 'a.b', sessionTags: { team: 'red' } }),
  ]
  for (const grants of [both, [...both].reverse()]) {
    const compilation = compile(grants)
    const plan = planChanges(compilation, bareWorld(compilation), { nowMs })
    const made = plan.changes.find((change) => change.kind === 'createRole')
    expect(made?.after.Statement).toMatchObject([
      { Action: 'sts:AssumeRole', Condition: { StringEquals: { 'aws:RequestTag/team': 'red' } } },
      { Action: 'sts:TagSession', Condition: { StringEquals: { 'aws:RequestTag/team': 'red' } } },
    ])
  }
})

test('a caller policy that two grants to one role share loses the statement of the ended one', () => {
  const policy = { name: 'enter' }
  const both = compile([
    aGrant({ name: 'ends', expires: '2026-10-30', sessionTags: { team: 'red' }, policy }),
    aGrant({ name: 'keeps', policy }),
  ])
  const plan = planChanges(both, bareWorld(both), { nowMs })
  const written = plan.changes.find(
    (change) => change.kind === 'putInlinePolicy' && change.policyName === 'enter',
  )
  expect(written).toMatchObject({ after: { Statement: [{ Sid: 'StileKeeps' }] } })
})

test('a managed caller policy is made once and attached to each caller, and to nobody else', () => {
  const managed = compile([
    aGrant({
      principals: ['user/ana', 'role/hub'],
      to: [ourthing, third],
      policy: { kind: 'managed', name: 'CloudQuery', resource: 'any-account' },
    }),
  ])
  const plan = planChanges(managed, bareWorld(managed), { nowMs })
  expect(steps(plan).filter((step) => step.startsWith('build'))).toEqual([
    'build: create managed policy CloudQuery',
    'build: attach CloudQuery to user/ana',
    'build: attach CloudQuery to role/hub',
  ])
  const strangers = inAccount(declaredWorld(managed), build, (one) => ({
    ...one,
    principals: [
      ...one.principals,
      {
        kind: 'user',
        name: 'eve',
        path: '/',
        arn: 'arn:aws:iam::111111111111:user/eve',
        inlinePolicies: [],
        managedPolicyArns: ['arn:aws:iam::111111111111:policy/CloudQuery'],
      },
    ],
  }))
  const repair = planChanges(managed, strangers, { nowMs })
  expect(steps(repair)).toEqual(['build: detach CloudQuery from user/eve'])
  expect(lines(repair)[0]).toBe(
    '- user/eve in build (111111111111) may no longer assume OurThingBuildRole in ourthing (222222222222)',
  )
})

test('destroy takes all that is owned and nothing else', () => {
  const world = inAccount(declaredWorld(compilation), ourthing, (one) => ({
    ...one,
    roles: [
      ...one.roles,
      ...one.roles.map((role) => ({ ...role, name: 'Foreign', arn: `${role.arn}x`, tags: {} })),
    ],
  }))
  expect(steps(planDestroy(compilation, world))).toEqual([
    'build: delete inline policy stile-push-images of role/gitlab-runner',
    'ourthing: delete role/OurThingBuildRole with all its policies (of grant push-images)',
  ])
  expect(planDestroy(compilation, bareWorld(compilation)).changes).toEqual([])
})

test('the fingerprint moves with the world, not with the file', () => {
  const before = planChanges(compilation, bareWorld(compilation), { nowMs }).fingerprint
  expect(planChanges(compilation, bareWorld(compilation), { nowMs: 0 }).fingerprint).toBe(before)
  expect(planChanges(compilation, declaredWorld(compilation), { nowMs }).fingerprint).not.toBe(
    before,
  )
})

test('a declared caller policy on any account, not narrowed, goes with the file; an undeclared one stays', () => {
  const anyAccount = compile([
    aGrant({ policy: { kind: 'inline', name: 'hub', resource: 'any-account' } }),
  ])
  const bare = (name: string) => ({
    name,
    document: {
      Version: '2012-10-17',
      Statement: {
        Sid: 'StilePushImages',
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: 'arn:aws:iam::*:role/OurThingBuildRole',
      },
    },
  })
  const actual = inAccount(declaredWorld(anyAccount), build, (one) => ({
    ...one,
    principals: one.principals.map((principal) => ({
      ...principal,
      inlinePolicies: [bare('hub'), bare('elsewhere')],
    })),
  }))
  expect(steps(planDestroy(anyAccount, actual))).toEqual([
    'build: delete inline policy hub of role/gitlab-runner',
    'ourthing: delete role/OurThingBuildRole with all its policies (of grant push-images)',
  ])
})

test("a policy of the declared name that serves another file's role is not overwritten", () => {
  const foreignRole = 'arn:aws:iam::333333333333:role/Theirs'
  const document = {
    Version: '2012-10-17',
    Statement: {
      Sid: 'StilePushImages',
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: foreignRole,
    },
  }
  const theirs = inAccount(declaredWorld(compilation), third, (one) => ({
    ...one,
    otherFilesRoles: [{ arn: foreignRole, file: 'theirs.yaml' }],
  }))
  const actual = inAccount(theirs, build, (one) => ({
    ...one,
    principals: one.principals.map((principal) => ({
      ...principal,
      inlinePolicies: [{ name: 'stile-push-images', document }],
    })),
  }))
  expect(planChanges(compilation, actual, { nowMs }).changes).toEqual([])
  expect(steps(planDestroy(compilation, actual))).toEqual([
    'ourthing: delete role/OurThingBuildRole with all its policies (of grant push-images)',
  ])
})

test('a role that is in the way keeps the callers it has, and gets no new ones', () => {
  const both = compile([aGrant({ to: [ourthing, third] })])
  const taken = (actual: Actual) =>
    inAccount(actual, third, (one) => ({
      ...one,
      roles: both.roles
        .filter((role) => role.account.id === third.id)
        .map((role) => ({ ...role, tags: {} })),
    }))
  expect(planChanges(both, taken(declaredWorld(both)), { nowMs }).changes).toEqual([])
  const plan = planChanges(both, taken(bareWorld(both)), { nowMs })
  const given = JSON.stringify(plan.changes.filter((change) => change.side === 'caller'))
  expect(given).toContain('222222222222:role')
  expect(given).not.toContain('333333333333:role')
})

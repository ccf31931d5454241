import { expect, test } from 'vitest'
import {
  aGrant,
  build,
  compile,
  declaredWorld,
  inAccount,
  ourthing,
  third,
} from '../../test/support/cloud-world.ts'
import type { PolicyDocument } from '../core/index.ts'
import type { Actual } from './actual.ts'
import { planChanges } from './plan-changes.ts'
import { planDestroy } from './plan-destroy.ts'

const nowMs = Date.parse('2026-11-01T00:00:00Z')
const policy = { name: 'enter' }
const mine = compile([aGrant({ name: 'mine', to: [ourthing], policy })], [build, ourthing])
const others = compile([aGrant({ name: 'others', to: [third], role: 'Other', policy })])

/** The caller of `mine` with this inline policy under the name that the grant declares. */
function holding(document: PolicyDocument): Actual {
  const world = declaredWorld(mine, [build, ourthing])
  return inAccount(world, build, (one) => ({
    ...one,
    principals: one.principals.map((principal) => ({
      ...principal,
      inlinePolicies: [{ name: 'enter', document }],
    })),
  }))
}

const theirs = others.callerPolicies[0]?.document ?? {}
const own = mine.callerPolicies[0]?.document ?? {}

test('a policy that another file wrote for accounts that this one does not read is left alone', () => {
  const plan = planChanges(mine, holding(theirs), { nowMs })
  expect(plan.changes).toEqual([])
  expect(plan.blocked).toMatchObject([
    { reason: 'owned-by-somebody-else', message: expect.stringContaining('another access file') },
  ])
  const destroyed = planDestroy(mine, holding(theirs))
  expect(destroyed.changes.map(({ kind }) => kind)).toEqual(['deleteRole'])
  expect(destroyed.blocked).toEqual([])
})

test('a policy of the same grant is changed and removed, whatever roles it names', () => {
  const before = compile([aGrant({ name: 'mine', to: [third], role: 'Before', policy })])
  const world = holding(before.callerPolicies[0]?.document ?? {})
  expect(planChanges(mine, world, { nowMs }).changes.map(({ words }) => words)).toEqual([
    'change inline policy enter of role/gitlab-runner',
  ])
  expect(planDestroy(mine, world).changes.map(({ kind }) => kind)).toEqual([
    'deleteInlinePolicy',
    'deleteRole',
  ])
})

test('a policy that was edited by hand stays, and destroy says so', () => {
  const extra = { Sid: 'Extra', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }
  const statements: unknown = own.Statement
  const edited = { ...own, Statement: [...(Array.isArray(statements) ? statements : []), extra] }
  const plan = planDestroy(mine, holding(edited))
  expect(plan.changes.map(({ kind }) => kind)).toEqual(['deleteRole'])
  expect(plan.blocked).toMatchObject([
    {
      object: 'inline policy enter of role/gitlab-runner',
      message: expect.stringContaining('stays'),
    },
  ])
})

import { expect, test } from 'vitest'
import {
  aGrant,
  bareWorld,
  build,
  compile,
  declaredWorld,
  inAccount,
  ourthing,
} from '../../test/support/cloud-world.ts'
import type { Actual } from './actual.ts'
import { planChanges } from './plan-changes.ts'
import { renderDrift } from './render-drift.ts'
import { renderPlan } from './render-plan.ts'

const nowMs = Date.parse('2026-11-01T00:00:00Z')
const compilation = compile([aGrant({ externalId: 'some_key_build' })])

test('the plan starts with who gains what and ends with how much there is to do', () => {
  const lines = renderPlan(planChanges(compilation, bareWorld(compilation), { nowMs }))
  expect(lines.slice(0, 2)).toEqual([
    'who gains and loses what:',
    '+ role/gitlab-runner in build (111111111111) may assume OurThingBuildRole in ourthing (222222222222), with external id some_key_build',
  ])
  expect(lines).toContain('+ ourthing (222222222222): create role/OurThingBuildRole')
  expect(lines).toContain('@ ourthing (222222222222): trust policy of role/OurThingBuildRole')
  expect(lines.some((line) => line.startsWith('+') && line.includes('"some_key_build"'))).toBe(true)
  expect(lines.at(-1)).toBe('3 steps in 2 accounts')
})

test('with nothing to do it says so', () => {
  const lines = renderPlan(planChanges(compilation, declaredWorld(compilation), { nowMs }))
  expect(lines).toEqual(['nobody gains or loses access', '', 'nothing to do'])
})

test('where an account could not be read nothing is claimed about access', () => {
  const world = bareWorld(compilation)
  const because = 'account ourthing (222222222222), sts:GetCallerIdentity: cannot reach AWS'
  const [account = { id: '', name: '' }] = world.accounts
    .map((one) => one.account)
    .filter(({ id }) => id === ourthing.id)
  const plan = planChanges(
    compilation,
    {
      ...world,
      accounts: world.accounts.filter((one) => one.account.id !== ourthing.id),
      unread: [{ account, code: 'endpoint-down', because }],
    },
    { nowMs },
  )
  const lines = renderPlan(plan)
  expect(lines[0]).toBe('not known who gains or loses access: 1 account not read')
  expect(lines).toContain(`! ${because}`)
  expect(lines.at(-1)).toBe('nothing planned, 1 thing in the way, 1 account not read')
})

test('a whole account is told which policy to attach by hand', () => {
  const whole = compile([aGrant({ principals: [] })])
  const lines = renderPlan(planChanges(whole, bareWorld(whole), { nowMs }))
  expect(lines).toContain(
    '+ whoever the administrators of build (111111111111) allow may assume OurThingBuildRole in ourthing (222222222222)',
  )
  expect(lines).toContain(
    '! give whoever may assume the role in build (111111111111) this policy yourself:',
  )
})

test('of a changed document only what differs is shown', () => {
  const other = compile([aGrant({ externalId: 'another' })])
  const lines = renderPlan(planChanges(other, declaredWorld(compilation), { nowMs }))
  const diff = lines.slice(lines.findIndex((line) => line.startsWith('@')))
  expect(
    diff.filter((line) => /^[+-]/.test(line)).map((line) => line.replace(/\s+/g, ' ')),
  ).toEqual(['- "some_key_build"', '+ "another"'])
})

const declared = declaredWorld(compilation)

function withTrust(statement: object): Actual {
  return inAccount(declared, ourthing, (one) => ({
    ...one,
    roles: one.roles.map((role) => ({
      ...role,
      trustPolicy: {
        ...role.trustPolicy,
        Statement: [...[role.trustPolicy.Statement].flat(), statement],
      },
    })),
  }))
}

const assume = { Effect: 'Allow', Action: 'sts:AssumeRole' }
const trust = '~ ourthing (222222222222): the trust policy of role/OurThingBuildRole'

test.each([
  [
    { ...assume, Principal: { AWS: 'arn:aws:iam::333333333333:role/x' } },
    'now also admits role/x in third (333333333333)',
  ],
  [
    { ...assume, Principal: { AWS: '444444444444' } },
    'now also admits whoever the administrators of 444444444444 allow',
  ],
  [{ ...assume, Principal: '*' }, 'now also admits everyone on AWS'],
  [
    { ...assume, Principal: { AWS: 'AROAEXAMPLE' } },
    'now also admits a deleted principal (AROAEXAMPLE)',
  ],
  [
    { ...assume, Action: 'sts:*', Principal: { Service: 'ec2.amazonaws.com' } },
    'now also admits the AWS service ec2.amazonaws.com',
  ],
  [
    {
      ...assume,
      Principal: { AWS: '111111111111' },
      Condition: {
        ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/gitlab-runner' },
      },
    },
    'admits role/gitlab-runner in build (111111111111) on other terms: found ; or with external id some_key_build, declared with external id some_key_build',
  ],
])('an added trust statement is drift in words: %j', (statement, words) => {
  const plan = planChanges(compilation, withTrust(statement), { nowMs })
  expect(renderDrift(plan)).toEqual([`${trust} ${words}`])
})

test('where words cannot tell, the difference is shown', () => {
  const actual = withTrust({ Effect: 'Deny', Action: 'sts:AssumeRole', Principal: '*' })
  const [first, ...rest] = renderDrift(planChanges(compilation, actual, { nowMs }))
  expect(first).toBe(`${trust} differs`)
  expect(rest.some((line) => line.includes('- ') && line.includes('"Deny"'))).toBe(true)
})

test('drift on the caller side names the caller', () => {
  const actual = inAccount(declared, build, (one) => ({
    ...one,
    principals: one.principals.map((principal) => ({ ...principal, inlinePolicies: [] })),
  }))
  expect(renderDrift(planChanges(compilation, actual, { nowMs }))).toEqual([
    '~ build (111111111111): role/gitlab-runner lacks the inline policy stile-push-images',
  ])
  expect(renderDrift(planChanges(compilation, declared, { nowMs }))).toEqual([
    'both sides are as declared',
  ])
})

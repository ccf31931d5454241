import { expect, test } from 'vitest'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { Policy } from '../policy/policy.ts'
import { type Claim, parseClaim } from './parse-claim.ts'
import { proveNever } from './prove-never.ts'

function trustOf(Principal: unknown, Condition?: unknown): Policy {
  const Statement = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }
  const document = {
    Version: '2012-10-17',
    Statement: { ...Statement, ...(Condition === undefined ? {} : { Condition }) },
  }
  const parsed = parsePolicy(document, 'trust')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.policy
}

function claimOf(text: string): Claim {
  const parsed = parseClaim(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.claim
}

const outside = 'principal outside 111111111111, 222222222222 can sts:AssumeRole'
const account = '111111111111'

test.each([
  { name: 'an account named', policy: trustOf({ AWS: account }), kind: 'proved' },
  { name: 'both', policy: trustOf({ AWS: [account, '222222222222'] }), kind: 'proved' },
  {
    name: 'a role of one',
    policy: trustOf({ AWS: `arn:aws:iam::${account}:role/a` }),
    kind: 'proved',
  },
  { name: 'another account', policy: trustOf({ AWS: '333333333333' }), kind: 'refuted' },
  { name: 'everyone', policy: trustOf('*'), kind: 'refuted' },
  { name: 'a service', policy: trustOf({ Service: 'ec2.amazonaws.com' }), kind: 'refuted' },
  {
    name: 'everyone of the account',
    policy: trustOf('*', { StringEquals: { 'aws:PrincipalAccount': account } }),
    kind: 'proved',
  },
  {
    name: 'every ARN of the account',
    policy: trustOf('*', { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/*` } }),
    kind: 'proved',
  },
  {
    name: 'a condition that may be missing',
    policy: trustOf('*', { StringEqualsIfExists: { 'aws:PrincipalAccount': account } }),
    kind: 'refuted',
  },
  {
    name: 'all but one account',
    policy: trustOf('*', { StringNotEquals: { 'aws:PrincipalAccount': account } }),
    kind: 'refuted',
  },
])('nobody outside can assume a role that trusts: $name', ({ policy, kind }) => {
  expect(proveNever(policy, claimOf(outside))).toMatchObject({ kind })
})

test('a claim is also about actions and resources', () => {
  const document = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::b/*' },
      { Effect: 'Deny', Action: 's3:Delete*', Resource: '*' },
    ],
  }
  const parsed = parsePolicy(document, 'identity')
  if (!parsed.ok) throw new Error('bug: the policy is one')
  const ask = (text: string): unknown => proveNever(parsed.policy, claimOf(text))
  expect(ask('principal can s3:DeleteObject')).toEqual({ kind: 'proved' })
  expect(ask('principal can s3:* on arn:aws:s3:::c/*')).toEqual({ kind: 'proved' })
  expect(ask('principal can s3:* on arn:aws:s3:::*/x')).toMatchObject({
    kind: 'refuted',
    witness: { resource: 'arn:aws:s3:::b/x' },
    statement: 0,
  })
})

test.each([
  '',
  'principal',
  'principal outside can a:b',
  'principal in x can a:b',
  'principal can x',
])('%j is no claim', (text) => {
  expect(parseClaim(text).ok).toBe(false)
})

import { expect, test } from 'vitest'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { Policy, PolicyType } from '../policy/policy.ts'
import { comparePolicies } from './compare.ts'

function policyOf(statements: unknown, type: PolicyType = 'identity'): Policy {
  const parsed = parsePolicy({ Version: '2012-10-17', Statement: statements }, type)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.policy
}

const allow = (Action: unknown, Resource: unknown = '*', Condition?: unknown): object => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
})
const deny = (...args: Parameters<typeof allow>): object => ({ ...allow(...args), Effect: 'Deny' })

/** A policy variable; the dollar is apart so that this is no template of ours. */
const user = ['$', '{aws:username}'].join('')
const b = 'arn:aws:s3:::b/*'
const cases: readonly (readonly [string, unknown, unknown, string])[] = [
  ['itself', allow('s3:Get*'), allow('s3:Get*'), 'equal'],
  ['case of actions', allow('s3:getobject'), allow('S3:GetObject'), 'equal'],
  ['an action more', allow('s3:GetObject', b), allow(['s3:GetObject', 's3:Put*'], b), 'broader'],
  ['a narrower pattern', allow('s3:Get*'), allow('s3:GetObject*'), 'narrower'],
  ['a covered pattern', allow('s3:*'), [allow('s3:*'), allow('s3:Get*', b)], 'equal'],
  ['two halves', [allow(['s3:A', 's3:B'], b)], [allow('s3:A', b), allow('s3:B', b)], 'equal'],
  ['one letter patterns', allow('s3:Get?*'), [allow('s3:Get*')], 'broader'],
  ['a deny', allow('s3:*'), [allow('s3:*'), deny('s3:Delete*')], 'narrower'],
  ['a deny of nothing', allow('s3:*'), [allow('s3:*'), deny('ec2:*')], 'equal'],
  [
    'a deny and its NotAction',
    [allow('*'), deny('iam:*')],
    { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' },
    'equal',
  ],
  ['a deny lifted', [allow('*'), deny('iam:*', '*')], [allow('*'), deny('iam:Pass*')], 'broader'],
  ['crossing', allow('s3:Get*', b), allow('s3:*Object', b), 'different'],
  ['resources', allow('s3:Get*', 'arn:aws:s3:::b/a/*'), allow('s3:Get*', b), 'broader'],
  [
    'a condition',
    allow('s3:*'),
    allow('s3:*', '*', { Bool: { 'aws:SecureTransport': 'true' } }),
    'narrower',
  ],
  [
    'values',
    allow('s3:*', '*', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }),
    allow('s3:*', '*', { StringEquals: { 'aws:PrincipalOrgID': ['o-1', 'o-2'] } }),
    'broader',
  ],
  [
    'like',
    allow('s3:*', '*', { StringLike: { 's3:prefix': 'a*' } }),
    allow('s3:*', '*', { StringLike: { 's3:prefix': 'ab*' } }),
    'narrower',
  ],
  [
    'ranges',
    allow('s3:*', '*', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }),
    allow('s3:*', '*', { IpAddress: { 'aws:SourceIp': ['10.0.0.0/9', '10.128.0.0/9'] } }),
    'equal',
  ],
  [
    'smaller range',
    allow('s3:*', '*', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }),
    allow('s3:*', '*', { IpAddress: { 'aws:SourceIp': '10.1.0.0/16' } }),
    'narrower',
  ],
  [
    'numbers',
    allow('s3:*', '*', { NumericLessThan: { 's3:max-keys': '10' } }),
    allow('s3:*', '*', { NumericLessThanEquals: { 's3:max-keys': '10' } }),
    'broader',
  ],
  [
    'dates',
    allow('s3:*', '*', { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } }),
    allow('s3:*', '*', { DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } }),
    'broader',
  ],
  ['presence', allow('s3:*', '*', { Null: { 'aws:TagKeys': 'true' } }), allow('s3:*'), 'broader'],
  [
    'same variables',
    allow('s3:*', `arn:aws:s3:::b/${user}/*`),
    allow(['s3:*'], [`arn:aws:s3:::b/${user}/*`]),
    'equal',
  ],
  ['variables', allow('s3:*', `arn:aws:s3:::b/${user}/*`), allow('s3:*', b), 'broader'],
  [
    'more with the same variable',
    allow('s3:*', `arn:aws:s3:::b/${user}/a*`),
    allow('s3:*', [`arn:aws:s3:::b/${user}/*`, 'arn:aws:s3:::c']),
    'broader',
  ],
  [
    'every value',
    allow('s3:*', '*', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }),
    allow('s3:*', '*', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } }),
    'narrower',
  ],
  [
    'any value',
    allow('s3:*', '*', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } }),
    allow('s3:*', '*', { 'ForAnyValue:StringLike': { 'aws:TagKeys': ['a*'] } }),
    'broader',
  ],
]
test.each(cases)('%s', (...[, before, after, verdict]) => {
  const comparison = comparePolicies(policyOf(before), policyOf(after))
  expect(comparison.verdict, JSON.stringify(comparison, null, 1)).toBe(verdict)
  expect([...comparison.gained.undecided, ...comparison.lost.undecided]).toEqual([])
})

const trusts = (principal: unknown, Condition?: unknown): object => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 'sts:AssumeRole',
  ...(Condition === undefined ? {} : { Condition }),
})
const one = { AWS: '111111111111' }
const trustCases: readonly (readonly [string, unknown, unknown, string])[] = [
  [
    'an account and its root',
    trusts(one),
    trusts({ AWS: 'arn:aws:iam::111111111111:root' }),
    'equal',
  ],
  ['one account more', trusts(one), trusts({ AWS: ['111111111111', '222222222222'] }), 'broader'],
  [
    'a role of the account',
    trusts(one),
    trusts({ AWS: 'arn:aws:iam::111111111111:role/a' }),
    'narrower',
  ],
  ['everyone', trusts(one), trusts('*'), 'broader'],
  [
    'everyone of the account',
    trusts(one),
    trusts('*', { StringEquals: { 'aws:PrincipalAccount': '111111111111' } }),
    'equal',
  ],
  [
    'ARNs',
    trusts(one),
    trusts(one, { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/a*' } }),
    'narrower',
  ],
  [
    'all ARNs of the account',
    trusts(one),
    trusts('*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:*' } }),
    'narrower',
  ],
  [
    'an external id',
    trusts(one, { StringEquals: { 'sts:ExternalId': 'x' } }),
    trusts(one),
    'broader',
  ],
]
test.each(trustCases)('trust: %s', (...[, before, after, verdict]) => {
  const comparison = comparePolicies(policyOf(before, 'trust'), policyOf(after, 'trust'))
  expect(comparison.verdict, JSON.stringify(comparison, null, 1)).toBe(verdict)
  expect([...comparison.gained.undecided, ...comparison.lost.undecided]).toEqual([])
})

import { expect, test } from 'vitest'
import { matchDocuments } from './canonical-policy.ts'

const statement = {
  Sid: 'A',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111111111111:root' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
  Condition: { StringEquals: { 'sts:ExternalId': ['a', 'b'] }, Bool: { 'aws:x': 'true' } },
}
const policy = (...statements: readonly object[]) => ({
  Version: '2012-10-17',
  Statement: statements,
})

test.each([
  ['the same', policy(statement)],
  ['one statement without a list', { Version: '2012-10-17', Statement: statement }],
  ['an account as its bare id', policy({ ...statement, Principal: { AWS: ['111111111111'] } })],
  [
    'actions in another order and case',
    policy({ ...statement, Action: ['sts:tagsession', 'STS:AssumeRole'] }),
  ],
  [
    'conditions in another order and case',
    policy({
      ...statement,
      Condition: { Bool: { 'AWS:X': true }, StringEquals: { 'STS:externalid': ['b', 'a'] } },
    }),
  ],
  ['a repeated statement', policy(statement, statement)],
])('%s is no difference', (_, other) => {
  expect(matchDocuments(policy(statement), other)).toBe(true)
})

test.each([
  ['another version', { ...policy(statement), Version: '2008-10-17' }],
  ['another account', policy({ ...statement, Principal: { AWS: '222222222222' } })],
  ['everyone', policy({ ...statement, Principal: '*' })],
  [
    'a user instead of the account',
    policy({ ...statement, Principal: { AWS: 'arn:aws:iam::111111111111:user/root' } }),
  ],
  [
    'a value in another case',
    policy({
      ...statement,
      Condition: { ...statement.Condition, StringEquals: { 'sts:ExternalId': ['A', 'b'] } },
    }),
  ],
  ['a condition less', policy({ ...statement, Condition: { Bool: { 'aws:x': 'true' } } })],
  ['a negated element', policy({ ...statement, Action: undefined, NotAction: statement.Action })],
  ['an effect', policy({ ...statement, Effect: 'Deny' })],
  ['one more statement', policy(statement, { ...statement, Sid: 'B' })],
  [
    'a key spelled twice',
    policy({
      ...statement,
      Condition: { ...statement.Condition, Bool: { 'aws:x': 'true', 'AWS:X': 'false' } },
    }),
  ],
])('%s is a difference', (_, other) => {
  expect(matchDocuments(policy(statement), other)).toBe(false)
})

test('order of statements does not matter', () => {
  const second = { ...statement, Sid: 'B' }
  expect(matchDocuments(policy(statement, second), policy(second, statement))).toBe(true)
})

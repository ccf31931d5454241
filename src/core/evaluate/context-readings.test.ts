import { expect, test } from 'vitest'
import {
  authorize,
  compilePolicy,
  type Decision,
  emptyLayers,
  parseAccountId,
  parsePolicy,
  parsePrincipal,
  type RequestContext,
} from '../index.ts'

const account = parseAccountId('111111111111')
const principal = parsePrincipal('arn:aws:iam::111111111111:user/ana')

/** What a policy of these statements says to `s3:GetObject` in a context. */
function decide(context: RequestContext, ...Statement: readonly object[]): Decision['kind'] {
  const parsed = parsePolicy({ Version: '2012-10-17', Statement }, 'identity')
  if (!parsed.ok || account === undefined || principal === undefined) throw new Error('malformed')
  const identity = [compilePolicy(parsed.policy, 'given')]
  const resource = 'arn:aws:s3:::logs/x'
  const request = { principal, action: 's3:GetObject', resource, resourceAccount: account, context }
  return authorize(request, { ...emptyLayers, identity }).kind
}

const allow = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
const ip = (address: string) => ({ IpAddress: { 'aws:SourceIp': address } })
const twins = (one: string, other: string) => [
  { 'aws:SourceIp': one, 'AWS:sourceip': other },
  { 'AWS:sourceip': other, 'aws:SourceIp': one },
]

test.each(twins('10.0.0.1', '203.0.113.1'))(
  'a key in two cases has to be allowed by each: %j',
  (context) => {
    expect(decide(context, { ...allow, Condition: ip('10.0.0.0/8') })).toBe('implicitDeny')
    expect(decide(context, { ...allow, Condition: ip('0.0.0.0/0') })).toBe('allow')
  },
)

test.each(twins('10.0.0.1', '203.0.113.1'))('a deny by either holds: %j', (context) => {
  const deny = { ...allow, Effect: 'Deny', Condition: ip('203.0.113.0/24') }
  expect(decide(context, allow, deny)).toBe('explicitDeny')
  expect(decide(context, allow)).toBe('allow')
})

test('as many keys in two cases as nobody writes are refused', () => {
  const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const context = Object.fromEntries(
    keys.flatMap((key) => [
      [`aws:RequestTag/${key}`, '1'],
      [`aws:requesttag/${key}`, '1'],
    ]),
  )
  const Condition = { StringEquals: { 'aws:RequestTag/a': '1' } }
  expect(decide(context, { ...allow, Condition })).toBe('implicitDeny')
  const { 'aws:requesttag/g': _, ...fewer } = context
  expect(decide(fewer, { ...allow, Condition })).toBe('allow')
})

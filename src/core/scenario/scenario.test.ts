import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerScenario } from './answer-scenario.ts'
import { parseScenario } from './parse-scenario.ts'

const request = {
  principal: 'arn:aws:iam::111111111111:user/ana',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
  resourceAccount: '111111111111',
}
const allow = { Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } }

test('an answer tells the decision, the reasons and whether it is as expected', () => {
  const parse = parseScenario({
    id: 'a',
    request,
    policies: { identity: [allow] },
    expect: { decision: 'allow' },
  })
  expect(parse.ok && answerScenario(parse.scenario)).toEqual({
    id: 'a',
    decision: 'allow',
    reasons: ['allowed by identity policy identity[0] Statement[0]'],
    certainty: 'documented',
    expected: 'allow',
    ok: true,
  })
})

test('an expectation that fails is no error', () => {
  const expects = { decision: 'implicitDeny', missing: 'boundary' }
  const parse = parseScenario({ id: 'a', request, expect: expects })
  expect(parse.ok && answerScenario(parse.scenario)).toMatchObject({
    decision: 'implicitDeny',
    missing: 'identity',
    ok: false,
  })
})

test('without an expectation there is nothing to compare', () => {
  const parse = parseScenario({ id: 'a', request })
  expect(parse.ok && answerScenario(parse.scenario)).not.toHaveProperty('ok')
})

const { resourceAccount: _, ...withoutAccount } = request
const bad: readonly (readonly [string, unknown, string])[] = [
  ['no object', 7, ''],
  ['no id', { request }, 'id'],
  ['no request', { id: 'a' }, 'request'],
  ['an unknown element', { id: 'a', request, policy: {} }, 'policy'],
  [
    'no account where the ARN does not tell it',
    { id: 'a', request: withoutAccount },
    'request.resourceAccount',
  ],
  [
    'no account for *',
    { id: 'a', request: { ...withoutAccount, resource: '*' } },
    'request.resourceAccount',
  ],
  [
    'an account that contradicts the ARN',
    { id: 'a', request: { ...request, resource: 'arn:aws:sqs:eu-west-1:222222222222:q' } },
    'request.resourceAccount',
  ],
  [
    'a role as principal',
    { id: 'a', request: { ...request, principal: 'x' } },
    'request.principal',
  ],
  ['an action pattern', { id: 'a', request: { ...request, action: 's3:*' } }, 'request.action'],
  ['a bad resource', { id: 'a', request: { ...request, resource: 'b/k' } }, 'request.resource'],
  [
    'a key twice',
    { id: 'a', request: { ...request, context: { 'aws:SourceIp': '1', 'AWS:sourceip': '2' } } },
    'request.context.AWS:sourceip',
  ],
  [
    'an object as value',
    { id: 'a', request: { ...request, context: { 'aws:SourceIp': {} } } },
    'request.context.aws:SourceIp',
  ],
  ['an unknown layer', { id: 'a', request, policies: { scps: [] } }, 'policies.scps'],
  [
    'a document with a problem',
    { id: 'a', request, policies: { scp: [[allow], [{ Statement: [] }]] } },
    'policies.scp[1][0].Statement',
  ],
  ['an unknown decision', { id: 'a', request, expect: { decision: 'deny' } }, 'expect.decision'],
]
test.each(bad)('%s is reported', (_name, value, path) => {
  const parse = parseScenario(value)
  expect(parse.ok ? [] : parse.problems.map((each) => each.path)).toContain(path)
})

test('the account may be left out where the ARN tells it', () => {
  const resource = 'arn:aws:sqs:eu-west-1:222222222222:q'
  const parse = parseScenario({ id: 'a', request: { ...withoutAccount, resource } })
  expect(parse.ok && parse.scenario.request.resourceAccount).toBe('222222222222')
})

test('the policy of a role is read as a trust policy for actions of STS', () => {
  const trust = { Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'sts:AssumeRole' }
  const parse = parseScenario({
    id: 'a',
    request: {
      principal: request.principal,
      action: 'sts:AssumeRole',
      resource: 'arn:aws:iam::222222222222:role/r',
    },
    policies: { resource: { Statement: [trust] } },
  })
  expect(parse.ok && parse.scenario.layers.resource?.policy.type).toBe('trust')
})

test('any JSON value is answered, none throws', () => {
  const text = fc.oneof(
    fc.constantFrom('arn:aws:iam::111111111111:user/ana', 'sts:AssumeRole', '*', '__proto__', ''),
    fc.constantFrom('arn:aws:iam::222222222222:role/r', 's3:GetObject', '222222222222'),
    fc.string(),
  )
  const value = fc.oneof(text, fc.jsonValue())
  const loose = fc.record(
    {
      id: fc.constant('a'),
      request: fc.record(
        {
          principal: value,
          action: value,
          resource: value,
          resourceAccount: value,
          context: fc.oneof(fc.dictionary(text, value), value),
        },
        { requiredKeys: ['principal', 'action', 'resource'] },
      ),
      policies: fc.oneof(fc.record({ identity: value, resource: value, scp: value }), value),
    },
    { requiredKeys: ['request'] },
  )
  fc.assert(
    fc.property(fc.oneof(loose, fc.jsonValue()), (given) => {
      const parse = parseScenario(given)
      if (parse.ok) expect(answerScenario(parse.scenario).decision).toMatch(/allow|Deny/)
      else expect(parse.problems.length).toBeGreaterThan(0)
    }),
    { numRuns: 2000 },
  )
})

const key = 'arn:aws:kms:eu-west-1:111111111111:key/k'
const grant = { grantee: request.principal, operations: ['Decrypt'] }

test('a grant of a key allows its operations and is named as the reason', () => {
  const parse = parseScenario({
    id: 'a',
    request: { principal: request.principal, action: 'kms:Decrypt', resource: key },
    policies: { grants: [grant] },
  })
  expect(parse.ok && answerScenario(parse.scenario)).toMatchObject({
    decision: 'allow',
    reasons: ['allowed by resource policy grants[0] Statement[0]'],
  })
})

test.each<readonly [string, unknown, string]>([
  ['grants that are no list', grant, 'policies.grants'],
  ['a grant that is no object', ['a'], 'policies.grants[0]'],
  ['a grant to everyone', [{ ...grant, grantee: '*' }], 'policies.grants[0]'],
  ['a pattern of operations', [{ ...grant, operations: ['De*'] }], 'policies.grants[0].operations'],
  ['an unknown element', [{ ...grant, operation: 'Decrypt' }], 'policies.grants[0].operation'],
  [
    'an unknown constraint',
    [{ ...grant, constraints: { encryptionContext: {} } }],
    'policies.grants[0].constraints.encryptionContext',
  ],
  [
    'two encryption contexts',
    [{ ...grant, constraints: { encryptionContextEquals: {}, encryptionContextSubset: {} } }],
    'policies.grants[0].constraints',
  ],
])('%s are refused', (_, grants, path) => {
  const parse = parseScenario({ id: 'a', request, policies: { grants } })
  expect(parse.ok ? [] : parse.problems.map((problem) => problem.path)).toEqual([path])
})

test('the management account is an account id', () => {
  const parse = parseScenario({ id: 'a', request, managementAccount: 'main' })
  expect(parse.ok ? [] : parse.problems.map((problem) => problem.path)).toEqual([
    'managementAccount',
  ])
})

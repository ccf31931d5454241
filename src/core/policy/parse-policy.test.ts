// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are text here
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePolicy } from './parse-policy.ts'
import type { PolicyType } from './policy.ts'
import { renderPolicy } from './render-policy.ts'

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
const trusted = {
  Effect: 'Allow',
  Principal: { AWS: '111111111111' },
  Action: 'sts:AssumeRole',
}

interface Bad {
  readonly type?: PolicyType
  readonly statement: unknown
  readonly code: string
  readonly path: string
  readonly message?: string
}

const bad: readonly Bad[] = [
  { statement: 'x', code: 'bad-statement', path: 'Statement[0]' },
  {
    statement: { ...allow, Effect: 'allow' },
    code: 'bad-effect',
    path: 'Statement[0].Effect',
    message: 'the effect is `Allow` or `Deny`, not `allow`; did you mean `Allow`?',
  },
  {
    statement: { ...allow, Resources: '*' },
    code: 'unknown-element',
    path: 'Statement[0].Resources',
    message: 'a statement has no element `Resources`; did you mean `Resource`?',
  },
  { statement: { ...allow, Action: [] }, code: 'empty-list', path: 'Statement[0].Action' },
  { statement: { ...allow, Action: 7 }, code: 'not-text', path: 'Statement[0].Action' },
  {
    statement: { ...allow, Action: ['s3:GetObject', 's3'] },
    code: 'bad-action',
    path: 'Statement[0].Action[1]',
  },
  {
    statement: { ...allow, Action: 's3:Get Object' },
    code: 'bad-action',
    path: 'Statement[0].Action',
  },
  {
    statement: { ...allow, NotAction: 's3:*' },
    code: 'conflicting-elements',
    path: 'Statement[0]',
  },
  {
    statement: { Effect: 'Allow', Resource: '*' },
    code: 'missing-element',
    path: 'Statement[0]',
  },
  {
    statement: { Effect: 'Allow', Action: 's3:*' },
    code: 'missing-element',
    path: 'Statement[0]',
  },
  {
    statement: { ...allow, Resource: 'arn:aws:s3::bucket' },
    code: 'bad-resource',
    path: 'Statement[0].Resource',
  },
  {
    statement: { ...allow, Resource: 'arn:aws:s*:::bucket' },
    code: 'bad-resource',
    path: 'Statement[0].Resource',
  },
  {
    statement: { ...allow, Resource: ['arn:aws:s3:::b/${aws:username'] },
    code: 'bad-resource',
    path: 'Statement[0].Resource[0]',
  },
  {
    statement: { ...allow, Principal: '*' },
    code: 'forbidden-element',
    path: 'Statement[0]',
  },
  {
    statement: { ...allow, Condition: { StringEqual: { 'aws:username': 'a' } } },
    code: 'unknown-operator',
    path: 'Statement[0].Condition',
    message: 'unknown operator `StringEqual`; did you mean `StringEquals`?',
  },
  {
    statement: { ...allow, Condition: { NullIfExists: { 'aws:username': 'true' } } },
    code: 'unknown-operator',
    path: 'Statement[0].Condition',
  },
  {
    statement: { ...allow, Condition: { 'ForEachValue:StringLike': { 'aws:username': 'a' } } },
    code: 'unknown-operator',
    path: 'Statement[0].Condition',
  },
  {
    statement: { ...allow, Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/33' } } },
    code: 'bad-condition-value',
    path: 'Statement[0].Condition.IpAddress.aws:SourceIp',
  },
  {
    statement: { ...allow, Condition: { DateLessThan: { 'aws:CurrentTime': 'tomorrow' } } },
    code: 'bad-condition-value',
    path: 'Statement[0].Condition.DateLessThan.aws:CurrentTime',
  },
  {
    statement: { ...allow, Condition: { StringEquals: { username: 'a' } } },
    code: 'bad-condition-key',
    path: 'Statement[0].Condition.StringEquals.username',
  },
  {
    statement: { ...allow, Condition: { StringEquals: { 'aws:username': [] } } },
    code: 'empty-list',
    path: 'Statement[0].Condition.StringEquals.aws:username',
  },
  { statement: { ...allow, Sid: 'a-b' }, code: 'bad-sid', path: 'Statement[0].Sid' },
  {
    type: 'trust',
    statement: { ...trusted, Resource: '*' },
    code: 'forbidden-element',
    path: 'Statement[0]',
  },
  {
    type: 'trust',
    statement: { ...trusted, Action: 's3:GetObject' },
    code: 'bad-action',
    path: 'Statement[0].Action',
  },
  {
    type: 'trust',
    statement: { Effect: 'Allow', Action: 'sts:AssumeRole' },
    code: 'missing-element',
    path: 'Statement[0]',
  },
  ...[
    '1111111111111',
    'arn:aws:iam::111111111111:group/devs',
    'arn:aws:iam::111111111111:role/*',
    'arn:aws:iam::111111111111:policy/p',
    'arn:aws:sts::111111111111:assumed-role/app',
    'arn:aws:s3:::bucket',
    'arn:aws:constructor::111111111111:root',
    'ana',
  ].map((value) => ({
    type: 'trust' as const,
    statement: { ...trusted, Principal: { AWS: value } },
    code: 'bad-principal',
    path: 'Statement[0].Principal.AWS',
  })),
  {
    type: 'trust',
    statement: { ...trusted, Principal: { Aws: '111111111111' } },
    code: 'bad-principal',
    path: 'Statement[0].Principal',
    message: 'unknown kind of principal `Aws`; did you mean `AWS`?',
  },
  {
    type: 'trust',
    statement: { ...trusted, Principal: { Service: 'ec2' } },
    code: 'bad-principal',
    path: 'Statement[0].Principal.Service',
  },
  {
    type: 'rcp',
    statement: { ...allow, Principal: '*' },
    code: 'bad-effect',
    path: 'Statement[0].Effect',
  },
  {
    type: 'rcp',
    statement: { ...allow, Effect: 'Deny', Principal: { AWS: '111111111111' } },
    code: 'bad-principal',
    path: 'Statement[0].Principal',
  },
  {
    type: 'scp',
    statement: { ...allow, Principal: '*' },
    code: 'forbidden-element',
    path: 'Statement[0]',
  },
]

test.each(bad.map((each) => [JSON.stringify(each.statement), each] as const))(
  '%s is refused',
  (_, { type = 'identity', statement, code, path, message }) => {
    const parse = parsePolicy({ Version: '2012-10-17', Statement: [statement] }, type)
    const wanted = { code, path, ...(message === undefined ? {} : { message }) }
    expect(parse.ok ? [] : parse.problems).toContainEqual(expect.objectContaining(wanted))
  },
)

test('every problem is listed, not the first', () => {
  const document = { Version: '2011', Statment: [], Statement: [{ Effect: 'no' }, 4] }
  const parse = parsePolicy(document, 'identity')
  expect(parse.ok ? [] : parse.problems.map((each) => each.code)).toEqual([
    'unknown-element',
    'bad-version',
    'bad-effect',
    'missing-element',
    'missing-element',
    'bad-statement',
  ])
})

test('statement ids are unique in a policy', () => {
  const document = { Statement: [{ ...allow, Sid: 'A' }, allow, { ...allow, Sid: 'A' }] }
  const parse = parsePolicy(document, 'identity')
  expect(parse.ok ? [] : parse.problems).toMatchObject([
    { code: 'duplicate-sid', path: 'Statement[2].Sid' },
  ])
})

test('text is read as JSON, and text that is none is refused', () => {
  expect(parsePolicy(JSON.stringify({ Statement: allow }), 'identity').ok).toBe(true)
  const parse = parsePolicy('{', 'identity')
  expect(parse.ok ? [] : parse.problems).toMatchObject([{ code: 'not-json' }])
})

const good: readonly (readonly [PolicyType, unknown])[] = [
  ['identity', { Statement: allow }],
  ['identity', { Statement: [{ ...allow, Action: ['S3:Get*', 'iam:*User'], Sid: '' }] }],
  ['trust', { Statement: [trusted] }],
  ['trust', { Statement: [{ ...trusted, Principal: { AWS: 'AROAEXAMPLEROLE1' } }] }],
  ['trust', { Statement: [{ ...trusted, Principal: { Federated: 'accounts.google.com' } }] }],
  [
    'resource',
    { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage', Sid: 'a b' }] },
  ],
  ['scp', { Statement: [{ Effect: 'Allow', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::b' }] }],
  ['rcp', { Version: '2012-10-17', Statement: { ...allow, Action: '*', Principal: '*' } }],
  ['vpce', { Statement: [{ ...allow, Principal: { AWS: '*' } }] }],
]

test.each(good)('as %s policy, %j is taken and read back the same', (type, document) => {
  const parse = parsePolicy(document, type)
  expect(parse).toMatchObject({ ok: true })
  if (!parse.ok) return
  expect(parsePolicy(renderPolicy(parse.policy), type)).toEqual(parse)
})

test('any JSON value is answered, none throws', () => {
  const types = ['identity', 'resource', 'trust', 'scp', 'rcp', 'vpce'] as const
  const keys = ['Version', 'Statement', 'Effect', 'Action', 'Principal', 'Resource', 'Condition']
  const shaped = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('Allow', '2012-10-17', '*', 's3:*', 'AWS', 'StringLike', '__proto__', ''),
      fc.jsonValue(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys, 'AWS', 'StringEquals', 'Null'), tie('value')),
    ),
  })).value
  fc.assert(
    fc.property(fc.oneof(shaped, fc.jsonValue()), fc.constantFrom(...types), (value, type) => {
      const parse = parsePolicy(value, type)
      if (!parse.ok) expect(parse.problems.length).toBeGreaterThan(0)
    }),
    { numRuns: 3000 },
  )
})

test('a large document is read in time that grows with its size', () => {
  const statements = Array.from({ length: 5000 }, (_, i) => ({ ...allow, Efect: 1, Sid: `S-${i}` }))
  const start = performance.now()
  const parse = parsePolicy({ Statement: statements }, 'identity')
  expect(parse.ok ? [] : parse.problems).toHaveLength(10_000)
  expect(performance.now() - start).toBeLessThan(2000)
})

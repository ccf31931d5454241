import fc from 'fast-check'
import {
  type ContextValue,
  type Policy,
  type PolicyType,
  parseAccountId,
  parsePolicy,
  parsePrincipal,
  type Request,
} from '../../src/core/index.ts'

/** Small policies over few words, so that random requests often fall where two of them differ. */

const variable = (key: string): string => ['$', `{${key}}`].join('')

const actionPatterns = ['*', 's3:*', 's3:Get*', 's3:GetObject', 's3:*Object', 's3:?et*', 'ec2:Run']
const resourcePatterns = [
  '*',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:::b/a*',
  'arn:aws:s3:::b/?',
  'arn:aws:s3:*:111111111111:b*',
  `arn:aws:s3:::b/${variable('aws:username')}*`,
  `arn:aws:s3:::b/${variable("aws:username, 'ab'")}`,
]

type ConditionBlock = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

function some<T>(values: readonly T[], most = 3): fc.Arbitrary<T[]> {
  return fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: most })
}

interface OperatorRow {
  readonly names: readonly string[]
  readonly keys: readonly string[]
  readonly values: readonly string[]
}

const textKeys = ['s3:prefix', 'aws:username']
const texts = ['a', 'ab', 'A', '', 'a*', '?b', '*']
const arns = [
  'arn:aws:iam::111111111111:role/a',
  'arn:aws:iam::*:role/*',
  'arn:aws:iam::111111111111:*',
  'arn:aws:iam::222222222222:user/?na',
]

const rows: readonly OperatorRow[] = [
  {
    names: [
      'StringEquals',
      'StringNotEquals',
      'StringEqualsIgnoreCase',
      'StringNotEqualsIgnoreCase',
    ],
    keys: textKeys,
    values: ['a', 'ab', 'A', '', variable('aws:username')],
  },
  { names: ['StringLike', 'StringNotLike'], keys: textKeys, values: texts },
  {
    names: ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericGreaterThanEquals'],
    keys: ['s3:max-keys'],
    values: ['1', '5', '10'],
  },
  {
    names: ['DateLessThan', 'DateGreaterThan', 'DateEquals'],
    keys: ['aws:CurrentTime'],
    values: ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', '1767225600'],
  },
  {
    names: ['IpAddress', 'NotIpAddress'],
    keys: ['aws:SourceIp'],
    values: ['10.0.0.0/8', '10.1.0.0/16', '10.0.0.0/9', '10.128.0.0/9', '::/0'],
  },
  { names: ['Bool'], keys: ['aws:SecureTransport'], values: ['true', 'false'] },
  { names: ['Null'], keys: ['s3:prefix', 'aws:TagKeys'], values: ['true', 'false'] },
  {
    names: ['ArnLike', 'ArnNotLike', 'ArnEquals', 'StringLike'],
    keys: ['aws:PrincipalArn'],
    values: arns,
  },
  {
    names: ['StringEquals', 'StringNotEquals'],
    keys: ['aws:PrincipalAccount'],
    values: ['111111111111', '222222222222'],
  },
  {
    names: ['StringEquals', 'StringLike', 'StringNotEquals'].flatMap((name) => [
      `ForAllValues:${name}`,
      `ForAnyValue:${name}`,
    ]),
    keys: ['aws:TagKeys'],
    values: ['a', 'b', 'a*'],
  },
]

const conditionOf: fc.Arbitrary<ConditionBlock> = fc.constantFrom(...rows).chain((row) =>
  fc
    .tuple(
      fc.constantFrom(...row.names),
      fc.constantFrom(...row.keys),
      some(row.values),
      fc.boolean(),
    )
    .map(([name, key, values, ifExists]) => ({
      [ifExists && name !== 'Null' ? `${name}IfExists` : name]: { [key]: values },
    })),
)

const conditions: fc.Arbitrary<ConditionBlock> = fc
  .array(conditionOf, { maxLength: 2 })
  .map((blocks) => Object.assign({}, ...blocks))

export type StatementJson = Readonly<Record<string, unknown>>

const effect = fc.constantFrom('Allow', 'Allow', 'Deny')

const identityStatement: fc.Arbitrary<StatementJson> = fc
  .tuple(
    effect,
    fc.constantFrom('Action', 'Action', 'Action', 'NotAction'),
    some(actionPatterns),
    fc.constantFrom('Resource', 'Resource', 'Resource', 'NotResource'),
    some(resourcePatterns),
    conditions,
  )
  .map(([Effect, action, actions, resource, resources, Condition]) => ({
    Effect,
    [action]: actions,
    [resource]: resources,
    Condition,
  }))

const principals: readonly unknown[] = [
  '*',
  { AWS: '111111111111' },
  { AWS: ['arn:aws:iam::111111111111:role/a', '222222222222'] },
  { AWS: 'arn:aws:iam::222222222222:user/ana' },
  { AWS: 'arn:aws:sts::111111111111:assumed-role/a/s' },
  { Service: 'ec2.amazonaws.com' },
  { Federated: 'arn:aws:iam::111111111111:saml-provider/p' },
]

const trustStatement: fc.Arbitrary<StatementJson> = fc
  .tuple(
    effect,
    fc.constantFrom('Principal', 'Principal', 'Principal', 'NotPrincipal'),
    fc.constantFrom(...principals),
    some(['sts:AssumeRole', 'sts:TagSession', 'sts:*']),
    conditions,
  )
  .map(([Effect, name, principal, Action, Condition]) => ({
    Effect,
    [name]: principal,
    Action,
    Condition,
  }))

export const statementsOf = (type: 'identity' | 'trust'): fc.Arbitrary<StatementJson[]> =>
  fc.array(type === 'identity' ? identityStatement : trustStatement, {
    minLength: 1,
    maxLength: 3,
  })

export function policyOf(statements: readonly StatementJson[], type: PolicyType): Policy {
  const parsed = parsePolicy({ Version: '2012-10-17', Statement: statements }, type)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.policy
}

const callers = [
  'arn:aws:iam::111111111111:user/ana',
  'arn:aws:iam::222222222222:user/ana',
  'arn:aws:iam::222222222222:user/una',
  'arn:aws:iam::333333333333:user/bob',
  {
    arn: 'arn:aws:sts::111111111111:assumed-role/a/s',
    roleArn: 'arn:aws:iam::111111111111:role/a',
  },
  {
    arn: 'arn:aws:sts::222222222222:assumed-role/b/s',
    roleArn: 'arn:aws:iam::222222222222:role/p/b',
  },
  'arn:aws:sts::111111111111:federated-user/f',
]

const outsiders = [
  'arn:aws:iam::111111111111:root',
  { type: 'Anonymous' },
  { type: 'Service', service: 'ec2.amazonaws.com' },
  { type: 'Service', service: 'lambda.amazonaws.com' },
  { type: 'Federated', arn: 'arn:aws:iam::111111111111:saml-provider/p' },
]

function maybe(values: readonly ContextValue[]): fc.Arbitrary<ContextValue | undefined> {
  return fc.constantFrom(undefined, ...values)
}

const context = fc
  .record({
    's3:prefix': maybe(['a', 'ab', 'A', 'b', '', ['a', 'b']]),
    's3:max-keys': maybe(['0', '1', '3', 5, '10', '11']),
    'aws:CurrentTime': maybe([
      '2025-06-01T00:00:00Z',
      '2026-01-01T00:00:00Z',
      '2026-06-01T00:00:00Z',
      '2028-01-01T00:00:00Z',
    ]),
    'aws:SourceIp': maybe(['10.0.0.1', '10.1.0.1', '10.200.0.1', '192.0.2.1', '2001:db8::1', 'x']),
    'aws:SecureTransport': maybe(['true', false]),
    'aws:TagKeys': maybe([['a'], ['b'], ['a', 'b'], ['ab', 'c'], 'a', 'c']),
  })
  .map((all) =>
    Object.fromEntries(
      Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
  )

export const requestsOf = (type: 'identity' | 'trust'): fc.Arbitrary<Request> =>
  fc
    .record({
      caller: fc.constantFrom<unknown>(...callers, ...(type === 'trust' ? outsiders : [])),
      action: fc.constantFrom('s3:GetObject', 's3:PutObject', 's3:SetX', 'ec2:Run', 'ec2:RunX'),
      trustAction: fc.constantFrom('sts:AssumeRole', 'sts:TagSession', 'sts:GetX'),
      resource: fc.constantFrom(
        '*',
        'arn:aws:s3:::b/a',
        'arn:aws:s3:::b/ab',
        'arn:aws:s3:::b/c',
        'arn:aws:s3:::b/ana1',
        'arn:aws:s3:us-east-1:111111111111:b',
        'arn:aws:ec2:us-east-1:111111111111:instance/i',
      ),
      context,
    })
    .map(({ caller, action, trustAction, resource, context: stated }) => {
      const principal = parsePrincipal(caller)
      const resourceAccount = parseAccountId('111111111111')
      if (principal === undefined || resourceAccount === undefined) throw new Error('bug: caller')
      return {
        principal,
        action: type === 'trust' ? trustAction : action,
        resource: type === 'trust' ? 'arn:aws:iam::111111111111:role/r' : resource,
        resourceAccount,
        context: stated,
      }
    })

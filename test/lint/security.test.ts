import { expect, test } from 'vitest'
import { lintPolicy } from '../../src/catalog/index.ts'
import type { PolicyType } from '../../src/core/index.ts'

interface Case {
  readonly what: string
  readonly type: PolicyType
  readonly statement: object
  readonly found: readonly string[]
}

const s3 = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::cache/*' }
const identity = { Effect: 'Allow', Resource: '*' }
const trust = { Effect: 'Allow', Action: 'sts:AssumeRole' }
const everybody = { ...s3, Principal: '*' }
const host = 'token.actions.githubusercontent.com'
const web = {
  Effect: 'Allow',
  Action: 'sts:AssumeRoleWithWebIdentity',
  Principal: { Federated: `arn:aws:iam::222222222222:oidc-provider/${host}` },
}
const aud = { [`${host}:aud`]: 'sts.amazonaws.com' }
const sub = (value: string) => ({
  ...web,
  Condition: { StringEquals: aud, StringLike: { [`${host}:sub`]: value } },
})
const held = (operator: string, key: string, value: string) => ({
  ...everybody,
  Condition: { [operator]: { [key]: value } },
})

const cases: readonly Case[] = [
  // A wildcard principal is held only by a condition that fails for others.
  ...(
    [
      ['StringEquals', 'aws:PrincipalOrgID', 'o-abc123', []],
      ['StringEquals', 'AWS:principalorgid', 'o-abc123', []],
      ['StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-abc123', ['wildcard-principal']],
      ['StringNotEquals', 'aws:PrincipalOrgID', 'o-abc123', ['wildcard-principal']],
      ['StringLike', 'aws:PrincipalOrgID', '*', ['wildcard-principal']],
      ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/ci', ['wildcard-principal']],
      ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::111111111111:role/*', []],
      ['Bool', 'aws:SecureTransport', 'true', ['wildcard-principal']],
      ['IpAddress', 'aws:SourceIp', '198.51.100.0/24', []],
      ['Null', 'aws:PrincipalOrgID', 'false', ['wildcard-principal']],
    ] as const
  ).map(([operator, key, value, found]) => ({
    what: `everybody with ${operator} ${key} ${value}`,
    type: 'resource' as const,
    statement: held(operator, key, value),
    found,
  })),
  {
    what: 'everybody by AWS',
    type: 'resource',
    statement: { ...s3, Principal: { AWS: '*' } },
    found: ['wildcard-principal'],
  },
  {
    what: 'everybody among others',
    type: 'trust',
    statement: { ...trust, Principal: { AWS: ['111111111111', '*'] } },
    found: ['wildcard-principal', 'external-id-missing'],
  },
  {
    what: 'a deny for everybody',
    type: 'resource',
    statement: { ...everybody, Effect: 'Deny' },
    found: [],
  },
  {
    what: 'everybody of an endpoint',
    type: 'vpce',
    statement: everybody,
    found: [],
  },
  // Roles that can be passed, assumed and changed.
  ...['iam:PassRole', 'iam:Pass*', 'IAM:PASSROLE'].map((Action) => ({
    what: `${Action} on *`,
    type: 'identity' as const,
    statement: { ...identity, Action },
    found: ['pass-any-role'],
  })),
  {
    what: 'iam:* on every role of one account',
    type: 'identity',
    statement: { Effect: 'Allow', Action: 'iam:*', Resource: 'arn:aws:iam::222222222222:role/*' },
    found: ['pass-any-role', 'iam-escalation'],
  },
  {
    what: 'a role passed to any service by IfExists',
    type: 'identity',
    statement: {
      ...identity,
      Action: 'iam:PassRole',
      Condition: { StringEqualsIfExists: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    },
    found: ['pass-any-role'],
  },
  {
    what: 'roles passed by prefix',
    type: 'identity',
    statement: {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: 'arn:aws:iam::222222222222:role/app-*',
    },
    found: [],
  },
  {
    what: 'a denied star',
    type: 'identity',
    statement: { ...identity, Effect: 'Deny', Action: '*' },
    found: [],
  },
  {
    what: 'everything, by a boundary, which allows nothing by itself',
    type: 'boundary',
    statement: { ...identity, Action: '*' },
    found: [],
  },
  {
    what: 'everything but',
    type: 'identity',
    statement: { ...identity, NotAction: 'iam:*' },
    found: ['allow-not-action'],
  },
  // Services and foreign accounts.
  {
    what: 'a service held by IfExists',
    type: 'resource',
    statement: {
      ...s3,
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Condition: { StringEqualsIfExists: { 'aws:SourceAccount': '222222222222' } },
    },
    found: ['confused-deputy'],
  },
  {
    what: 'a service held to an account',
    type: 'resource',
    statement: {
      ...s3,
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': '222222222222' } },
    },
    found: [],
  },
  {
    what: 'the role of instances',
    type: 'trust',
    statement: { ...trust, Principal: { Service: 'ec2.amazonaws.com' } },
    found: [],
  },
  {
    what: 'a principal of the own account',
    type: 'trust',
    statement: { ...trust, Principal: { AWS: 'arn:aws:iam::222222222222:role/ci' } },
    found: [],
  },
  {
    what: 'a foreign role with any external id',
    type: 'trust',
    statement: {
      ...trust,
      Principal: { AWS: 'arn:aws:iam::111111111111:role/ci' },
      Condition: { StringLike: { 'sts:ExternalId': '*' } },
    },
    found: ['external-id-missing'],
  },
  // Tokens.
  {
    what: 'a web identity without condition',
    type: 'trust',
    statement: web,
    found: ['web-identity-without-audience', 'web-identity-without-subject'],
  },
  {
    what: 'any web identity action',
    type: 'trust',
    statement: { ...web, Action: 'sts:*' },
    found: ['web-identity-without-audience', 'web-identity-without-subject'],
  },
  ...(
    [
      ['repo:acme/*', []],
      ['repo:acme/app:*', []],
      ['repo:acme*/app:*', ['federated-wildcard']],
      ['repo:*', ['federated-wildcard']],
      ['*', ['web-identity-without-subject', 'federated-wildcard']],
      ['*:ref:refs/heads/main', ['web-identity-without-subject', 'federated-wildcard']],
    ] as const
  ).map(([value, found]) => ({
    what: `subject ${value}`,
    type: 'trust' as const,
    statement: sub(value),
    found,
  })),
  {
    what: 'a provider by name, with its own claims',
    type: 'trust',
    statement: {
      ...web,
      Principal: { Federated: 'cognito-identity.amazonaws.com' },
      Condition: {
        StringEquals: { 'cognito-identity.amazonaws.com:aud': 'eu-west-1:pool' },
        'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
      },
    },
    found: [],
  },
]

test.each(cases)('$what', ({ type, statement, found }) => {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const findings = lintPolicy(text, { type, accountId: '222222222222' })
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  const security = findings.filter(({ severity }) => severity === 'security')
  expect(security.map(({ code }) => code).sort()).toEqual([...found].sort())
})

test('an error in one statement hides nothing of the others', () => {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'allow' },
      { ...identity, Action: '*' },
      7,
      { ...identity, Action: 's3:x' },
    ],
  })
  const codes = lintPolicy(text, { type: 'identity' }).map(({ code, path }) => `${path} ${code}`)
  expect(codes).toEqual(
    expect.arrayContaining([
      'Statement[0].Effect bad-effect',
      'Statement[1].Action administrator-statement',
      'Statement[2] bad-statement',
      'Statement[3].Action unknown-action',
    ]),
  )
})

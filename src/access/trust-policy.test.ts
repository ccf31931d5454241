import { expect, test } from 'vitest'
import { grantText, parseAccessText } from '../../test/support/parse-access-text.ts'
import { sharedRoles } from './compile-roles.ts'
import { trustPolicy } from './trust-policy.ts'

function trustOf(parts: Readonly<Record<string, string>>): unknown {
  const [role] = sharedRoles(parseAccessText(grantText(parts)))
  if (role === undefined) throw new Error('the file declares no role')
  const { Statement } = trustPolicy(role.grants, role.account)
  return Statement
}

const root = { AWS: 'arn:aws:iam::111111111111:root' }

/** The default of each kind of caller, and the other form. */
const callers: readonly (readonly [words: string, from: string, statements: unknown])[] = [
  [
    'a role: its account, narrowed to it',
    '{ account: build, principals: [role/ci/runner] }',
    [
      {
        Sid: 'StileWork',
        Effect: 'Allow',
        Principal: root,
        Action: 'sts:AssumeRole',
        Condition: {
          ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/ci/runner' },
        },
      },
    ],
  ],
  [
    'several roles: one statement',
    '{ account: build, principals: [role/a, role/b] }',
    [
      {
        Sid: 'StileWork',
        Effect: 'Allow',
        Principal: root,
        Action: 'sts:AssumeRole',
        Condition: {
          ArnEquals: {
            'aws:PrincipalArn': [
              'arn:aws:iam::111111111111:role/a',
              'arn:aws:iam::111111111111:role/b',
            ],
          },
        },
      },
    ],
  ],
  [
    'a role by name',
    '{ account: build, principals: [role/runner], trust: principal }',
    [
      {
        Sid: 'StileWork',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111111111111:role/runner' },
        Action: 'sts:AssumeRole',
      },
    ],
  ],
  [
    'a user: by name',
    '{ account: build, principals: [user/ana] }',
    [
      {
        Sid: 'StileWork',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111111111111:user/ana' },
        Action: 'sts:AssumeRole',
      },
    ],
  ],
  [
    'a user by account',
    '{ account: build, principals: [user/ana], trust: account }',
    [
      {
        Sid: 'StileWork',
        Effect: 'Allow',
        Principal: root,
        Action: 'sts:AssumeRole',
        Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:user/ana' } },
      },
    ],
  ],
  [
    'a user and a role: two statements',
    '{ account: build, principals: [user/ana, role/runner] }',
    [
      {
        Sid: 'StileWork',
        Effect: 'Allow',
        Principal: root,
        Action: 'sts:AssumeRole',
        Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/runner' } },
      },
      {
        Sid: 'StileWorkNamed',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111111111111:user/ana' },
        Action: 'sts:AssumeRole',
      },
    ],
  ],
  [
    'a group: the users of its account',
    '{ account: build, principals: [group/devs] }',
    [
      {
        Sid: 'StileWork',
        Effect: 'Allow',
        Principal: root,
        Action: 'sts:AssumeRole',
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:user/*' } },
      },
    ],
  ],
  [
    'a permission set: its reserved roles',
    '{ account: build, principals: [permission-set/Dev] }',
    [
      {
        Sid: 'StileWork',
        Effect: 'Allow',
        Principal: root,
        Action: 'sts:AssumeRole',
        Condition: {
          ArnLike: {
            'aws:PrincipalArn':
              'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Dev_*',
          },
        },
      },
    ],
  ],
  [
    'a wildcard: its account, narrowed by the pattern',
    '{ account: build, principals: ["role/ci-*"], allowWildcard: true }',
    [
      {
        Sid: 'StileWork',
        Effect: 'Allow',
        Principal: root,
        Action: 'sts:AssumeRole',
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/ci-*' } },
      },
    ],
  ],
  [
    'a whole account',
    '{ account: build }',
    [{ Sid: 'StileWork', Effect: 'Allow', Principal: root, Action: 'sts:AssumeRole' }],
  ],
  [
    'an OIDC issuer',
    '{ oidc: { issuer: gitlab.example.com, audience: stile, subject: "project_path:a/b:ref_type:branch:ref:main" } }',
    [
      {
        Sid: 'StileWork',
        Effect: 'Allow',
        Principal: { Federated: 'arn:aws:iam::222222222222:oidc-provider/gitlab.example.com' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            'gitlab.example.com:aud': 'stile',
            'gitlab.example.com:sub': 'project_path:a/b:ref_type:branch:ref:main',
          },
        },
      },
    ],
  ],
]

test.each(callers)('trusts %s', (_words, from, statements) => {
  expect(trustOf({ from })).toEqual(statements)
})

test.each([
  ['its root', '{ account: "999999999999" }', 'arn:aws:iam::999999999999:root'],
  [
    'its role',
    '{ account: "999999999999", role: svc/Scan }',
    'arn:aws:iam::999999999999:role/svc/Scan',
  ],
])('trusts a vendor by %s, with the external id', (_words, external, arn) => {
  expect(trustOf({ from: `{ external: ${external} }`, require: '{ externalId: acme-7 }' })).toEqual(
    [
      {
        Sid: 'StileWork',
        Effect: 'Allow',
        Principal: { AWS: arn },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'acme-7' } },
      },
    ],
  )
})

const narrowing = { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/runner' } }

/** What each demand adds to the statement that lets the role in. */
const demands: readonly (readonly [key: string, value: string, condition: object])[] = [
  ['require', '{ externalId: some_key }', { StringEquals: { 'sts:ExternalId': 'some_key' } }],
  [
    'require',
    '{ sourceIp: [203.0.113.0/24] }',
    { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  ],
  ['expires', '2027-06-30', { DateLessThan: { 'aws:CurrentTime': '2027-07-01T00:00:00Z' } }],
]

test.each(demands)('demands %s: %s', (key, value, condition) => {
  expect(trustOf({ [key]: value })).toEqual([
    {
      Sid: 'StileWork',
      Effect: 'Allow',
      Principal: root,
      Action: 'sts:AssumeRole',
      Condition: { ...narrowing, ...condition },
    },
  ])
})

test('demands MFA of users', () => {
  const from = '{ account: build, principals: [user/ana] }'
  expect(trustOf({ from, require: '{ mfa: true }' })).toMatchObject([
    { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
  ])
})

test('pins session tags in a statement of their own, and demands them on entry', () => {
  const session = '{ tags: { team: platform, stage: prod }, transitiveTags: [team] }'
  expect(trustOf({ session, require: '{ externalId: some_key }' })).toEqual([
    {
      Sid: 'StileWork',
      Effect: 'Allow',
      Principal: root,
      Action: 'sts:AssumeRole',
      Condition: {
        ...narrowing,
        StringEquals: {
          'sts:ExternalId': 'some_key',
          'aws:RequestTag/team': 'platform',
          'aws:RequestTag/stage': 'prod',
        },
      },
    },
    {
      Sid: 'StileWorkTags',
      Effect: 'Allow',
      Principal: root,
      Action: 'sts:TagSession',
      Condition: {
        ...narrowing,
        StringEquals: { 'aws:RequestTag/team': 'platform', 'aws:RequestTag/stage': 'prod' },
        'ForAllValues:StringEquals': {
          'aws:TagKeys': ['team', 'stage'],
          'sts:TransitiveTagKeys': 'team',
        },
      },
    },
  ])
})

test('lets no tag be handed down a chain where none is declared transitive', () => {
  expect(trustOf({ session: '{ tags: { team: platform } }' })).toMatchObject([
    {},
    { Condition: { Null: { 'sts:TransitiveTagKeys': 'true' } } },
  ])
})

test('demands a source identity, any or the name of the user', () => {
  expect(trustOf({ session: '{ sourceIdentity: required }' })).toMatchObject([
    { Condition: { Null: { 'sts:SourceIdentity': 'false' } } },
    {
      Sid: 'StileWorkSourceIdentity',
      Action: 'sts:SetSourceIdentity',
      Condition: { ...narrowing, Null: { 'sts:SourceIdentity': 'false' } },
    },
  ])
  const from = '{ account: build, principals: [user/ana] }'
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
  const own = { StringEquals: { 'sts:SourceIdentity': '${aws:username}' } }
  expect(trustOf({ from, session: '{ sourceIdentity: caller }' })).toMatchObject([
    { Condition: own },
    { Action: 'sts:SetSourceIdentity', Condition: own },
  ])
})

test('keeps the conditions of grants that share a role apart', () => {
  const access = parseAccessText(`grants:
  first:
    from: { account: build, principals: [role/a] }
    to: { accounts: [ourthing], role: Worker }
    allow: [{ policy: ViewOnlyAccess }]
    require: { externalId: one-key }
  second:
    from: { account: data, principals: [user/b] }
    to: { accounts: [ourthing], role: Worker }
    allow: [{ policy: ViewOnlyAccess }]
    require: { mfa: true }
`)
  const [role, ...others] = sharedRoles(access)
  expect(others).toEqual([])
  expect(role && trustPolicy(role.grants, role.account)).toMatchObject({
    Statement: [
      { Sid: 'StileFirst', Condition: { StringEquals: { 'sts:ExternalId': 'one-key' } } },
      { Sid: 'StileSecond', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
    ],
  })
})

test('writes the ARNs of the partition', () => {
  const access = parseAccessText(`accounts:
  cn-a: { id: "111111111111", partition: aws-cn }
  cn-b: { id: "222222222222", partition: aws-cn }
grants:
  work:
    from: { account: cn-a, principals: [user/ana] }
    to: { accounts: [cn-b], role: Worker }
    allow: [{ policy: ViewOnlyAccess }]
`)
  const [role] = sharedRoles(access)
  expect(role && trustPolicy(role.grants, role.account)).toMatchObject({
    Statement: [{ Principal: { AWS: 'arn:aws-cn:iam::111111111111:user/ana' } }],
  })
})

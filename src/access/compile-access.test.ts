import { expect, test } from 'vitest'
import { grantText, parseAccessText } from '../../test/support/parse-access-text.ts'
import type { Compilation } from './compilation.ts'
import { compileAccess, withoutExpiredGrants } from './compile-access.ts'
import type { Problem } from './problem.ts'

function compile(text: string): Compilation {
  const outcome = compileAccess(parseAccessText(text))
  if (outcome.ok) return outcome.compilation
  throw new Error(outcome.problems.map(({ message }) => message).join('\n'))
}

function errorsOf(text: string): readonly Problem[] {
  const outcome = compileAccess(parseAccessText(text))
  return outcome.ok ? [] : outcome.problems
}

test('a role whose own statements are too long is told about them alone', () => {
  const buckets = Array.from({ length: 400 }, (_, i) => `"arn:aws:s3:::a-bucket-of-many-${i}/*"`)
  const allow = `[{ actions: [s3:GetObject], resources: [${buckets.join(', ')}] }]`
  const [problem] = errorsOf(grantText({ allow }))
  expect(problem).toMatchObject({
    code: 'inline-policies-too-long',
    path: 'grants.work.allow',
    remedy: expect.stringMatching(/^write fewer or wider `resources`/),
  })
})

const manyAccounts = Array.from({ length: 500 }, (_, index) => ({
  name: `target-${index}`,
  id: String(500_000_000_000 + index),
}))

/** A file whose grant leads to the first `count` of many accounts. */
function wideFile(count: number, policy: string): string {
  const accounts = manyAccounts.slice(0, count)
  const lines = accounts.map(({ name, id }) => `  ${name}: { id: "${id}" }`).join('\n')
  const names = accounts.map(({ name }) => name).join(', ')
  const grant = grantText({
    from: `{ account: build, principals: [user/ana], policy: ${policy} }`,
    to: `{ accounts: [${names}], role: Reader }`,
  })
  return `accounts:\n  build: { id: "111111111111" }\n${lines}\n${grant}`
}

test('describes a role with everything that is on it', () => {
  const { roles } = compile(
    grantText({
      description: 'reads the cache',
      to: '{ accounts: [ourthing], role: Worker, path: /team/, boundary: Limit }',
      allow: `
      - policy: ViewOnlyAccess
      - policy: customer/teams/Extra
      - { sid: cache, actions: [s3:GetObject], resources: ["arn:aws:s3:::cache/*"] }
      - { actions: [s3:ListBucket], resources: ["arn:aws:s3:::cache"] }`,
      session: '{ maxDuration: 2h }',
    }),
  )
  expect(roles).toMatchObject([
    {
      arn: 'arn:aws:iam::222222222222:role/team/Worker',
      name: 'Worker',
      path: '/team/',
      description: 'reads the cache',
      maxSessionDurationSeconds: 7200,
      managedPolicyArns: [
        'arn:aws:iam::222222222222:policy/teams/Extra',
        'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess',
      ],
      boundaryArn: 'arn:aws:iam::222222222222:policy/Limit',
      tags: { 'stile:grant': 'work', 'stile:file': 'access.yaml' },
      inlinePolicies: [
        {
          name: 'stile-work',
          document: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'StileWorkCache',
                Effect: 'Allow',
                Action: 's3:GetObject',
                Resource: 'arn:aws:s3:::cache/*',
              },
              {
                Sid: 'StileWork',
                Effect: 'Allow',
                Action: 's3:ListBucket',
                Resource: 'arn:aws:s3:::cache',
              },
            ],
          },
        },
      ],
    },
  ])
})

test('gives statements of one grant different Sids', () => {
  const statement = '{ actions: [s3:GetObject], resources: ["arn:aws:s3:::cache/*"] }'
  const { roles } = compile(grantText({ allow: `[${statement}, ${statement}]` }))
  expect(roles[0]?.inlinePolicies[0]?.document).toMatchObject({
    Statement: [{ Sid: 'StileWork' }, { Sid: 'StileWork2' }],
  })
})

test('ends open sessions at the latest end, where every grant on the role has one', () => {
  const grants = (second: string) => `grants:
  first: { expires: 2027-01-31, from: { account: build, principals: [role/a] }, to: { accounts: [ourthing], role: Worker }, allow: [{ policy: ViewOnlyAccess }] }
  second: { ${second} from: { account: build, principals: [role/b] }, to: { accounts: [ourthing], role: Worker }, allow: [{ policy: ViewOnlyAccess }] }
`
  expect(compile(grants('expires: 2027-06-30,')).roles[0]?.inlinePolicies).toEqual([
    {
      name: 'stile.expiry',
      document: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'StileSecondExpiry',
            Effect: 'Deny',
            Action: '*',
            Resource: '*',
            Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': '2027-07-01T00:00:00Z' } },
          },
        ],
      },
    },
  ])
  expect(compile(grants('')).roles[0]?.inlinePolicies).toEqual([])
})

test('drops grants that have ended, and no others', () => {
  const access = parseAccessText(grantText({ expires: '2027-06-30' }))
  const at = (iso: string) => withoutExpiredGrants(access, Date.parse(iso)).grants.length
  expect(at('2027-06-30T23:59:59Z')).toBe(1)
  expect(at('2027-07-01T00:00:00Z')).toBe(0)
})

test('writes an inline policy for each principal, on the exact ARNs', () => {
  const { callerPolicies } = compile(
    grantText({
      from: '{ account: build, principals: [role/runner, group/devs] }',
      to: '{ accounts: [ourthing, data], role: Worker }',
    }),
  )
  const document = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'StileWork',
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: [
          'arn:aws:iam::222222222222:role/Worker',
          'arn:aws:iam::333333333333:role/Worker',
        ],
      },
    ],
  }
  expect(callerPolicies).toMatchObject([
    {
      kind: 'inline',
      name: 'stile-work',
      principals: [{ kind: 'role', name: 'runner' }],
      document,
    },
    { kind: 'inline', name: 'stile-work', principals: [{ kind: 'group', name: 'devs' }], document },
  ])
})

test('lets callers send the tags and the source identity that the trust demands', () => {
  const { callerPolicies } = compile(
    grantText({ session: '{ tags: { team: platform }, sourceIdentity: required }' }),
  )
  expect(callerPolicies[0]?.document).toMatchObject({
    Statement: [{ Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'] }],
  })
})

test('writes one managed policy for all principals, narrowed to the accounts', () => {
  const policy = '{ kind: managed, name: Reach, resource: any-account }'
  const { callerPolicies } = compile(
    grantText({
      from: `{ account: build, principals: [user/ana, role/runner], policy: ${policy} }`,
      to: '{ accounts: [ourthing, data], role: Worker }',
    }),
  )
  expect(callerPolicies).toMatchObject([
    {
      kind: 'managed',
      arn: 'arn:aws:iam::111111111111:policy/Reach',
      principals: [{ name: 'ana' }, { name: 'runner' }],
      tags: { 'stile:grant': 'work', 'stile:file': 'access.yaml' },
      roleArns: ['arn:aws:iam::222222222222:role/Worker', 'arn:aws:iam::333333333333:role/Worker'],
      document: {
        Statement: [
          {
            Resource: 'arn:aws:iam::*:role/Worker',
            Condition: {
              StringEquals: { 'aws:ResourceAccount': ['222222222222', '333333333333'] },
            },
          },
        ],
      },
    },
  ])
})

test.each([
  ['a whole account', '{ account: build }', []],
  ['a permission set', '{ account: build, principals: [permission-set/Dev] }', [{ name: 'Dev' }]],
  [
    'a wildcard',
    '{ account: build, principals: ["role/ci-*"], allowWildcard: true }',
    [{ name: 'ci-*' }],
  ],
])('only prints the policy for %s', (_words, from, principals) => {
  expect(compile(grantText({ from })).callerPolicies).toMatchObject([
    { kind: 'printed', principals },
  ])
})

test('merges what one principal holds under one name, a statement per grant', () => {
  const { callerPolicies } = compile(`grants:
  first: { from: { account: build, principals: [role/a], policy: { name: reach } }, to: { accounts: [ourthing], role: One }, allow: [{ policy: ViewOnlyAccess }] }
  second: { from: { account: build, principals: [role/a], policy: { name: reach } }, to: { accounts: [data], role: Two }, allow: [{ policy: ViewOnlyAccess }] }
`)
  expect(callerPolicies).toMatchObject([
    {
      name: 'reach',
      grants: [{ name: 'first' }, { name: 'second' }],
      document: {
        Statement: [
          { Sid: 'StileFirst', Resource: 'arn:aws:iam::222222222222:role/One' },
          { Sid: 'StileSecond', Resource: 'arn:aws:iam::333333333333:role/Two' },
        ],
      },
    },
  ])
})

test('asks for a provider in each trusting account, with the audiences of all grants', () => {
  const from = (audience: string) =>
    `{ oidc: { issuer: gitlab.example.com, audience: ${audience}, subject: a, provider: create } }`
  const { oidcProviders, callerPolicies } = compile(`grants:
  first: { from: ${from('two')}, to: { accounts: [ourthing], role: One }, allow: [{ policy: ViewOnlyAccess }] }
  second: { from: ${from('one')}, to: { accounts: [ourthing], role: Two }, allow: [{ policy: ViewOnlyAccess }] }
`)
  expect(callerPolicies).toEqual([])
  expect(oidcProviders).toMatchObject([
    {
      arn: 'arn:aws:iam::222222222222:oidc-provider/gitlab.example.com',
      url: 'https://gitlab.example.com',
      audiences: ['one', 'two'],
      create: true,
    },
  ])
})

test('gives the same bytes for the same file', () => {
  const text = grantText({ session: '{ tags: { b: "1", a: "2" } }', expires: '2027-06-30' })
  expect(JSON.stringify(compile(text))).toBe(JSON.stringify(compile(text)))
})

const longStatement = (count: number) =>
  `[${Array.from({ length: count }, (_, i) => `{ actions: [s3:GetObject], resources: ["arn:aws:s3:::bucket-${i}/*"] }`).join(', ')}]`
const manyPrincipals = (count: number) =>
  Array.from({ length: count }, (_, i) => `role/a-rather-long-name-${i}`).join(', ')

/** Files that would be refused for their size, number or references. */
const refused: readonly (readonly [code: string, text: string, message: RegExp])[] = [
  [
    'trust-policy-too-long',
    grantText({ from: `{ account: build, principals: [${manyPrincipals(60)}] }` }),
    /has 3,\d{3} characters of at most 2,048/,
  ],
  [
    'too-many-managed-policies',
    grantText({
      allow: `[${Array.from({ length: 11 }, (_, i) => `{ policy: customer/p${i} }`).join(', ')}]`,
    }),
    /11 managed policies of at most 10/,
  ],
  [
    'inline-policies-too-long',
    grantText({ allow: longStatement(200) }),
    /role `Worker`.*of at most 10,240/,
  ],
  [
    'inline-policies-too-long',
    wideFile(60, '{ kind: inline }'),
    /user `ana` in `build`.*of at most 2,048/,
  ],
  [
    'caller-policy-too-long',
    wideFile(200, '{ kind: managed, name: Reach }'),
    /of at most 6,144: it names 200 roles/,
  ],
  [
    'unknown-managed-policy',
    grantText({ allow: '[{ policy: ReadOnlyAcces }]' }),
    /did you mean `ReadOnlyAccess`/,
  ],
  [
    'foreign-policy',
    grantText({ allow: '[{ policy: "arn:aws:iam::333333333333:policy/Mine" }]' }),
    /belongs to another account than `ourthing`/,
  ],
  [
    'policy-unknown-operator',
    grantText({
      allow:
        '[{ actions: [s3:GetObject], resources: ["*"], conditions: { StringEqual: { aws:username: ana } } }]',
    }),
    /unknown operator `StringEqual`/,
  ],
  [
    'shared-caller-policy',
    `grants:
  first: { from: { account: build, principals: [role/a], policy: { kind: managed, name: Reach } }, to: { accounts: [ourthing], role: One }, allow: [{ policy: ViewOnlyAccess }] }
  second: { from: { account: build, principals: [role/b], policy: { kind: managed, name: Reach } }, to: { accounts: [data], role: Two }, allow: [{ policy: ViewOnlyAccess }] }
`,
    /already belongs to grant `first`/,
  ],
]

test.each(refused)('refuses %s', (code, text, message) => {
  const errors = errorsOf(text)
  expect(errors.map((problem) => problem.code)).toEqual([code])
  expect(errors[0]?.message).toMatch(message)
  expect(errors[0]?.remedy).toBeTruthy()
  expect(errors[0]?.position).toMatchObject({ file: 'access.yaml' })
  expect(errors[0]?.position.line).toBeGreaterThan(1)
})

test('leaves the accounts out of an any-account policy that could not hold them', () => {
  const policy = '{ kind: managed, name: Reach, resource: any-account }'
  const narrow = compile(wideFile(300, policy)).callerPolicies[0]
  const wide = compile(wideFile(500, policy)).callerPolicies[0]
  expect(narrow?.document).toMatchObject({ Statement: [{ Condition: expect.anything() }] })
  expect(JSON.stringify(wide?.document)).not.toContain('aws:ResourceAccount')
})

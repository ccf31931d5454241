import { expect, test } from 'vitest'
import { grantText, parseAccessText } from '../../test/support/parse-access-text.ts'
import { checkAccess } from './check-access.ts'
import type { Problem } from './problem.ts'

const nowMs = Date.parse('2026-11-22T12:00:00Z')

function warningsOf(parts: Readonly<Record<string, string>>): readonly Problem[] {
  const { problems } = checkAccess(parseAccessText(grantText(parts)), { nowMs })
  return problems.filter(({ severity }) => severity === 'warning')
}

const onObjects = 'resources: ["arn:aws:s3:::cache/*"]'
const group = 'principals: [group/devs]'

const oidc = (subject: string): string =>
  `{ oidc: { issuer: token.actions.githubusercontent.com, audience: sts.amazonaws.com, subject: "${subject}" } }`

/** What each rule is there to find: the grant's parts, the path below it, and words of message and remedy. */
const found: readonly (readonly [
  code: string,
  parts: Readonly<Record<string, string>>,
  path: string,
  words: RegExp,
])[] = [
  [
    'administrator-access',
    { allow: '[{ policy: AdministratorAccess }]' },
    'allow[0].policy',
    /allows everything/,
  ],
  [
    'administrator-access',
    { allow: '[{ policy: "arn:aws:iam::aws:policy/AdministratorAccess" }]' },
    'allow[0].policy',
    /allows everything/,
  ],
  ['iam-full-access', { allow: '[{ policy: IAMFullAccess }]' }, 'allow[0].policy', /in two steps/],
  ['power-user-access', { allow: '[{ policy: PowerUserAccess }]' }, 'allow[0].policy', /all data/],
  [
    'read-only-access',
    { allow: '[{ policy: ReadOnlyAccess }]' },
    'allow[0].policy',
    /reads data, not only settings/,
  ],
  [
    'administrator-statement',
    { allow: '[{ actions: ["*"], resources: ["*"] }]' },
    'allow[0].actions',
    /everything in the account/,
  ],
  [
    'unknown-action',
    { allow: `[{ actions: [s3:GetObjct, s3:PutObject], ${onObjects} }]` },
    'allow[0].actions',
    /no action `s3:GetObjct`.*did you mean `s3:GetObject`/,
  ],
  [
    'unknown-service',
    { allow: `[{ actions: [s33:GetObject, s3:PutObject], ${onObjects} }]` },
    'allow[0].actions',
    /no service `s33`/,
  ],
  [
    'pass-any-role',
    { allow: '[{ actions: [iam:PassRole], resources: ["*"] }]' },
    'allow[0].resources',
    /hand any role/,
  ],
  [
    'pass-any-role',
    { allow: '[{ actions: ["iam:P*"], resources: ["*"] }]' },
    'allow[0].resources',
    /`iam:P\*`/,
  ],
  [
    'allow-not-action',
    { allow: '[{ notActions: [iam:CreateUser], resources: ["*"] }]' },
    'allow[0].notActions',
    /adds later/,
  ],
  [
    'objects-on-bucket-arn',
    { allow: '[{ actions: [s3:GetObject], resources: ["arn:aws:s3:::cache"] }]' },
    'allow[0].resources',
    /write `arn:aws:s3:::cache\/\*`/,
  ],
  [
    'account-in-s3-arn',
    {
      allow:
        '[{ actions: [s3:ListBucket, s3:GetObject], resources: ["arn:aws:s3:::222222222222/cross-account-bucket"] }]',
    },
    'allow[0].resources',
    /a bucket named `222222222222`.*write `arn:aws:s3:::cross-account-bucket`/,
  ],
  [
    'action-never-matches',
    { allow: `[{ actions: [s3:GetObject, ecr:GetAuthorizationToken], ${onObjects} }]` },
    'allow[0].actions',
    /can match `ecr:GetAuthorizationToken`.*allow it on `\*`/,
  ],
  [
    'resource-never-matches',
    {
      allow:
        '[{ actions: [s3:GetObject], resources: ["arn:aws:s3:::cache/*", "arn:aws:sqs:eu-west-1:222222222222:queue"] }]',
    },
    'allow[0].resources',
    /no action of the statement works on `arn:aws:sqs/,
  ],
  [
    'other-partition-arn',
    { allow: '[{ actions: [s3:GetObject], resources: ["arn:aws-cn:s3:::cache/*"] }]' },
    'allow[0].resources',
    /partition aws-cn/,
  ],
  ['whole-account-trusted', { from: '{ account: build }' }, 'from.principals', /whole of `build`/],
  [
    'wildcard-principal',
    { from: '{ account: build, principals: ["role/ci-*"], allowWildcard: true }' },
    'from.principals',
    /`role\/ci-\*`/,
  ],
  [
    'permission-set-prefix',
    { from: '{ account: build, principals: [permission-set/Dev] }' },
    'from.principals',
    /begins with `Dev_`/,
  ],
  [
    'role-named-directly',
    { from: '{ account: build, principals: [role/runner], trust: principal }' },
    'from.trust',
    /unique id of role `runner`/,
  ],
  [
    'user-by-name-only',
    { from: '{ account: build, principals: [user/ana], trust: account }' },
    'from.trust',
    /given the name `ana`/,
  ],
  [
    'vendor-account-trusted',
    { from: '{ external: { account: "999999999999" } }', require: '{ externalId: acme-7 }' },
    'from.external.role',
    /every principal that account 999999999999 permits/,
  ],
  [
    'oidc-organization-subject',
    { from: oidc('repository_owner:acme') },
    'from.oidc.subject',
    /every repository of the organization/,
  ],
  [
    'oidc-repository-subject',
    { from: oidc('repo:acme/app') },
    'from.oidc.subject',
    /every branch, tag and pull request/,
  ],
  [
    'oidc-pull-request-subject',
    { from: oidc('repo:acme@12/app@34:pull_request') },
    'from.oidc.subject',
    /whoever can open a pull request/,
  ],
  ['grant-expired', { expires: '2026-11-21' }, 'expires', /ended with 2026-11-21/],
  [
    'grant-expires-soon',
    { expires: '2026-11-30', owner: 'ana@example.com' },
    'expires',
    /9 day.*ana@example.com/,
  ],
  [
    'chained-session',
    { session: '{ maxDuration: 4h }' },
    'session.maxDuration',
    /one hour at most/,
  ],
  [
    'short-session',
    { session: '{ maxDuration: 15m }' },
    'session.maxDuration',
    /less than an hour/,
  ],
]

test.each(found)('warns of %s: %o', (...[code, parts, path, words]) => {
  const warning = warningsOf(parts).find((problem) => problem.code === code)
  expect(warning).toMatchObject({ path: `grants.work.${path}`, position: { file: 'access.yaml' } })
  expect(`${warning?.message} ${warning?.remedy}`).toMatch(words)
})

/** Sound grants that a rule might take for unsound ones. */
const quiet: readonly (readonly [words: string, parts: Readonly<Record<string, string>>])[] = [
  [
    'bucket and objects side by side',
    {
      allow:
        '[{ actions: [s3:ListBucket, s3:GetObject], resources: ["arn:aws:s3:::cache", "arn:aws:s3:::cache/*"] }]',
    },
  ],
  [
    'a pattern over buckets',
    { allow: '[{ actions: [s3:GetObject], resources: ["arn:aws:s3:::cache*"] }]' },
  ],
  [
    'patterns of actions',
    { allow: '[{ actions: ["ecr:*"], resources: ["arn:aws:ecr:*:222222222222:repository/app"] }]' },
  ],
  [
    'an action on no resource',
    { allow: '[{ actions: [ecr:GetAuthorizationToken], resources: ["*"] }]' },
  ],
  [
    'a denied star',
    { allow: '[{ policy: ViewOnlyAccess }, { effect: Deny, actions: ["*"], resources: ["*"] }]' },
  ],
  [
    'a role passed to one service',
    {
      allow:
        '[{ actions: [iam:PassRole], resources: ["*"], conditions: { StringEquals: { iam:PassedToService: ec2.amazonaws.com } } }]',
    },
  ],
  [
    'a user and twelve hours',
    { from: '{ account: build, principals: [user/ana] }', session: '{ maxDuration: 12h }' },
  ],
  ['a distant end', { expires: '2027-06-30' }],
  ['a branch', { from: oidc('repo:acme/app:ref:refs/heads/main') }],
  ['a branch by ids', { from: oidc('repo:acme@12/app@34:ref:refs/heads/main') }],
  ['an environment', { from: oidc('repo:acme/app:environment:production') }],
  ['a group', { from: `{ account: build, ${group} }` }],
]

test.each(quiet)('says nothing of %s', (_words, parts) => {
  expect(warningsOf(parts)).toEqual([])
})

test('warns where an any-account policy could not be narrowed', () => {
  const ids = Array.from({ length: 450 }, (_, index) => 500_000_000_000 + index)
  const accounts = ids.map((id) => `  a${id}: { id: "${id}" }`).join('\n')
  const policy = '{ kind: managed, name: Reach, resource: any-account }'
  const grant = grantText({
    from: `{ account: build, principals: [user/ana], policy: ${policy} }`,
    to: '{ accounts: all, role: Reader }',
  })
  const text = `accounts:\n  build: { id: "111111111111" }\n${accounts}\n${grant}`
  const { problems } = checkAccess(parseAccessText(text), { nowMs })
  expect(problems.map(({ code }) => code)).toEqual(['any-account-not-narrowed'])
})

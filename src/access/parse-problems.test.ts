import { describe, expect, test } from 'vitest'
import { parseAccessFile } from './parse-access-file.ts'

/** Where `«` stands in a text, a problem is expected; the text is parsed without it. */
const marker = '«'

function codesAt(text: string): readonly string[] {
  const clean = text.replaceAll(marker, '')
  const { problems } = parseAccessFile([{ file: 'access.yaml', text: clean }])
  return problems.map(({ code, position }) => `${position.line}:${position.column} ${code}`)
}

function markersOf(text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/«/g)].map((match, earlier) => `${index + 1}:${match.index - earlier + 1}`),
    )
}

function expectProblems(text: string, codes: string): void {
  const expected = codes.split(' ').map((code, index) => `${markersOf(text)[index]} ${code}`)
  expect(codesAt(text)).toEqual(expected)
}

const accounts = `accounts:
  build: { id: "111111111111", ou: Shared, tags: { env: shared } }
  prod: { id: "222222222222", ou: Workloads/Prod, tags: { env: prod } }
  china: { id: "333333333333", partition: aws-cn }
  main: { id: "444444444444", management: true }
`

/** What a policy document would take for a variable. */
const variable = ['$', '{aws:username}'].join('')

interface GrantText {
  readonly from?: string
  readonly to?: string
  readonly allow?: string
  readonly more?: string
}

function grant(parts: GrantText): string {
  return `${accounts}grants:
  g:
    from: ${parts.from ?? '{ account: build, principals: [role/runner] }'}
    to: ${parts.to ?? '{ accounts: [prod], role: Target }'}
    allow: ${parts.allow ?? '[{ policy: ReadOnlyAccess }]'}
    ${parts.more ?? ''}
`
}

function expectation(text: string): string {
  return `${grant({})}expect:\n  - ${text}\n`
}

type Row = readonly [codes: string, text: string]

const wholeFile: readonly Row[] = [
  ['missing-key missing-key', '««'],
  ['missing-key missing-key', '««# nothing but a comment'],
  ['missing-key', '«accounts: { a: { id: "111111111111" } }'],
  ['wrong-type', '«- accounts'],
  ['wrong-type', 'accounts: «[]\ngrants: {}'],
  ['wrong-type', 'accounts: «\ngrants: {}'],
  ['unknown-key', 'accounts: {}\ngrants: {}\n«expects: []'],
  ['unknown-key', 'accounts: {}\ngrants: {}\n«<<: {}'],
  ['wrong-type', 'accounts: {}\ngrants: {}\nexpect: «{}'],
  ['unknown-key', `«${grant({}).replace('accounts', 'account')}`],
  ['unknown-key unknown-account', `«grant: {}\n${grant({ to: '{ accounts: «x, role: R }' })}`],
]

const badAccounts: readonly Row[] = [
  ['wrong-type', 'accounts:\n  a: { id: «111111111111 }\ngrants: {}'],
  ['wrong-type', 'accounts:\n  a: { id: «012345670123 }\ngrants: {}'],
  ['invalid-account-id', 'accounts:\n  a: { id: «"1111111111111" }\ngrants: {}'],
  ['invalid-account-id', 'accounts:\n  a: { id: «"1111-1111-1111" }\ngrants: {}'],
  ['invalid-account-id', 'accounts:\n  a: { id: «build }\ngrants: {}'],
  ['invalid-account-id', 'accounts:\n  a: { id: «"" }\ngrants: {}'],
  ['missing-key', 'accounts:\n  «a: {}\ngrants: {}'],
  ['wrong-type', 'accounts:\n  a: «"111111111111"\ngrants: {}'],
  ['wrong-type', 'accounts:\n  a: «\ngrants: {}'],
  ['unknown-key', 'accounts:\n  a: { id: "111111111111", «profil: x }\ngrants: {}'],
  ['invalid-profile', 'accounts:\n  a: { id: "111111111111", profile: «"a b" }\ngrants: {}'],
  ['wrong-value', 'accounts:\n  a: { id: "111111111111", partition: «aws-china }\ngrants: {}'],
  ['invalid-region', 'accounts:\n  a: { id: "111111111111", region: «Ireland }\ngrants: {}'],
  ['wrong-type', 'accounts:\n  a: { id: "111111111111", management: «"yes" }\ngrants: {}'],
  ['wrong-type', 'accounts:\n  a: { id: "111111111111", tags: { cost: «42 } }\ngrants: {}'],
  ['invalid-organizational-unit', 'accounts:\n  a: { id: "111111111111", ou: «/a/ }\ngrants: {}'],
  ['invalid-account-name', 'accounts:\n  «all: { id: "111111111111" }\ngrants: {}'],
  ['invalid-account-name', 'accounts:\n  «a:b: { id: "111111111111" }\ngrants: {}'],
  [
    'duplicate-account',
    'accounts:\n  a: { id: "111111111111" }\n  «a: { id: "222222222222" }\ngrants: {}',
  ],
  [
    'duplicate-account-id',
    'accounts:\n  a: { id: "111111111111" }\n  b: { id: «"111111111111" }\ngrants: {}',
  ],
]

const badFrom: readonly Row[] = [
  ['missing-key', grant({ from: '{}' }).replace('from', '«from')],
  ['wrong-type', grant({ from: '«' })],
  [
    'conflicting-keys',
    grant({ from: '{ account: build, «oidc: { issuer: a.example, audience: a, subject: a } }' }),
  ],
  ['unknown-account', grant({ from: '{ account: «biuld }' })],
  ['unknown-account', grant({ from: '{ account: «"111111111111" }' })],
  ['empty-list', grant({ from: '{ account: build, principals: «[] }' })],
  ['wrong-type', grant({ from: '{ account: build, principals: «}' })],
  ['wrong-type', grant({ from: '{ account: build, principals: [role/a, «7] }' })],
  ['invalid-principal', grant({ from: '{ account: build, principals: [«rol/a] }' })],
  ['invalid-principal', grant({ from: '{ account: build, principals: «runner }' })],
  ['invalid-principal', grant({ from: '{ account: build, principals: [«"*"] }' })],
  [
    'invalid-principal',
    grant({ from: '{ account: build, principals: [«"arn:aws:iam::111111111111:root"] }' }),
  ],
  ['invalid-principal', grant({ from: '{ account: build, principals: [«permission-set/a/b] }' })],
  [
    'invalid-principal',
    grant({
      from: '{ account: build, principals: [«role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef] }',
    }),
  ],
  ['invalid-role-name', grant({ from: '{ account: build, principals: [«role/] }' })],
  ['invalid-user-name', grant({ from: '{ account: build, principals: [«user/a b] }' })],
  ['invalid-path', grant({ from: '{ account: build, principals: [«role/a//b] }' })],
  ['invalid-role-name', grant({ from: `{ account: build, principals: [«"role/${variable}"] }` })],
  ['duplicate-principal', grant({ from: '{ account: build, principals: [role/a, «role/a] }' })],
  ['wildcard-principal', grant({ from: '{ account: build, principals: [«role/ci-*] }' })],
  ['wildcard-principal', grant({ from: '{ account: build, principals: [«role/ci?/a] }' })],
  [
    'wildcard-group',
    grant({ from: '{ account: build, allowWildcard: true, principals: [«group/*] }' }),
  ],
  [
    'unneeded-allow-wildcard',
    grant({ from: '{ account: build, «allowWildcard: true, principals: [role/a] }' }),
  ],
  ['wrong-value', grant({ from: '{ account: build, trust: «root }' })],
  [
    'trust-cannot-name',
    grant({ from: '{ account: build, trust: principal, principals: [«group/a] }' }),
  ],
  [
    'trust-cannot-name',
    grant({ from: '{ account: build, trust: principal, principals: [role/a, «group/a] }' }),
  ],
  [
    'trust-cannot-name',
    grant({ from: '{ account: build, trust: principal, principals: [«permission-set/a] }' }),
  ],
  [
    'trust-cannot-name',
    grant({
      from: '{ account: build, trust: principal, allowWildcard: true, principals: [«role/*] }',
    }),
  ],
  ['trust-names-nobody', grant({ from: '{ account: build, trust: «principal }' })],
  ['wrong-value', grant({ from: '{ account: build, policy: { kind: «attached } }' })],
  ['invalid-policy-name', grant({ from: '{ account: build, policy: { name: «"a b" } }' })],
  ['unknown-key', grant({ from: '{ account: build, policy: { kind: inline, «nam: x } }' })],
]

const badOutsiders: readonly Row[] = [
  [
    'external-without-external-id',
    grant({ from: '{ external: { account: "999999999999" } }' }).replace('  g:', '  «g:'),
  ],
  [
    'external-without-external-id',
    grant({ from: '{ external: { account: "999999999999" } }', more: '«require: {}' }),
  ],
  [
    'invalid-account-id',
    grant({ from: '{ external: { account: «"99999" } }', more: 'require: { externalId: abc }' }),
  ],
  [
    'external-account-is-own',
    grant({
      from: '{ external: { account: «"222222222222" } }',
      more: 'require: { externalId: abc }',
    }),
  ],
  [
    'invalid-role-name',
    grant({
      from: '{ external: { account: "999999999999", role: «"*" } }',
      more: 'require: { externalId: abc }',
    }),
  ],
  [
    'misplaced-key',
    grant({
      from: '{ external: { account: "999999999999" }, «principals: [role/a] }',
      more: 'require: { externalId: abc }',
    }),
  ],
  [
    'mfa-without-user',
    grant({
      from: '{ external: { account: "999999999999" } }',
      more: 'require: { externalId: abc, mfa: «true }',
    }),
  ],
  ['missing-key missing-key', grant({ from: '{ ««oidc: { issuer: a.example } }' })],
  [
    'invalid-issuer',
    grant({ from: '{ oidc: { issuer: «"http://a.example", audience: a, subject: a } }' }),
  ],
  ['invalid-claim', grant({ from: '{ oidc: { issuer: a.example, audience: «"*", subject: a } }' })],
  [
    'invalid-claim',
    grant({ from: '{ oidc: { issuer: a.example, audience: a, subject: [a, «"repo:org/*"] } }' }),
  ],
  [
    'invalid-claim',
    grant({ from: `{ oidc: { issuer: a.example, audience: a, subject: «"${variable}" } }` }),
  ],
  ['empty-list', grant({ from: '{ oidc: { issuer: a.example, audience: a, subject: «[] } }' })],
  [
    'misplaced-key',
    grant({ from: '{ oidc: { issuer: a.example, audience: a, subject: a }, «trust: account }' }),
  ],
  [
    'oidc-external-id',
    grant({
      from: '{ oidc: { issuer: a.example, audience: a, subject: a } }',
      more: 'require: { externalId: «abc }',
    }),
  ],
  [
    'mfa-without-user',
    grant({
      from: '{ oidc: { issuer: a.example, audience: a, subject: a } }',
      more: 'require: { mfa: «true }',
    }),
  ],
  [
    'oidc-session-tags',
    grant({
      from: '{ oidc: { issuer: a.example, audience: a, subject: a } }',
      more: 'session: { «tags: { a: b } }',
    }),
  ],
  [
    'oidc-source-identity',
    grant({
      from: '{ oidc: { issuer: a.example, audience: a, subject: a } }',
      more: 'session: { sourceIdentity: «required }',
    }),
  ],
]

const badTo: readonly Row[] = [
  [
    'missing-key',
    grant({})
      .replace(/ {4}to: .*\n/, '')
      .replace('  g:', '  «g:'),
  ],
  ['missing-key missing-key', grant({ to: '{}' }).replace('to: {}', '««to: {}')],
  ['empty-list', grant({ to: '{ accounts: «[], role: R }' })],
  ['unknown-account', grant({ to: '{ accounts: [prod, «prdo], role: R }' })],
  ['unknown-account', grant({ to: '{ accounts: «nowhere, role: R }' })],
  ['invalid-account-selector', grant({ to: '{ accounts: [«"tag:env"], role: R }' })],
  ['invalid-account-selector', grant({ to: '{ accounts: [«"unit:x"], role: R }' })],
  ['empty-selection', grant({ to: '{ accounts: [«"ou:Workloads/Dev"], role: R }' })],
  ['empty-selection', grant({ to: '{ accounts: [«"ou:Work"], role: R }' })],
  ['empty-selection', grant({ to: '{ accounts: [«"tag:env=dev"], role: R }' })],
  ['empty-selection', grant({ to: '{ accounts: [«"tag:env=shared"], role: R }' })],
  ['empty-selection', grant({ to: '{ accounts: [prod], except: «[prod], role: R }' })],
  ['except-without-effect', grant({ to: '{ accounts: [prod], except: [«build], role: R }' })],
  ['unknown-account', grant({ to: '{ accounts: [prod], except: [«pord], role: R }' })],
  ['other-partition', grant({ to: '{ accounts: «[china], role: R }' })],
  ['other-partition', grant({ to: '{ accounts: «all, role: R }' })],
  ['invalid-role-name', grant({ to: `{ accounts: [prod], role: «${'r'.repeat(65)} }` })],
  ['invalid-role-name', grant({ to: '{ accounts: [prod], role: «path/R }' })],
  ['invalid-role-name', grant({ to: '{ accounts: [prod], role: «"R*" }' })],
  ['invalid-path', grant({ to: '{ accounts: [prod], role: R, path: «access }' })],
  ['invalid-path', grant({ to: '{ accounts: [prod], role: R, path: «/a*/ }' })],
  ['reserved-path', grant({ to: '{ accounts: [prod], role: R, path: «/aws-service-role/x/ }' })],
  [
    'invalid-policy-arn',
    grant({ to: '{ accounts: [prod], role: R, boundary: «arn:aws:iam::1:policy/x }' }),
  ],
  ['invalid-policy-name', grant({ to: '{ accounts: [prod], role: R, boundary: «"a b" }' })],
]

const badAllow: readonly Row[] = [
  ['empty-list', grant({ allow: '«[]' })],
  ['wrong-type', grant({ allow: '«ReadOnlyAccess' })],
  ['wrong-type', grant({ allow: '[«ReadOnlyAccess]' })],
  ['missing-key missing-key', grant({ allow: '[««{}]' })],
  ['conflicting-keys', grant({ allow: '[{ policy: A, «actions: s3:GetObject }]' })],
  ['conflicting-keys', grant({ allow: '[{ policy: A, «sid: B }]' })],
  ['invalid-policy-name', grant({ allow: '[{ policy: «"a b" }]' })],
  ['invalid-policy-name', grant({ allow: '[{ policy: «service-role/X }]' })],
  ['invalid-policy-arn', grant({ allow: '[{ policy: «"arn:aws:iam::222222222222:role/X" }]' })],
  ['missing-key', grant({ allow: '[«{ actions: s3:GetObject }]' })],
  ['missing-key', grant({ allow: '[«{ resources: "*" }]' })],
  [
    'conflicting-keys',
    grant({ allow: '[{ actions: s3:GetObject, «notActions: s3:Get*, resources: "*" }]' }),
  ],
  [
    'conflicting-keys',
    grant({ allow: '[{ actions: s3:GetObject, resources: "*", «notResources: "*" }]' }),
  ],
  [
    'invalid-action',
    grant({ allow: '[{ actions: [s3:GetObject, «s3GetObject], resources: "*" }]' }),
  ],
  ['invalid-action', grant({ allow: '[{ actions: «"s*:GetObject", resources: "*" }]' })],
  ['invalid-resource', grant({ allow: '[{ actions: s3:GetObject, resources: «my-bucket/* }]' })],
  ['invalid-resource', grant({ allow: '[{ actions: s3:GetObject, resources: [«arn:aws:s3] }]' })],
  ['wrong-value', grant({ allow: '[{ actions: s3:GetObject, resources: "*", effect: «allow }]' })],
  ['invalid-sid', grant({ allow: '[{ actions: s3:GetObject, resources: "*", sid: «a-b }]' })],
  [
    'invalid-condition-key',
    grant({
      allow: '[{ actions: s3:GetObject, resources: "*", conditions: { Bool: { «mfa: true } } }]',
    }),
  ],
  [
    'wrong-type',
    grant({ allow: '[{ actions: s3:GetObject, resources: "*", conditions: { Bool: «true } }]' }),
  ],
  [
    'empty-list',
    grant({
      allow: '[{ actions: s3:GetObject, resources: "*", conditions: { Bool: { aws:x: «[] } } }]',
    }),
  ],
  [
    'unknown-key',
    grant({
      allow:
        '[{ statements: [{ Effect: Allow, «Actions: s3:GetObject, Action: s3:GetObject, Resource: "*" }] }]',
    }),
  ],
  ['missing-key', grant({ allow: '[{ statements: [«{ Action: s3:GetObject, Resource: "*" }] }]' })],
  [
    'invalid-action',
    grant({ allow: '[{ statements: [{ Effect: Allow, Action: «x, Resource: "*" }] }]' }),
  ],
]

const badTerms: readonly Row[] = [
  ['wrong-type', grant({ more: 'require: «' })],
  ['unknown-key', grant({ more: 'require: { «externalID: abc }' })],
  ['wrong-type', grant({ more: 'require: { externalId: «12345 }' })],
  ['invalid-external-id', grant({ more: 'require: { externalId: «"some key" }' })],
  ['invalid-external-id', grant({ more: 'require: { externalId: «a }' })],
  ['invalid-external-id', grant({ more: `require: { externalId: «${'e'.repeat(1225)} }` })],
  ['invalid-external-id', grant({ more: 'require: { externalId: «"a*" }' })],
  ['mfa-without-user', grant({ more: 'require: { mfa: «true }' })],
  [
    'mfa-without-user',
    grant({
      from: '{ account: build, principals: [user/a, permission-set/b] }',
      more: 'require: { mfa: «true }',
    }),
  ],
  ['wrong-type', grant({ more: 'require: { mfa: «"true" }' })],
  [
    'invalid-source-ip',
    grant({ more: 'require: { sourceIp: [203.0.113.0/24, «203.0.113.0/33] }' }),
  ],
  ['invalid-source-ip', grant({ more: 'require: { sourceIp: «office }' })],
  ['empty-list', grant({ more: 'require: { sourceIp: «[] }' })],
  ['source-ip-host-bits', grant({ more: 'require: { sourceIp: «203.0.113.9/24 }' })],
  ['source-ip-private', grant({ more: 'require: { sourceIp: «10.1.0.0/16 }' })],
  ['source-ip-everything', grant({ more: 'require: { sourceIp: «0.0.0.0/0 }' })],
  ['invalid-duration', grant({ more: 'session: { maxDuration: «soon }' })],
  ['invalid-duration', grant({ more: 'session: { maxDuration: «14m }' })],
  ['invalid-duration', grant({ more: 'session: { maxDuration: «43201 }' })],
  ['wrong-type', grant({ more: 'session: { maxDuration: «[1h] }' })],
  ['invalid-session-tag-key', grant({ more: 'session: { tags: { «aws:team: a } }' })],
  ['invalid-session-tag-value', grant({ more: 'session: { tags: { team: «"a*" } }' })],
  ['duplicate-session-tag', grant({ more: 'session: { tags: { team: a, «Team: b } }' })],
  [
    'too-many-session-tags',
    grant({
      more: `session: { tags: «{ ${Array.from({ length: 51 }, (_, index) => `t${index}: v`).join(', ')} } }`,
    }),
  ],
  [
    'unknown-transitive-tag',
    grant({ more: 'session: { tags: { a: b }, transitiveTags: [a, «c] }' }),
  ],
  ['source-identity-without-user', grant({ more: 'session: { sourceIdentity: «caller }' })],
  [
    'source-identity-without-user',
    grant({ from: '{ account: build }', more: 'session: { sourceIdentity: «caller }' }),
  ],
  ['wrong-value', grant({ more: 'session: { sourceIdentity: «true }' })],
  ['invalid-date', grant({ more: 'expires: «2027-02-30' })],
  ['invalid-date', grant({ more: 'expires: «2027-06-30T12:00:00Z' })],
  ['invalid-date', grant({ more: 'expires: «next year' })],
  ['unknown-key', grant({ more: '«expire: 2027-06-30' })],
  ['unknown-key', grant({ more: '«requires: {}' })],
]

const badGrants: readonly Row[] = [
  ['wrong-type', `${accounts}grants:\n  g: «\n`],
  ['invalid-grant-name', grant({}).replace('  g:', '  «g h:')],
  ['unknown-key', grant({}).replace('from', '«form')],
  ['unknown-key', grant({ to: '{ accounts: prod, «rol: R }' })],
  ['duplicate-grant', `${grant({})}  «g: {}\n`],
  [
    'similar-grant-names',
    `${grant({})}${grant({}).split('grants:\n')[1]?.replace('  g:', '  «G:')}`,
  ],
  [
    'shared-role-differs',
    `${grant({})}  other:\n    from: { account: build }\n    to: { accounts: prod, role: Target }\n    allow: «[{ policy: PowerUserAccess }]\n`,
  ],
  [
    'shared-role-differs',
    `${grant({})}  other:\n    from: { account: build }\n    to: { accounts: prod, role: «target }\n    allow: [{ policy: ReadOnlyAccess }]\n`,
  ],
  [
    'shared-role-differs',
    `${grant({})}  other:\n    from: { account: build }\n    to: { accounts: prod, role: Target, path: «/x/ }\n    allow: [{ policy: ReadOnlyAccess }]\n`,
  ],
  [
    'shared-role-differs',
    `${grant({})}  other:\n    from: { account: build }\n    to: { accounts: prod, role: Target, boundary: «b }\n    allow: [{ policy: ReadOnlyAccess }]\n`,
  ],
  [
    'shared-role-differs',
    `${grant({})}  other:\n    from: { account: build }\n    to: { accounts: prod, role: Target }\n    allow: [{ policy: ReadOnlyAccess }]\n    session: { maxDuration: «2h }\n`,
  ],
]

const badExpectations: readonly Row[] = [
  ['missing-key', expectation('{ can: g }').replace('- {', '- «{')],
  ['missing-key', expectation('«{ do: s3:GetObject }')],
  ['conflicting-keys', expectation('{ can: g, «cannot: g, do: s3:GetObject }')],
  ['unknown-key', expectation('{ can: g, do: s3:GetObject, «to: "*" }')],
  ['unknown-grant', expectation('{ can: «f, do: s3:GetObject }')],
  ['unknown-account', expectation('{ can: «"biuld:role/x", do: s3:GetObject }')],
  ['invalid-principal', expectation('{ can: «"build:rol/x", do: s3:GetObject }')],
  ['invalid-expectation-subject', expectation('{ cannot: «"build:group/x", do: s3:GetObject }')],
  ['invalid-expectation-subject', expectation('{ cannot: «"build:role/*", do: s3:GetObject }')],
  ['wildcard-in-can', expectation('{ can: g, do: «"s3:*" }')],
  ['wildcard-in-can', expectation('{ can: g, do: s3:GetObject, on: «"arn:aws:s3:::b/*" }')],
  ['invalid-action', expectation('{ cannot: g, do: [s3:GetObject, «GetObject] }')],
  ['invalid-resource', expectation('{ cannot: g, do: s3:GetObject, on: «b }')],
  ['unknown-account', expectation('{ cannot: g, do: s3:GetObject, in: «pord }')],
  ['expectation-outside-grant', expectation('{ can: g, do: s3:GetObject, in: «build }')],
  [
    'invalid-condition-key',
    expectation('{ can: g, do: s3:GetObject, when: { «SourceIp: 1.2.3.4 } }'),
  ],
  ['wrong-type', expectation('{ can: g, do: s3:GetObject, when: { aws:SourceIp: «{} } }')],
]

const topics: Readonly<Record<string, readonly Row[]>> = {
  'the whole file': wholeFile,
  accounts: badAccounts,
  from: badFrom,
  'external and oidc': badOutsiders,
  to: badTo,
  allow: badAllow,
  'require, session and expires': badTerms,
  'several grants': badGrants,
  expect: badExpectations,
}

describe.each(Object.entries(topics))('problems of %s', (_, rows) => {
  test.each(rows)('%s (row %#)', (codes, text) => expectProblems(text, codes))
})

describe('all at once', () => {
  test('a fault in one part of a grant does not hide those of its other parts', () => {
    expectProblems(
      grant({
        from: '{ account: build, principals: [«rol/b] }',
        to: '{ accounts: [«prdo], role: «a/b }',
        allow: '[{ polic: A }, { policy: «"a b" }]'.replace('polic:', '«polic:'),
        more: 'require: { mfa: «"x", externalId: abc }',
      }),
      'invalid-principal unknown-account invalid-role-name unknown-key invalid-policy-name wrong-type',
    )
  })

  test('a name that is declared wrongly is not unknown as well', () => {
    expectProblems(
      'accounts:\n  a: { id: «"1" }\n  b: { id: "222222222222" }\ngrants:\n  g:\n    from: { account: a }\n    to: { accounts: [a, b], role: «"" }\n    allow: [{ policy: X }]\nexpect:\n  - { can: g, do: s3:GetObject, in: b }\n',
      'invalid-account-id invalid-role-name',
    )
  })
})

describe('messages', () => {
  test.each([
    [grant({ from: '{ account: biuld }' }), 'there is no account `biuld`; did you mean `build`?'],
    [
      grant({ from: '{ account: "111111111111" }' }),
      'there is no account `111111111111`; the account of that id is called `build`',
    ],
    [
      'accounts:\n  a: { id: "1111111111111" }\ngrants: {}',
      'account id `1111111111111` has 13 digits; an AWS account id has 12 digits and nothing else',
    ],
    [
      'accounts:\n  a: { id: 012345670123 }\ngrants: {}',
      '`id` must be text, not the number `012345670123`; YAML reads digits without quotes as a number, and loses leading zeros',
    ],
    [
      grant({ to: `{ accounts: [prod], role: ${'r'.repeat(65)} }` }),
      `role name \`${'r'.repeat(65)}\` has 65 characters; at most 64 are allowed`,
    ],
    [
      grant({ more: 'require: { externalId: "some key" }' }),
      'external id `some key` holds a space',
    ],
    [grant({ more: 'expire: 2027-06-30' }), 'unknown key `expire`; did you mean `expires`?'],
    [
      grant({ more: 'require: { mfa: true }' }),
      '`role/runner` signs in without MFA: no session of a role carries it, so `mfa: true` would refuse everyone',
    ],
    [
      grant({
        from: '{ account: build, principals: ["arn:aws:sts::111111111111:assumed-role/ci/s"] }',
      }),
      'principal `arn:aws:sts::111111111111:assumed-role/ci/s` is not understood; the role of that session is `role/ci`',
    ],
  ])('%#', (text, message) => {
    const { problems } = parseAccessFile([{ file: 'access.yaml', text }])
    expect(problems.map((problem) => problem.message)).toEqual([message])
  })

  test.each([
    [
      grant({ to: `{ accounts: [prod], role: ${'r'.repeat(65)} }` }),
      'a role name has at most 64 characters: shorten it',
    ],
    [grant({ more: 'require: { externalId: "x" }' }), 'an external id has at least 2 characters'],
    [
      grant({ to: '{ accounts: [prod], role: "a role" }' }),
      'a role name must hold only letters, digits and `_+=,.@-`',
    ],
    ['just text', 'begin with `accounts:` and `grants:`, or let `stile init` write a first file'],
  ])('and what to do: %#', (text, remedy) => {
    const { problems } = parseAccessFile([{ file: 'access.yaml', text }])
    expect(problems.map((problem) => problem.remedy)).toEqual([remedy])
  })

  test('none ends with a full stop, begins with a capital or speaks of types', () => {
    const rows = Object.values(topics).flat()
    const problems = rows.flatMap(
      ([, text]) => parseAccessFile([{ file: 'f', text: text.replaceAll(marker, '') }]).problems,
    )
    expect(problems.length).toBeGreaterThan(rows.length - 1)
    for (const { message, remedy } of problems) {
      expect(message).toMatch(/^[^A-Z].*[^.]$/s)
      expect(remedy ?? '-').toMatch(/^[^A-Z].*[^.]$|^-$/s)
      expect(message).not.toMatch(/Invalid|received|undefined|expected|object Object/)
    }
  })
})

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { grantText, parseAccessText } from '../../test/support/parse-access-text.ts'
import type { PolicyDocument } from '../core/index.ts'
import type { CheckReport } from './check-access.ts'
import { checkAccess } from './check-access.ts'
import { compileAccess } from './compile-access.ts'
import type { Proof } from './proof.ts'
import { proveGrants } from './prove-grants.ts'
import { buildProofWorld } from './prove-world.ts'

const nowMs = Date.parse('2026-11-22T12:00:00Z')

function check(text: string): CheckReport {
  return checkAccess(parseAccessText(text), { nowMs })
}

/** Titles of the proofs by how they came out. */
function outcomes({ proofs }: CheckReport): Readonly<Record<string, readonly string[]>> {
  const kinds = [...new Set(proofs.map(({ kind }) => kind))]
  const titles = (kind: Proof['kind']) =>
    proofs.filter((proof) => proof.kind === kind).map(({ title }) => title)
  return Object.fromEntries(kinds.map((kind) => [kind, titles(kind)]))
}

function proofOf(report: CheckReport, title: string): Proof | undefined {
  return report.proofs.find((proof) => proof.title === title)
}

/** The four ways of sharing access that the examples show: what is proved of each. */
const scenarios = [
  {
    name: 'cross-account-build',
    outcomes: {
      allowed: [
        'role/gitlab-runner of build may assume OurThingBuildRole',
        'push-images can ecr:PutImage on arn:aws:ecr:eu-west-1:222222222222:repository/app',
      ],
      refused: [
        'no external id',
        'a wrong external id',
        'another role of build that holds sts:AssumeRole on *',
        'a user of build that holds sts:AssumeRole on *',
        'a role of a third account that holds sts:AssumeRole on *',
        'push-images cannot ecr:DeleteRepository on arn:aws:ecr:eu-west-1:222222222222:repository/app',
        'build:role/intern cannot ecr:PutImage on arn:aws:ecr:eu-west-1:222222222222:repository/app',
      ],
    },
    text: `grants:
  push-images:
    from: { account: build, principals: [role/gitlab-runner] }
    to: { accounts: [ourthing], role: OurThingBuildRole }
    allow: [{ policy: AmazonEC2ContainerRegistryPowerUser }]
    require: { externalId: some_key_build }
expect:
  - { can: push-images, do: ecr:PutImage, on: "arn:aws:ecr:eu-west-1:222222222222:repository/app" }
  - { cannot: push-images, do: ecr:DeleteRepository, on: "arn:aws:ecr:eu-west-1:222222222222:repository/app" }
  - { cannot: "build:role/intern", do: ecr:PutImage, on: "arn:aws:ecr:eu-west-1:222222222222:repository/app" }
`,
  },
  {
    name: 'team-access',
    outcomes: {
      allowed: [
        'a member of group/Developers of build may assume TeamRole',
        'team-work can s3:PutObject on arn:aws:s3:::team-notes/todo.txt',
      ],
      refused: [
        'a role of build that holds sts:AssumeRole on *',
        'a user of a third account that holds sts:AssumeRole on *',
        'team-work cannot s3:DeleteObject on arn:aws:s3:::team-notes/*',
      ],
      delegated: [
        'a user of build outside group Developers that holds sts:AssumeRole on *',
        'build:user/guest cannot s3:PutObject on arn:aws:s3:::team-notes/todo.txt',
      ],
    },
    text: `grants:
  team-work:
    from: { account: build, principals: [group/Developers] }
    to: { accounts: [ourthing], role: TeamRole }
    allow:
      - { actions: [s3:ListBucket], resources: ["arn:aws:s3:::team-notes"] }
      - { actions: [s3:GetObject, s3:PutObject], resources: ["arn:aws:s3:::team-notes/*"] }
expect:
  - { can: team-work, do: s3:PutObject, on: "arn:aws:s3:::team-notes/todo.txt" }
  - { cannot: team-work, do: s3:DeleteObject, on: "arn:aws:s3:::team-notes/*" }
  - { cannot: "build:user/guest", do: s3:PutObject, on: "arn:aws:s3:::team-notes/todo.txt" }
`,
  },
  {
    name: 'bucket-writer',
    outcomes: {
      allowed: [
        'user/accounta of build may assume role-in-accountb',
        'write-bucket can s3:PutObjectAcl on arn:aws:s3:::cross-account-bucket/test.txt',
        'build:user/accounta can s3:PutObject on arn:aws:s3:::cross-account-bucket/test.txt',
      ],
      refused: [
        'a role of build that holds sts:AssumeRole on *',
        'another user of build that holds sts:AssumeRole on *',
        'a user of a third account that holds sts:AssumeRole on *',
        'write-bucket cannot s3:ListBucket on arn:aws:s3:::cross-account-bucket',
        'write-bucket cannot s3:Delete* on *',
        'build:user/other cannot s3:PutObject on arn:aws:s3:::cross-account-bucket/*',
      ],
    },
    text: `grants:
  write-bucket:
    from: { account: build, principals: [user/accounta] }
    to: { accounts: [ourthing], role: role-in-accountb }
    allow:
      - { actions: [s3:GetObject, s3:PutObject, s3:PutObjectAcl], resources: ["arn:aws:s3:::cross-account-bucket/*"] }
expect:
  - { can: write-bucket, do: s3:PutObjectAcl, on: "arn:aws:s3:::cross-account-bucket/test.txt" }
  - { can: "build:user/accounta", do: s3:PutObject, on: "arn:aws:s3:::cross-account-bucket/test.txt" }
  - { cannot: write-bucket, do: s3:ListBucket, on: "arn:aws:s3:::cross-account-bucket" }
  - { cannot: write-bucket, do: "s3:Delete*", on: "*" }
  - { cannot: "build:user/other", do: s3:PutObject, on: "arn:aws:s3:::cross-account-bucket/*" }
`,
  },
  {
    name: 'read-everywhere',
    outcomes: {
      allowed: [
        'user/inventory of build may assume CrossAccountReadOnlyRole',
        'role/inventory-runner of build may assume CrossAccountReadOnlyRole',
        'read-everywhere can s3:ListAllMyBuckets on *',
      ],
      refused: [
        'another role of build that holds sts:AssumeRole on *',
        'another user of build that holds sts:AssumeRole on *',
        'a user of a third account that holds sts:AssumeRole on *',
        'read-everywhere cannot s3:Put* on *',
      ],
    },
    text: `grants:
  read-everywhere:
    from:
      account: build
      principals: [user/inventory, role/inventory-runner]
      policy: { kind: managed, name: CloudQueryCrossAccountReadOnlyAccess, resource: any-account }
    to: { accounts: [ourthing, data, logs], role: CrossAccountReadOnlyRole }
    allow: [{ policy: ReadOnlyAccess }]
expect:
  - { can: read-everywhere, do: s3:ListAllMyBuckets, on: "*" }
  - { cannot: read-everywhere, do: "s3:Put*", on: "*" }
`,
  },
]

test.each(scenarios)('proves $name', ({ text, outcomes: expected }) => {
  expect(outcomes(check(text))).toEqual(expected)
})

test('says which policy refused, on which side, and why', () => {
  const report = check(grantText({ require: '{ externalId: some_key }' }))
  expect(proofOf(report, 'no external id')).toMatchObject({
    grant: 'work',
    about: 'grant',
    side: 'resource',
    detail:
      'the trust policy in ourthing (222222222222) demands sts:ExternalId `some_key`, the request has none',
  })
})

test('joins what came out the same in many accounts', () => {
  const report = check(grantText({ to: '{ accounts: [ourthing, data, logs], role: Worker }' }))
  const proof = proofOf(report, 'role/runner of build may assume Worker')
  expect(proof?.detail).toMatch(/; likewise in 2 more accounts$/)
})

/** Every way that a caller of the grant can fall short, beyond those of the scenarios. */
const lapses: readonly (readonly [
  parts: Readonly<Record<string, string>>,
  refused: readonly string[],
])[] = [
  [
    { from: '{ account: build, principals: [user/ana] }', require: '{ mfa: true }' },
    ['no MFA', 'MFA not used in this session'],
  ],
  [{ require: '{ sourceIp: [192.0.2.0/24] }' }, ['from 192.0.1.255, outside the source addresses']],
  [{ expires: '2027-06-30' }, ['after 2027-06-30']],
  [
    { session: '{ tags: { team: platform }, transitiveTags: [team] }' },
    ['no session tags', 'another value of session tag team', 'a session tag that is not declared'],
  ],
  [{ session: '{ sourceIdentity: required }' }, ['no source identity']],
  [
    { from: '{ account: build, principals: [user/ana] }', session: '{ sourceIdentity: caller }' },
    ['no source identity', 'the source identity of somebody else'],
  ],
  [
    { from: '{ oidc: { issuer: gitlab.example.com, audience: stile, subject: main } }' },
    ['a token for another subject', 'a token for another audience'],
  ],
  [
    {
      from: '{ external: { account: "999999999999", role: Scan } }',
      require: '{ externalId: acme-7 }',
    },
    [
      'no external id',
      'a wrong external id',
      'another role of 999999999999 that holds sts:AssumeRole on *',
    ],
  ],
]

test.each(lapses)(
  '%o: entry is allowed, and refused where a demand is not met',
  (parts, refused) => {
    const { allowed, refused: titles, failed, delegated } = outcomes(check(grantText(parts)))
    expect(allowed).toHaveLength(1)
    expect(titles).toEqual(expect.arrayContaining([...refused]))
    expect([failed, delegated]).toEqual([undefined, undefined])
  },
)

/** Where administrators decide, it is said; no refusal is claimed. */
const left: readonly (readonly [from: string, delegated: readonly string[]])[] = [
  [
    '{ account: build }',
    [
      'another role of build that holds sts:AssumeRole on *',
      'another user of build that holds sts:AssumeRole on *',
    ],
  ],
  ['{ account: build, principals: [permission-set/Dev] }', ['who holds permission-set/Dev']],
  [
    '{ account: build, principals: [group/devs, role/runner] }',
    ['a user of build outside group devs that holds sts:AssumeRole on *'],
  ],
]

test.each(left)('%s leaves to others: %o', (from, delegated) => {
  const { delegated: found, failed } = outcomes(check(grantText({ from })))
  expect(found).toEqual(delegated)
  expect(failed).toBeUndefined()
})

test('a vendor that is trusted as a whole decides who of it enters', () => {
  const from = '{ external: { account: "999999999999" } }'
  const report = check(grantText({ from, require: '{ externalId: acme-7 }' }))
  expect(
    proofOf(report, 'another role of 999999999999 that holds sts:AssumeRole on *'),
  ).toMatchObject({
    kind: 'delegated',
    detail: expect.stringContaining('the administrators of 999999999999 decide'),
  })
})

test('proves of an ended grant that it is shut', () => {
  const report = check(grantText({ expires: '2026-11-21' }))
  expect(outcomes(report)).toEqual({
    refused: ['role/runner of build, after the end of the grant on 2026-11-21'],
  })
  expect(report.problems.map(({ code }) => code)).toEqual(['grant-expired'])
})

const endedBeside = (second: string) => `grants:
  ended:
    from: { account: build, principals: [role/runner] }
    expires: 2026-11-21
    to: { accounts: [ourthing], role: Worker }
    allow: [{ policy: ViewOnlyAccess }]
  other:
    from: ${second}
    to: { accounts: [ourthing], role: Worker }
    allow: [{ policy: ViewOnlyAccess }]
`

test.each([
  ['names somebody else', '{ account: build, principals: [role/other] }', 'refused'],
  ['names the caller too', '{ account: build, principals: [role/runner] }', 'allowed'],
  ['trusts the whole account', '{ account: build }', 'delegated'],
])('an ended grant beside one that %s', (_which, second, kind) => {
  const report = check(endedBeside(second))
  const title = 'role/runner of build, after the end of the grant on 2026-11-21'
  expect(proofOf(report, title)?.kind).toBe(kind)
})

test('of a whole account with MFA only users enter', () => {
  const report = check(grantText({ from: '{ account: build }', require: '{ mfa: true }' }))
  const kindOf = (title: string) => proofOf(report, title)?.kind
  expect(kindOf('a user of build that holds the printed policy may assume Worker')).toBe('allowed')
  expect(kindOf('another user of build that holds sts:AssumeRole on *')).toBe('delegated')
  expect(kindOf('another role of build that holds sts:AssumeRole on *')).toBe('refused')
})

const twoGrants = (second: string) => `grants:
  strict:
    from: { account: build, principals: [role/runner] }
    to: { accounts: [ourthing], role: Worker }
    allow: [{ policy: ViewOnlyAccess }]
    require: { externalId: some_key }
  loose:
    from: ${second}
    to: { accounts: [ourthing], role: Worker }
    allow: [{ policy: ViewOnlyAccess }]
`

test('fails a demand that another grant on the role undoes', () => {
  const report = check(twoGrants('{ account: build, principals: [role/runner] }'))
  expect(proofOf(report, 'no external id')).toMatchObject({
    grant: 'strict',
    kind: 'failed',
    detail: expect.stringContaining('gets in, by grant `loose`'),
  })
})

test('tells when another grant on the role leaves the door to administrators', () => {
  const report = check(twoGrants('{ account: build, principals: [group/devs] }'))
  const ofStrict = report.proofs.filter(({ grant }) => grant === 'strict')
  expect(ofStrict.map(({ kind }) => kind)).not.toContain('failed')
  expect(ofStrict.find(({ title }) => title.startsWith('a user of build'))?.kind).toBe('delegated')
})

const chain = `grants:
  first:
    from: { account: build, principals: [role/runner] }
    to: { accounts: [ourthing], role: Middle }
    allow: [{ policy: ViewOnlyAccess }]
  second:
    from: { account: ourthing, principals: [role/Middle] }
    to: { accounts: [data], role: Deep }
    allow: [{ actions: [s3:DeleteObject], resources: ["arn:aws:s3:::vault/*"] }]
expect:
`
const bucket = 'arn:aws:s3:::cache'
const reader = (expectations: string) =>
  `${grantText({ allow: '[{ actions: [s3:Get*], resources: ["arn:aws:s3:::cache/*"] }, { policy: customer/Extra }]' })}expect:\n${expectations}`

/** Expectations and how they come out. */
const expectations: readonly (readonly [
  words: string,
  text: string,
  kind: Proof['kind'],
  detail: RegExp,
])[] = [
  [
    'a chain of grants gives it',
    `${chain}  - { cannot: first, do: s3:DeleteObject, on: "arn:aws:s3:::vault/a" }`,
    'failed',
    /by grant first, then second/,
  ],
  [
    'a chain of grants is access',
    `${chain}  - { can: "build:role/runner", do: s3:DeleteObject, on: "arn:aws:s3:::vault/a" }`,
    'allowed',
    /session of Deep in data/,
  ],
  [
    'in: leaves other accounts out',
    `${chain}  - { cannot: first, do: s3:DeleteObject, on: "arn:aws:s3:::vault/a", in: [ourthing] }`,
    'refused',
    /./,
  ],
  [
    'a can that is not',
    `${chain}  - { can: first, do: s3:PutObject, on: "arn:aws:s3:::vault/a" }`,
    'failed',
    /session of Middle in ourthing/,
  ],
  [
    'a principal that enters nothing',
    `${chain}  - { can: "build:role/other", do: s3:DeleteObject, on: "arn:aws:s3:::vault/a" }`,
    'failed',
    /no declared grant lets it in/,
  ],
  [
    'a pattern with an example',
    reader(`  - { cannot: work, do: "s3:*", on: "${bucket}/*" }`),
    'failed',
    /for example `s3:Get\w+` on `arn:aws:s3:::cache\/x`/,
  ],
  [
    'what a customer policy allows',
    reader(`  - { cannot: work, do: s3:PutObject, on: "${bucket}/a" }`),
    'failed',
    /cannot be proved: what arn:aws:iam::222222222222:policy\/Extra allows/,
  ],
  [
    'a pattern that a customer policy may allow',
    reader(`  - { cannot: work, do: "s3:Put*", on: "*" }`),
    'failed',
    /cannot be proved/,
  ],
  [
    'a condition that may hold',
    `${grantText({ allow: '[{ actions: [s3:GetObject], resources: ["*"], conditions: { StringEquals: { "s3:ExistingObjectTag/open": "yes" } } }]' })}expect:\n  - { cannot: work, do: s3:GetObject, on: "${bucket}/*" }`,
    'failed',
    /cannot be proved: stile-work, statement StileWork overlaps/,
  ],
  [
    'a grant beside one that trusts the whole account with more',
    `grants:
  narrow: { from: { account: build, principals: [role/runner] }, to: { accounts: [ourthing], role: Reader }, allow: [{ policy: ViewOnlyAccess }] }
  wide: { from: { account: build }, to: { accounts: [ourthing], role: Writer }, allow: [{ actions: [s3:PutObject], resources: ["arn:aws:s3:::cache/*"] }] }
expect:
  - { cannot: narrow, do: s3:PutObject, on: "${bucket}/a" }`,
    'delegated',
    /session of Writer in ourthing \(by grant wide\)/,
  ],
  [
    'a condition that nobody settles',
    `${grantText({ allow: '[{ actions: [s3:GetObject], resources: ["*"], conditions: { IpAddress: { "aws:SourceIp": 203.0.113.0/24 } } }]' })}expect:\n  - { cannot: work, do: s3:GetObject, on: "${bucket}/a" }`,
    'failed',
    /depending on aws:SourceIp; say by `when:`/,
  ],
  [
    'a condition that `when` does not meet',
    `${grantText({ allow: '[{ actions: [s3:GetObject], resources: ["*"], conditions: { IpAddress: { "aws:SourceIp": 203.0.113.0/24 } } }]' })}expect:\n  - { cannot: work, do: s3:GetObject, on: "${bucket}/a", when: { "aws:SourceIp": 192.0.2.1 } }`,
    'refused',
    /./,
  ],
  [
    'a session tag that another grant pins',
    `grants:
  plain: { from: { account: build, principals: [role/runner] }, to: { accounts: [ourthing], role: Worker }, allow: &allow [{ actions: [s3:GetObject], resources: ["*"], conditions: { StringEquals: { "aws:PrincipalTag/team": platform } } }] }
  tagged: { from: { account: build, principals: [role/runner] }, to: { accounts: [ourthing], role: Worker }, allow: *allow, session: { tags: { team: platform } } }
expect:
  - { cannot: plain, do: s3:GetObject, on: "${bucket}/a" }`,
    'failed',
    /by grant tagged/,
  ],
  [
    'a condition that `when` meets',
    `${grantText({ allow: '[{ actions: [s3:GetObject], resources: ["*"], conditions: { StringEquals: { "s3:ExistingObjectTag/open": "yes" } } }]' })}expect:\n  - { can: work, do: s3:GetObject, on: "${bucket}/a", when: { "s3:ExistingObjectTag/open": "yes" } }`,
    'allowed',
    /stile-work/,
  ],
  [
    'a session tag that the grant pins',
    `${grantText({ session: '{ tags: { team: platform } }', allow: '[{ actions: [s3:GetObject], resources: ["*"], conditions: { StringEquals: { "aws:PrincipalTag/team": platform } } }]' })}expect:\n  - { can: work, do: s3:GetObject, on: "${bucket}/a" }`,
    'allowed',
    /stile-work/,
  ],
  [
    'a boundary of AWS that leaves it out',
    `${grantText({ to: '{ accounts: [ourthing], role: Worker, boundary: "arn:aws:iam::aws:policy/AmazonSQSFullAccess" }' })}expect:\n  - { can: work, do: s3:GetObject, on: "${bucket}/a" }`,
    'failed',
    /permissions boundary/,
  ],
  [
    'a boundary of AWS against a pattern',
    `${grantText({ to: '{ accounts: [ourthing], role: Worker, boundary: "arn:aws:iam::aws:policy/AmazonSQSFullAccess" }' })}expect:\n  - { cannot: work, do: "s3:*", on: "*" }`,
    'refused',
    /boundary allows no match/,
  ],
  [
    'a role in the file, by its own trust',
    `${chain}  - { can: first, do: sts:AssumeRole, on: "arn:aws:iam::333333333333:role/Deep" }`,
    'allowed',
    /trust policy of Deep in data/,
  ],
  [
    'an ended grant',
    `${grantText({ expires: '2026-11-21' })}expect:\n  - { can: work, do: s3:GetObject, on: "${bucket}/a" }`,
    'failed',
    /does not get in/,
  ],
  [
    'a whole account against one of its roles',
    `${grantText({ from: '{ account: build }' })}expect:\n  - { cannot: "build:role/intern", do: s3:GetObject, on: "${bucket}/a" }`,
    'delegated',
    /administrators of build \(111111111111\) do not let it/,
  ],
]

test.each(expectations)('expectation: %s', (...[, text, kind, detail]) => {
  const proof = check(text).proofs.find(({ about }) => about === 'expectation')
  expect(proof).toMatchObject({ kind, detail: expect.stringMatching(detail) })
  expect(proof?.position.line).toBeGreaterThan(1)
})

test('names what the proofs rest on', () => {
  const { problems } =
    check(`${grantText({ to: '{ accounts: [ourthing], role: Worker, boundary: Limit }' })}expect:
  - { can: work, do: s3:GetObject, on: "arn:aws:s3:::cache/a" }
  - { can: work, do: sqs:SendMessage, on: "arn:aws:sqs:eu-west-1:333333333333:queue" }
  - { cannot: "build:role/intern", do: s3:GetObject, on: "arn:aws:s3:::cache/a" }
`)
  expect(
    problems.filter(({ severity }) => severity === 'assumption').map(({ code }) => code),
  ).toEqual([
    'policies-not-read',
    'foreign-resource-policy',
    'other-policies-unknown',
    'boundary-unknown',
  ])
})

test('proves nothing where a document is refused', () => {
  const report = check(grantText({ allow: '[{ policy: NoSuchPolicyAnywhere }]' }))
  expect(report.proofs).toEqual([])
  expect(report.problems).toMatchObject([{ severity: 'error', code: 'unknown-managed-policy' }])
})

test.each(['cross-account-build', 'team-access', 'bucket-writer', 'read-everywhere'])(
  'finds nothing failed in the example %s',
  (name) => {
    const file = new URL(`../../examples/${name}/access.yaml`, import.meta.url)
    const report = check(readFileSync(file, 'utf8'))
    expect(report.proofs.length).toBeGreaterThan(5)
    expect(report.proofs.filter(({ kind }) => kind === 'failed')).toEqual([])
  },
)

/** What a compiler that forgot something would write; the proofs must not agree with it. */
const tampered: readonly (readonly [lost: string, titles: readonly string[]])[] = [
  ['sts:ExternalId', ['no external id', 'a wrong external id']],
  ['aws:PrincipalArn', ['another role of build that holds sts:AssumeRole on *']],
  ['aws:SourceIp', ['from 192.0.2.1, outside the source addresses']],
  ['aws:CurrentTime', ['after 2027-06-30']],
  ['aws:RequestTag/team', ['no session tags', 'another value of session tag team']],
  ['aws:TagKeys', ['a session tag that is not declared']],
]

test.each(tampered)('fails where the trust policy lacks %s', (lost, titles) => {
  const access = parseAccessText(
    grantText({
      expires: '2027-06-30',
      require: '{ externalId: some_key, sourceIp: [203.0.113.0/24] }',
      session: '{ tags: { team: platform } }',
    }),
  )
  const outcome = compileAccess(access)
  if (!outcome.ok) throw new Error('the file does not compile')
  const roles = outcome.compilation.roles.map((role) => ({
    ...role,
    trustPolicy: withoutKey(role.trustPolicy, lost),
  }))
  const world = buildProofWorld(access, { ...outcome.compilation, roles }, nowMs)
  const failed = proveGrants(world).filter(({ kind }) => kind === 'failed')
  expect(failed.map(({ title }) => title)).toEqual(expect.arrayContaining([...titles]))
})

function withoutKey(document: PolicyDocument, key: string): PolicyDocument {
  const text = JSON.stringify(document, (name, value) => (name === key ? undefined : value))
  return JSON.parse(text.replace(/"[A-Za-z:]+":\{\},?/g, '').replace(/,\}/g, '}'))
}

test('checks hundreds of accounts within the time of a test', () => {
  const ids = Array.from({ length: 400 }, (_, index) => String(500_000_000_000 + index))
  const accounts = ids.map((id) => `  a${id}: { id: "${id}" }`).join('\n')
  const grant = grantText({
    from: '{ account: build, principals: [user/ana, role/runner], policy: { kind: managed, name: Reach, resource: any-account } }',
    to: '{ accounts: all, role: Reader }',
    allow: '[{ policy: ReadOnlyAccess }]',
  })
  const expectation = 'expect:\n  - { cannot: work, do: "s3:Put*", on: "*" }\n'
  const text = `accounts:\n  build: { id: "111111111111" }\n${accounts}\n${grant}${expectation}`
  const report = check(text)
  expect(report.proofs.filter(({ kind }) => kind === 'failed')).toEqual([])
  expect(report.proofs.length).toBeLessThan(20)
})

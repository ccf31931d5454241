import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAccessFile } from './parse-access-file.ts'

const example = `accounts:
  build:    { id: "111111111111", profile: build-admin }
  ourthing: { id: "222222222222", profile: ourthing-admin }

grants:
  push-images:
    description: the build server pushes container images
    owner: platform@example.com
    expires: 2027-06-30
    from:
      account: build
      principals: [role/gitlab-runner]
      policy: { kind: inline, name: stile-push-images, resource: exact }
    to:
      accounts: [ourthing]
      role: OurThingBuildRole
    allow:
      - policy: AmazonEC2ContainerRegistryPowerUser
      - actions: [s3:GetObject, s3:PutObject]
        resources: ["arn:aws:s3:::build-cache/*"]
    require:
      externalId: some_key_build
      sourceIp: [203.0.113.0/24]
    session: { maxDuration: 1h, tags: { team: platform }, sourceIdentity: required }

expect:
  - { can: push-images, do: ecr:PutImage, on: "arn:aws:ecr:eu-west-1:222222222222:repository/app" }
  - { cannot: push-images, do: s3:DeleteObject, on: "arn:aws:s3:::build-cache/*" }
  - { cannot: "build:role/intern", do: ecr:PutImage }
`

const accounts = `accounts:
  build: { id: "111111111111", ou: Shared }
  dev: { id: "222222222222", ou: Workloads/Dev, tags: { env: dev } }
  prod: { id: "333333333333", ou: Workloads/Prod, tags: { env: prod } }
  main: { id: "444444444444", management: true, tags: { env: prod }, ou: Workloads }
`

function accessOf(...texts: readonly string[]) {
  const parse = parseAccessFile(texts.map((text, index) => ({ file: `${index}.yaml`, text })))
  if (!parse.ok) throw new Error(JSON.stringify(parse.problems, null, 1))
  return parse.access
}

function grantOf(parts: {
  readonly from?: string
  readonly to?: string
  readonly allow?: string
  readonly more?: string
}) {
  const access = accessOf(`${accounts}grants:
  g:
    from: ${parts.from ?? '{ account: build }'}
    to: ${parts.to ?? '{ accounts: prod, role: R }'}
    allow: ${parts.allow ?? '[{ policy: ReadOnlyAccess }]'}
    ${parts.more ?? ''}
`)
  const [grant] = access.grants
  if (grant === undefined) throw new Error('bug: no grant')
  return grant
}

function toNames(to: string): readonly string[] {
  return grantOf({ to: `{ ${to}, role: R }` }).to.accounts.map(({ name }) => name)
}

describe('the example of the documentation', () => {
  const access = accessOf(example)
  const [build, ourthing] = access.accounts

  test('accounts', () => {
    expect(access.accounts).toEqual([
      {
        name: 'build',
        id: '111111111111',
        partition: 'aws',
        profile: 'build-admin',
        isManagement: false,
        tags: {},
        position: { file: '0.yaml', line: 2, column: 3 },
      },
      {
        name: 'ourthing',
        id: '222222222222',
        partition: 'aws',
        profile: 'ourthing-admin',
        isManagement: false,
        tags: {},
        position: { file: '0.yaml', line: 3, column: 3 },
      },
    ])
  })

  test('the grant', () => {
    expect(access.grants).toEqual([
      {
        name: 'push-images',
        description: 'the build server pushes container images',
        owner: 'platform@example.com',
        expires: { on: '2027-06-30', endsAt: '2027-07-01T00:00:00Z' },
        from: {
          kind: 'account',
          account: build,
          principals: [
            {
              kind: 'role',
              name: 'gitlab-runner',
              path: '/',
              position: { file: '0.yaml', line: 12, column: 20 },
            },
          ],
          allowWildcard: false,
          policy: { kind: 'inline', name: 'stile-push-images', resource: 'exact' },
        },
        to: { accounts: [ourthing], role: 'OurThingBuildRole', path: '/' },
        allow: [
          {
            kind: 'managed',
            policy: 'AmazonEC2ContainerRegistryPowerUser',
            position: { file: '0.yaml', line: 18, column: 9 },
          },
          {
            kind: 'statement',
            statement: {
              effect: 'Allow',
              actions: ['s3:GetObject', 's3:PutObject'],
              notActions: [],
              resources: ['arn:aws:s3:::build-cache/*'],
              notResources: [],
              conditions: {},
            },
            position: { file: '0.yaml', line: 19, column: 9 },
          },
        ],
        require: { externalId: 'some_key_build', mfa: false, sourceIp: ['203.0.113.0/24'] },
        session: {
          maxDurationSeconds: 3600,
          tags: { team: 'platform' },
          transitiveTags: [],
          sourceIdentity: 'required',
        },
        position: { file: '0.yaml', line: 6, column: 3 },
      },
    ])
  })

  test('the expectations', () => {
    expect(access.expectations).toEqual([
      {
        kind: 'can',
        subject: { kind: 'grant', grant: 'push-images' },
        action: 'ecr:PutImage',
        resource: 'arn:aws:ecr:eu-west-1:222222222222:repository/app',
        inAccounts: [],
        when: {},
        position: { file: '0.yaml', line: 27, column: 5 },
      },
      {
        kind: 'cannot',
        subject: { kind: 'grant', grant: 'push-images' },
        action: 's3:DeleteObject',
        resource: 'arn:aws:s3:::build-cache/*',
        inAccounts: [],
        when: {},
        position: { file: '0.yaml', line: 28, column: 5 },
      },
      {
        kind: 'cannot',
        subject: {
          kind: 'principal',
          account: build,
          principal: {
            kind: 'role',
            name: 'intern',
            path: '/',
            position: { file: '0.yaml', line: 29, column: 15 },
          },
        },
        action: 'ecr:PutImage',
        resource: '*',
        inAccounts: [],
        when: {},
        position: { file: '0.yaml', line: 29, column: 5 },
      },
    ])
  })
})

describe('from', () => {
  test('left out, principals mean the whole account', () => {
    expect(grantOf({ from: '{ account: build }' }).from).toMatchObject({ principals: [] })
  })

  test('principals of every kind, with paths', () => {
    const { from } = grantOf({
      from: '{ account: build, principals: [user/a, role/x/y/b, group/g/c, permission-set/D] }',
    })
    expect(from.kind === 'account' && from.principals).toMatchObject([
      { kind: 'user', path: '/', name: 'a' },
      { kind: 'role', path: '/x/y/', name: 'b' },
      { kind: 'group', path: '/g/', name: 'c' },
      { kind: 'permission-set', path: '/', name: 'D' },
    ])
  })

  test('a vendor, with and without a role', () => {
    const more = 'require: { externalId: abc }'
    expect(grantOf({ from: '{ external: { account: "999999999999" } }', more }).from).toEqual({
      kind: 'external',
      accountId: '999999999999',
    })
    expect(
      grantOf({ from: '{ external: { account: "999999999999", role: role/a/b } }', more }).from,
    ).toEqual({ kind: 'external', accountId: '999999999999', role: 'a/b' })
  })

  test('an OIDC issuer, written as a URL or as a host', () => {
    const expected = {
      kind: 'oidc',
      issuer: 'gitlab.example.com/x',
      audience: 'a',
      subjects: ['s:1', 's:2'],
      provider: 'create',
    }
    for (const issuer of ['https://gitlab.example.com/x/', 'gitlab.example.com/x']) {
      const from = `{ oidc: { issuer: "${issuer}", audience: a, subject: ["s:1", "s:2"], provider: create } }`
      expect(grantOf({ from }).from).toEqual(expected)
    }
  })

  test('trust, wildcards and the policy of the callers', () => {
    const from =
      '{ account: build, principals: role/ci-*, allowWildcard: true, trust: account, policy: { kind: managed, name: P, resource: any-account }, verifyAs: runner }'
    expect(grantOf({ from }).from).toMatchObject({
      trust: 'account',
      allowWildcard: true,
      policy: { kind: 'managed', name: 'P', resource: 'any-account' },
      verifyAs: 'runner',
    })
    expect(grantOf({}).from).toMatchObject({ policy: { kind: 'inline', name: 'stile-g' } })
  })
})

describe('to.accounts', () => {
  test.each([
    ['accounts: prod', ['prod']],
    ['accounts: [prod, dev, prod]', ['dev', 'prod']],
    ['accounts: all', ['dev', 'prod']],
    ['accounts: [all, main]', ['dev', 'prod', 'main']],
    ['accounts: [build]', ['build']],
    ['accounts: "ou:Workloads"', ['dev', 'prod']],
    ['accounts: "ou:Workloads/Prod"', ['prod']],
    ['accounts: "tag:env=prod"', ['prod']],
    ['accounts: all, except: dev', ['prod']],
    ['accounts: all, except: ["tag:env=dev"]', ['prod']],
    ['accounts: all, except: ["ou:Workloads/Prod"]', ['dev']],
  ])('%s', (to, names) => expect(toNames(to)).toEqual(names))
})

describe('allow, require, session and expires', () => {
  test('a statement with conditions keeps values as they are written', () => {
    const allow =
      '[{ sid: A, effect: Deny, notActions: s3:Get*, notResources: "*", conditions: { StringEquals: { aws:PrincipalAccount: 012345670123, aws:x: [a, true] }, NumericLessThan: { aws:y: 3600 } } }]'
    expect(grantOf({ allow }).allow).toMatchObject([
      {
        statement: {
          sid: 'A',
          effect: 'Deny',
          actions: [],
          notActions: ['s3:Get*'],
          resources: [],
          notResources: ['*'],
          conditions: {
            StringEquals: { 'aws:PrincipalAccount': ['012345670123'], 'aws:x': ['a', 'true'] },
            NumericLessThan: { 'aws:y': ['3600'] },
          },
        },
      },
    ])
  })

  test('pasted statements become one permission each', () => {
    const allow =
      '[{ statements: [{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }, { Effect: Deny, Action: [s3:PutObject], NotResource: ["*"], Sid: B }] }, { policy: customer/x/P }]'
    expect(grantOf({ allow }).allow).toMatchObject([
      { kind: 'statement', statement: { effect: 'Allow', actions: ['s3:GetObject'] } },
      { kind: 'statement', statement: { sid: 'B', effect: 'Deny', notResources: ['*'] } },
      { kind: 'managed', policy: 'customer/x/P' },
    ])
  })

  test('quoted digits are an external id', () => {
    expect(grantOf({ more: 'require: { externalId: "0012" }' }).require.externalId).toBe('0012')
  })

  test.each([
    ['45m', 2700],
    ['1h30m', 5400],
    ['7200', 7200],
    ['12h', 43_200],
  ])('maxDuration %s', (written, seconds) => {
    const { session } = grantOf({ more: `session: { maxDuration: ${written} }` })
    expect(session.maxDurationSeconds).toBe(seconds)
  })

  test('mfa and the source identity of the caller are for users and groups', () => {
    const { require, session } = grantOf({
      from: '{ account: build, principals: [user/a, group/b] }',
      more: 'session: { sourceIdentity: caller }\n    require: { mfa: true }',
    })
    expect([require.mfa, session.sourceIdentity]).toEqual([true, 'caller'])
  })

  test('a %YAML 1.1 directive changes neither dates nor yes and no', () => {
    const [grant] = accessOf(
      `%YAML 1.1\n---\n${example.replace('team: platform', 'team: yes')}`,
    ).grants
    expect(grant?.expires?.on).toBe('2027-06-30')
    expect(grant?.session.tags).toEqual({ team: 'yes' })
  })
})

describe('several grants and files', () => {
  test('grants that agree may share a role', () => {
    const shared = (name: string) =>
      `  ${name}:\n    from: { account: build, principals: role/${name} }\n    to: { accounts: prod, role: R }\n    allow: [{ policy: A }, { policy: B }]\n`
    const swapped = shared('b').replace(
      '{ policy: A }, { policy: B }',
      '{ policy: B }, { policy: A }',
    )
    expect(accessOf(`${accounts}grants:\n${shared('a')}${swapped}`).grants).toHaveLength(2)
  })

  test('a role of the same name in other accounts may differ', () => {
    const one = (name: string, policy: string) =>
      `  ${name}:\n    from: { account: build }\n    to: { accounts: ${name}, role: R }\n    allow: [{ policy: ${policy} }]\n`
    expect(
      accessOf(`${accounts}grants:\n${one('dev', 'A')}${one('prod', 'B')}`).grants,
    ).toHaveLength(2)
  })

  test('files are parsed together, and names may be declared in any of them', () => {
    const [head = '', tail = ''] = example.split('\ngrants:')
    const access = accessOf(`grants:${tail}`, head, '# nothing\n')
    expect(access.sources).toEqual(['0.yaml', '1.yaml', '2.yaml'])
    expect(access.grants[0]?.from).toMatchObject({ account: { position: { file: '1.yaml' } } })
  })

  test('a name declared in two files is reported in the second', () => {
    const sources = ['a', 'b'].map((name) => ({ file: `${name}.yaml`, text: example }))
    const { problems } = parseAccessFile(sources)
    expect(
      problems.map(({ code, position }) => `${position.file}:${position.line} ${code}`),
    ).toEqual([
      'b.yaml:2 duplicate-account',
      'b.yaml:3 duplicate-account',
      'b.yaml:6 duplicate-grant',
    ])
  })

  test('a file that is no YAML hides nothing of the others but unknown names', () => {
    const { ok, problems } = parseAccessFile([
      { file: 'a.yaml', text: 'accounts: {' },
      {
        file: 'b.yaml',
        text: 'grants:\n  g:\n    from: { account: a }\n    to: { accounts: b, role: "" }\n    allow: [{ policy: A }]\n',
      },
    ])
    expect(ok).toBe(false)
    expect(problems.map(({ code }) => code)).toEqual(['yaml', 'invalid-role-name'])
  })

  test('an alias is what its anchor holds', () => {
    const text = `${accounts}grants:
  a: { from: &from { account: build, principals: [role/x] }, to: { accounts: dev, role: A }, allow: &allow [{ policy: P }] }
  b: { from: *from, to: { accounts: prod, role: B }, allow: *allow }
`
    const [a, b] = accessOf(text).grants
    expect(b?.allow).toEqual(a?.allow)
    expect(b?.from).toMatchObject({ principals: [{ name: 'x' }] })
  })
})

test('expectations: lists make several, in narrows, when adds context', () => {
  const { expectations } = accessOf(
    `${example}  - { cannot: push-images, do: [s3:PutObject, "s3:Get*"], on: ["*", "arn:aws:s3:::b"], in: ourthing, when: { aws:SourceIp: 203.0.113.9, aws:x: [a, b], aws:n: 3, aws:id: 012, aws:t: true } }\n`,
  )
  const added = expectations.slice(3)
  expect(added.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
    's3:PutObject *',
    's3:PutObject arn:aws:s3:::b',
    's3:Get* *',
    's3:Get* arn:aws:s3:::b',
  ])
  expect(added[0]).toMatchObject({
    inAccounts: [{ name: 'ourthing' }],
    when: {
      'aws:SourceIp': '203.0.113.9',
      'aws:x': ['a', 'b'],
      'aws:n': 3,
      'aws:id': '012',
      'aws:t': true,
    },
  })
})

describe('any text', () => {
  const parses = (text: string) => {
    const parse = parseAccessFile([{ file: 'f.yaml', text }])
    const hasError = parse.problems.some(({ severity }) => severity === 'error')
    expect(parse.ok).toBe(!hasError)
    for (const { position } of parse.problems) {
      expect(position.line).toBeGreaterThan(0)
      expect(position.column).toBeGreaterThan(0)
      expect(position.line).toBeLessThanOrEqual(text.split('\n').length + 1)
    }
  }

  test('gives a result, never an exception', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), parses), { numRuns: 150 })
  })

  test('made of YAML’s own characters gives a result', () => {
    const unit = fc.constantFrom(
      ...'{}[]&*!|>%@-:?,#"\'`~<=ab1\n\t \r',
      'accounts',
      'grants:\n',
      '__proto__: ',
      '<<: ',
    )
    fc.assert(fc.property(fc.string({ unit, maxLength: 60 }), parses), { numRuns: 400 })
  })

  test('that is the example with a piece replaced gives a result', () => {
    const edit = fc.record({
      at: fc.nat(example.length),
      length: fc.nat(30),
      text: fc.oneof(
        fc.string(),
        fc.constantFrom('{}', '[]', 'null', '12', '*x', '&x ', '- ', ': ', '"'),
      ),
    })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) =>
        parses(
          edits.reduce(
            (text, { at, length, text: piece }) =>
              text.slice(0, at) + piece + text.slice(at + length),
            example,
          ),
        ),
      ),
      { numRuns: 150 },
    )
  })

  test('with any JSON value in the place of any part gives a result', () => {
    const parts = [
      '{ account: a }',
      '{ accounts: b, role: R }',
      '[{ policy: P }]',
      '{ mfa: true }',
      '{ maxDuration: 1h }',
    ]
    fc.assert(
      fc.property(fc.nat(parts.length - 1), fc.jsonValue({ maxDepth: 4 }), (index, value) => {
        const [from, to, allow, require, session] = parts.map((part, at) =>
          at === index ? JSON.stringify(value) : part,
        )
        parses(
          `accounts: { a: { id: "111111111111" }, b: { id: "222222222222" } }\ngrants:\n  g:\n    from: ${from}\n    to: ${to}\n    allow: ${allow}\n    require: ${require}\n    session: ${session}\nexpect: [${JSON.stringify(value)}]\n`,
        )
      }),
      { numRuns: 150 },
    )
  })

  test.each([
    ['nested brackets', '['.repeat(50_000)],
    ['nested maps', '{a: '.repeat(50_000)],
    ['a list of dashes', '- '.repeat(20_000)],
    ['a long line', `a: ${'x'.repeat(500_000)}`],
    ['only anchors', '&a '.repeat(1000)],
  ])('%s give a result', (_, text) => {
    expect(parseAccessFile([{ file: 'f', text }]).ok).toBe(false)
  })
})

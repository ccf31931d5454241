import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Account, Grant } from './access-file.ts'
import { readAssumable } from './assumable-roles.ts'
import { compileAccess } from './compile-access.ts'
import { parseAccessFile } from './parse-access-file.ts'
import { abilityOf, perhapsAble } from './prove-ability.ts'
import {
  grantCallers,
  mayAssumeAnything,
  ownCallers,
  roleCaller,
  sessionCaller,
} from './prove-callers.ts'
import { metContext, tryToEnter } from './prove-entry.ts'
import { reachSessions, reachWhenArmed } from './prove-reach.ts'
import { buildProofWorld, type ProofWorld } from './prove-world.ts'
import type { TrialCaller } from './trial-caller.ts'

// What is looked up to be quick is held here against the plain form: everything tried with the engine.

const own = ['build', 'prod', 'audit']
const accounts = Object.fromEntries(own.map((name, i) => [name, { id: `${i + 1}`.repeat(12) }]))
const roleNames = ['deploy', 'read', 'ci', 'stage']
const team = `\${aws:PrincipalTag/team}`

function some<T>(values: readonly T[], maxLength = 3): fc.Arbitrary<T[]> {
  return fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength })
}

function oneOf<T>(...values: readonly T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...values)
}

const principals = some([
  ...roleNames.map((name) => `role/${name}`),
  ...['role/team/ci', 'role/ci', 'user/ana', 'user/bob', 'group/devs', 'permission-set/Ops'],
  ...['role/c*', 'user/a?a', 'role/*'],
])
const from = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      {
        account: oneOf(...own),
        principals,
        allowWildcard: fc.constant(true),
        policy: oneOf({ resource: 'any-account' }, { kind: 'managed', name: 'shared' }),
      },
      { requiredKeys: ['account', 'principals', 'allowWildcard'] },
    ),
  },
  fc.record({ account: oneOf(...own) }),
  fc.constant({ external: { account: '999999999999', role: 'scan' } }),
  fc.constant({ external: { account: '999999999999' } }),
  fc.record({
    oidc: fc.record({
      issuer: oneOf('gitlab.example.com', 'git.example.com'),
      audience: fc.constant('a'),
      subject: some(['project_path:g/p:ref_type:branch:ref:main', 'job', 'other-job'], 2),
    }),
  }),
)
const resources = [
  ...['*', 'arn:aws:s3:::cache/*', 'arn:aws:s3:::cache', 'arn:aws:s3:::c*/x'],
  ...[`arn:aws:s3:::home/${team}/*`, 'arn:aws:iam::222222222222:role/deploy'],
]
const actions = ['s3:GetObject', 's3:Get*', 's3:*', 'ecr:PutImage', 'sts:AssumeRole', 'sts:*']
const condition = oneOf(
  { StringEquals: { 'aws:PrincipalTag/team': 'x' } },
  { StringLike: { 's3:prefix': 'a*' } },
)
const permission = fc.oneof(
  fc.record({ policy: oneOf('AmazonS3ReadOnlyAccess', 'PowerUserAccess', 'customer/Own') }),
  fc.record(
    {
      effect: oneOf('Deny'),
      actions: some(actions),
      resources: some(resources),
      conditions: condition,
    },
    { requiredKeys: ['actions', 'resources'] },
  ),
  fc.record({ notActions: some(actions), resources: some(resources) }),
  fc.record({ actions: some(actions), notResources: some(resources.slice(1)) }),
)
const grant = fc.record(
  {
    from,
    to: fc.record({ accounts: some(own, 2), role: oneOf(...roleNames) }),
    allow: fc.array(permission, { minLength: 1, maxLength: 2 }),
    require: fc.record({ externalId: oneOf('one-id', 'two-id') }),
    session: fc.record(
      { tags: fc.constant({ team: 'x' }), transitiveTags: fc.constant(['team']) },
      { requiredKeys: ['tags'] },
    ),
  },
  { requiredKeys: ['from', 'to', 'allow'] },
)
const asked = fc.record({
  do: oneOf(
    's3:GetObject',
    's3:Get*',
    's3:*',
    'ecr:PutImage',
    'sts:AssumeRole',
    'sts:Assume*',
    'sts:GetCallerIdentity',
  ),
  on: oneOf(...resources.slice(0, 4), 'arn:aws:s3:::home/x/a', 'arn:aws:s3:::other', resources[5]),
})
const accessFile = fc
  .record({
    grants: fc.array(grant, { minLength: 1, maxLength: 6 }),
    asks: fc.array(asked, { minLength: 2, maxLength: 6 }),
  })
  .map(({ grants, asks }) => ({
    accounts,
    grants: Object.fromEntries(withinRules(grants).map((one, i) => [`g${i}`, one])),
    expect: asks.map((one) => ({ cannot: 'build:role/ci', ...one })),
  }))

type RandomGrant = typeof grant extends fc.Arbitrary<infer G> ? G : never

/** What the parser insists on: a role does the same whoever comes in, and vendors bring an external id. */
function withinRules(grants: readonly RandomGrant[]): readonly unknown[] {
  const firsts = new Map<string, RandomGrant>()
  return grants.map((one) => {
    const first = firsts.get(one.to.role) ?? one
    firsts.set(one.to.role, first)
    const { require, session, ...rest } = { ...one, allow: first.allow }
    if ('oidc' in one.from) return rest
    const demands = 'external' in one.from ? { require: { externalId: 'one-id' } } : { require }
    return { ...rest, ...demands, session }
  })
}

function worldOf(file: unknown): ProofWorld | undefined {
  const parsed = parseAccessFile([{ file: 'access.yaml', text: JSON.stringify(file) }])
  if (!parsed.ok) return undefined
  const compiled = compileAccess(parsed.access)
  return compiled.ok
    ? buildProofWorld(parsed.access, compiled.compilation, Date.UTC(2026, 0, 1))
    : undefined
}

function callersOf(world: ProofWorld): readonly TrialCaller[] {
  const { grants, expectations } = world.access
  const ofGrants = grants.flatMap((one) =>
    one.to.accounts.flatMap((account) => grantCallers(world, one, account)),
  )
  const ofExpectations = expectations.flatMap(({ subject }) =>
    subject.kind === 'principal' ? ownCallers(world, subject.account, subject.principal) : [],
  )
  return [...new Set([...ofGrants, ...ofExpectations])]
}

/** Every way into every role is tried by everybody who got in before, in the same order. */
function reachPlainly(world: ProofWorld, first: TrialCaller): readonly string[] {
  const doors = world.roles.flatMap((role) =>
    role.desired.grants.map((one) => ({ role, grant: one })),
  )
  const reached = new Map<string, TrialCaller>()
  let frontier: readonly (readonly [TrialCaller, string])[] = [[first, '']]
  while (frontier.length > 0) {
    const found: (readonly [TrialCaller, string])[] = []
    for (const [caller, route] of frontier) {
      for (const { role, grant: one } of doors) {
        const key = `${role.desired.arn} by ${one.name}`
        const isKnown = [...reached.keys()].some((known) => known.startsWith(`${key} `))
        if (isKnown || callersPlace(one) !== placeOf(caller)) continue
        const context = metContext(one, caller, world.nowMs)
        if (!tryToEnter({ caller, role, context }).isIn) continue
        const step = [sessionCaller(world, role, one), `${route} ${one.name}`] as const
        reached.set(`${key} route${step[1]}`, step[0])
        found.push(step)
      }
    }
    frontier = found
  }
  return [...reached.keys()]
}

function callersPlace({ from: side }: Grant): string | undefined {
  if (side.kind === 'account') return side.account.id
  return side.kind === 'external' ? side.accountId : undefined
}

function placeOf({ principal }: TrialCaller): string | undefined {
  return 'accountId' in principal ? principal.accountId : undefined
}

function namesOf(sessions: ReturnType<typeof reachSessions>): readonly string[] {
  return sessions.map(
    ({ role, grant: one, route }) => `${role.desired.arn} by ${one.name} route ${route.join(' ')}`,
  )
}

test('sessions are reached as if every way in had been tried', () => {
  const seen = { worlds: 0, sessions: 0, chained: 0 }
  fc.assert(
    fc.property(accessFile, (file) => {
      const world = worldOf(file)
      if (world === undefined) return
      seen.worlds += 1
      for (const caller of callersOf(world)) {
        const plain = reachPlainly(world, caller)
        expect(namesOf(reachSessions(world, [{ caller }]))).toEqual(plain)
        const armed = { ...caller, identity: [...caller.identity, mayAssumeAnything(world)] }
        expect(namesOf(reachWhenArmed(world, [{ caller }]))).toEqual(reachPlainly(world, armed))
        seen.sessions += plain.length
        seen.chained += plain.filter((name) => / route \S+ /.test(name)).length
      }
    }),
    { numRuns: 150 },
  )
  expect(seen.worlds).toBeGreaterThan(50)
  expect(seen.sessions).toBeGreaterThan(200)
  expect(seen.chained).toBeGreaterThan(10)
})

test('who is passed over can do nothing of what is asked about', () => {
  const seen = { passedOver: 0, able: 0 }
  fc.assert(
    fc.property(accessFile, (file) => {
      const world = worldOf(file)
      if (world === undefined) return
      const sessions = world.roles.flatMap((role) =>
        role.desired.grants.map((one) => ({
          role,
          grant: one,
          caller: sessionCaller(world, role, one),
        })),
      )
      const holders = callersOf(world).filter(({ principal }) => 'accountId' in principal)
      const actors = [...sessions, ...holders.map((caller) => ({ caller }))]
      for (const ask of world.access.expectations) {
        const perhaps = new Set(perhapsAble(world, ask, actors))
        for (const actor of actors) {
          const { kind } = abilityOf(world, actor, ask)
          if (kind !== 'cannot') seen.able += 1
          if (perhaps.has(actor)) continue
          seen.passedOver += 1
          expect([ask.action, ask.resource, actor.caller.words, kind]).toContain('cannot')
        }
      }
    }),
    { numRuns: 150 },
  )
  expect(seen.passedOver).toBeGreaterThan(300)
  expect(seen.able).toBeGreaterThan(300)
})

test('what a caller holds leads to no other account, and within its own the trust may do without', () => {
  const account = { id: '111111111111', partition: 'aws' } as Account
  const isAssumable = readAssumable(roleCaller(account, '/nobody'))
  expect(isAssumable({ arn: 'arn:aws:iam::111111111111:role/a', account })).toBe(true)
  const other = { ...account, id: '222222222222' } as Account
  expect(isAssumable({ arn: 'arn:aws:iam::222222222222:role/a', account: other })).toBe(false)
})

test('questions about one caller are asked once', () => {
  const world = worldOf(oneCallerOf(40))
  if (world === undefined) throw new Error('the file has errors')
  const [first] = callersOf(world)
  if (first === undefined) throw new Error('there is no caller')
  const sessions = reachSessions(world, [{ caller: first }])
  expect(sessions).toHaveLength(40)
  expect(reachSessions(world, [{ caller: first }])).toBe(sessions)
  const ask = world.access.expectations[0]
  if (ask === undefined) throw new Error('there is no expectation')
  expect(perhapsAble(world, ask, sessions).map(({ role }) => role.desired.name)).toEqual(['r7'])
})

function oneCallerOf(count: number): unknown {
  const grants = Array.from({ length: count }, (_, i) => [
    `g${i}`,
    {
      from: { account: 'build', principals: ['role/ci'] },
      to: { accounts: ['prod'], role: `r${i}` },
      allow: [{ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::b${i}/*`] }],
    },
  ])
  return {
    accounts,
    grants: Object.fromEntries(grants),
    expect: [{ cannot: 'build:role/ci', do: 's3:GetObject', on: 'arn:aws:s3:::b7/a' }],
  }
}

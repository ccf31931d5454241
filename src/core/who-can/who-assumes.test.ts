import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAccountId } from '../arn/account-id.ts'
import { authorize } from '../evaluate/authorize.ts'
import { deriveContext } from '../evaluate/derive-context.ts'
import { parsePrincipal } from '../evaluate/parse-principal.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { PolicyType } from '../policy/policy.ts'
import { membersOf } from './assumer-set.ts'
import { decidePair, requestFor } from './decide-pair.ts'
import { deferPolicy } from './deferred-policy.ts'
import type { AccountLimits, Estate, EstatePrincipal } from './estate.ts'
import { indexEstate } from './estate-index.ts'
import { callerOf, outsidersOf } from './outsiders.ts'
import { callerKeys } from './policy-traits.ts'
import { whoAssumes } from './who-assumes.ts'
import { whoCan } from './who-can.ts'

const context = { 'aws:CurrentTime': '2026-05-01T00:00:00Z' }
const accounts = [1, 2, 3].map((each) => String(each).repeat(12))
const [one = '', two = '', three = ''] = accounts

/** One and the same object for one text: what many have is recognised by that. */
const shelf = new Map<string, CompiledPolicy>()

function compiled(type: PolicyType, statements: readonly object[]): CompiledPolicy {
  const document = { Version: '2012-10-17', Statement: statements }
  const key = `${type} ${JSON.stringify(document)}`
  const found = shelf.get(key)
  if (found !== undefined) return found
  const parsed = parsePolicy(document, type)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const made = deferPolicy(type, () => parsed.policy)
  shelf.set(key, made)
  return made
}

const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`

const conditions = fc.constantFrom<object>(
  {},
  {},
  {},
  { StringEquals: { 'sts:ExternalId': 'x' } },
  { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
  { StringNotEquals: { 'aws:PrincipalAccount': two } },
  { ArnLike: { 'aws:PrincipalArn': role('*', 'a*') } },
  { ArnEquals: { 'aws:PrincipalArn': [role(one, 'ab'), role(two, 'path/b')] } },
  { StringEquals: { 'aws:PrincipalType': 'User' } },
  { StringLike: { 'aws:username': 'a*' } },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
  { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } },
  { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
)
const effect = fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny')
const action = fc.constantFrom('sts:AssumeRole', 'sts:*', '*', 's3:GetObject')
const resource = fc.constantFrom<string | string[]>(
  '*',
  '*',
  role('*', 'a*'),
  role(two, '*'),
  [role(one, 'a'), role(three, 'ab')],
  role(two, 'path/b'),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
  role('${aws:PrincipalAccount}', '*'),
)
const statement = fc.record({
  Effect: effect,
  Action: action,
  Resource: resource,
  Condition: conditions,
})
const identityPolicy = fc.array(statement, { minLength: 1, maxLength: 2 })

const principal = fc.constantFrom<object>(
  { Principal: '*' },
  { Principal: { AWS: '*' } },
  { Principal: { AWS: one } },
  { Principal: { AWS: `arn:aws:iam::${two}:root` } },
  { Principal: { AWS: [role(one, 'a'), three] } },
  { Principal: { AWS: role(two, 'path/b') } },
  { Principal: { AWS: `arn:aws:iam::${one}:user/a` } },
  { Principal: { AWS: `arn:aws:sts::${one}:assumed-role/a/s1` } },
  { Principal: { AWS: '999999999999' } },
  { Principal: { Service: 'ec2.amazonaws.com' } },
)
const trustStatement = fc
  .tuple(effect, principal, conditions)
  .map(([Effect, who, Condition]) => ({ Effect, ...who, Action: 'sts:AssumeRole', Condition }))
const trustPolicy = fc.array(trustStatement, { minLength: 1, maxLength: 3 })

/** Few documents for many principals, so that there are cohorts. */
const estates = fc
  .record({
    identity: fc.array(identityPolicy, { minLength: 2, maxLength: 4 }),
    trust: fc.array(trustPolicy, { minLength: 1, maxLength: 3 }),
    scp: fc.option(statement, { nil: undefined }),
    rcp: fc.constantFrom<object | undefined>(
      undefined,
      undefined,
      { Action: 'sts:*', Resource: role('*', 'a') },
      {
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalArn': role(one, 'ab') } },
      },
    ),
    holders: fc.uniqueArray(
      fc.record({
        account: fc.constantFrom(...accounts),
        name: fc.constantFrom('role/a', 'role/ab', 'role/path/b', 'role/c', 'user/a', 'user/b'),
        may: fc.constantFrom<number[]>([0], [0], [0], [1], [1, 2], [3], []),
        within: fc.constantFrom(undefined, undefined, undefined, undefined, 0, 1),
        trusts: fc.nat(2),
      }),
      { minLength: 4, maxLength: 14, selector: ({ account, name }) => `${account} ${name}` },
    ),
  })
  .map(makeEstate)

interface Given {
  readonly identity: readonly object[][]
  readonly trust: readonly object[][]
  readonly scp: object | undefined
  readonly rcp: object | undefined
  readonly holders: readonly {
    readonly account: string
    readonly name: string
    readonly may: readonly number[]
    readonly within: number | undefined
    readonly trusts: number
  }[]
}

function makeEstate({ identity, trust, scp, rcp, holders }: Given): Estate {
  const policyAt = (type: PolicyType, list: readonly object[][], at: number): CompiledPolicy =>
    compiled(type, list[at % list.length] ?? [])
  const principals = holders.map(({ account, name, may, within, trusts }): EstatePrincipal => {
    const arn = `arn:aws:iam::${account}:${name}`
    const caller = callerOf(arn)
    const accountId = parseAccountId(account)
    if (caller === undefined || accountId === undefined) throw new Error(arn)
    return {
      arn,
      accountId,
      principal: caller,
      identity: may.map((at) => policyAt('identity', identity, at)),
      boundary: within === undefined ? null : [policyAt('boundary', identity, within)],
      trust: name.startsWith('user/') ? null : policyAt('trust', trust, trusts),
    }
  })
  const all = { Effect: 'Allow', Action: '*', Resource: '*' }
  const limits: AccountLimits = {
    scp: scp === undefined ? [] : [[compiled('scp', [all, { ...scp, Effect: 'Deny' }])]],
    rcp: rcp === undefined ? [] : [[compiled('rcp', [{ Effect: 'Deny', Principal: '*', ...rcp }])]],
  }
  const organization = new Map([
    [two, limits],
    [three, limits],
  ])
  return { principals, resources: [], organization, accounts: new Set(accounts), unread: [] }
}

test('sets hold exactly those whom the engine lets, pair by pair, each with its own provisos', () => {
  let shared = 0
  fc.assert(
    fc.property(estates, (estate) => {
      const index = indexEstate(estate)
      const roles = estate.principals.filter(({ trust }) => trust !== null)
      const found = [...whoAssumes(index, roles, context)]
      expect(found.map(({ role: each }) => each)).toEqual(roles)
      for (const { role: each, sets: own } of found) {
        const question = { action: 'sts:AssumeRole', resource: each.arn, context }
        const expected = new Map<string, unknown>()
        for (const caller of estate.principals) {
          const answer = decidePair(index, caller, question)
          if (answer !== undefined) expected.set(caller.arn, answer)
        }
        const members = own.flatMap(({ members: of, provisos, certainty }) =>
          [...membersOf(of)].map((member) => [member.arn, { provisos, certainty }] as const),
        )
        expect(new Map(members)).toEqual(expected)
        expect(members.length).toBe(expected.size)
        for (const { members: of, size } of own) {
          if (of.kind !== 'outside') expect([...membersOf(of)].length).toBe(size)
          if (size > 1) shared += 1
        }
      }
    }),
    { numRuns: 200 },
  )
  // Nothing is shown where no principals share an answer.
  expect(shared).toBeGreaterThan(2)
})

test('what a set says without a proviso, the engine says of each of its members', () => {
  fc.assert(
    fc.property(estates, (estate) => {
      const index = indexEstate(estate)
      for (const { role: each, sets } of whoAssumes(index, estate.principals, context)) {
        const question = { action: 'sts:AssumeRole', resource: each.arn, context }
        const allowed = estate.principals.filter((caller) => {
          const asked = requestFor(index, caller, question)
          return asked !== undefined && authorize(asked.request, asked.layers).kind === 'allow'
        })
        const told = sets
          .filter(({ provisos }) => provisos.length === 0)
          .flatMap(({ members }) => [...membersOf(members)])
        expect(told.map(({ arn }) => arn).sort()).toEqual(allowed.map(({ arn }) => arn).sort())
      }
    }),
    { numRuns: 200 },
  )
})

test('who-can finds the same, and those outside, decided one by one', () => {
  fc.assert(
    fc.property(estates, (estate) => {
      const index = indexEstate(estate)
      for (const { arn, trust } of estate.principals) {
        if (trust === null) continue
        const question = { action: 'sts:AssumeRole', resource: arn, context }
        const inside = estate.principals
          .filter((each) => decidePair(index, each, question) !== undefined)
          .map((each) => each.arn)
        const outside = outsidersOf(index, trust, question)
          .filter((each) => decidePair(index, each.asker, { ...question, action: each.action }))
          .map(({ who }) => who)
        const direct = [...whoCan(index, question)].filter(({ route }) => route.length === 0)
        expect([...new Set(direct.map(({ who }) => who))].sort()).toEqual(
          [...inside, ...outside].sort(),
        )
      }
    }),
    { numRuns: 200 },
  )
})

test('every key that follows from a principal is known for what it tells', () => {
  const callers = [
    parsePrincipal({ arn: `arn:aws:iam::${one}:user/a`, uniqueId: 'AIDAEXAMPLE' }),
    parsePrincipal({
      arn: `arn:aws:sts::${one}:assumed-role/a/s`,
      roleArn: role(one, 'a'),
      uniqueId: 'AROAEXAMPLE',
    }),
    parsePrincipal({ type: 'Service', service: 'ec2.amazonaws.com' }),
  ]
  const keys = callers.flatMap((each) =>
    each === undefined ? [] : Object.keys(deriveContext(each)),
  )
  expect(keys.length).toBeGreaterThan(6)
  for (const key of keys) expect(callerKeys[key.toLowerCase()]).toBeDefined()
})

const outsiderCases: readonly (readonly [string, object, readonly string[]])[] = [
  ['an account that was read', { 'aws:PrincipalArn': role(one, 'gone') }, []],
  [
    'another account',
    { 'aws:PrincipalArn': role('999999999999', 'x') },
    [role('999999999999', 'x')],
  ],
  ['any account', { 'aws:PrincipalArn': role('*', 'ci-*') }, [role('*', 'ci-*')]],
  [
    'several',
    { 'aws:PrincipalArn': ['1', '2'].map((each) => role(each.padStart(12, '8'), 'x')) },
    [role('888888888881', 'x'), role('888888888882', 'x')],
  ],
]
test.each(outsiderCases)('`*` narrowed to ARNs of %s', (_, ArnLike, expected) => {
  const accountId = parseAccountId(one)
  const caller = callerOf(role(one, 'hub'))
  if (accountId === undefined || caller === undefined) throw new Error('bug: no such role')
  const trust = compiled('trust', [
    { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Condition: { ArnLike } },
  ])
  const hub = {
    arn: role(one, 'hub'),
    accountId,
    principal: caller,
    identity: [],
    boundary: null,
    trust,
  }
  const index = indexEstate({
    principals: [hub],
    resources: [],
    organization: new Map(),
    accounts: new Set([one]),
    unread: [],
  })
  const [found] = [...whoAssumes(index, [hub], context)]
  expect(found?.sets.map(({ who }) => who)).toEqual(expected)
})

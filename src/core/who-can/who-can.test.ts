import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAccountId } from '../arn/account-id.ts'
import { authorize } from '../evaluate/authorize.ts'
import { type CompiledPolicy, compilePolicy } from '../policy/compile-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { PolicyType } from '../policy/policy.ts'
import { requestFor } from './decide-pair.ts'
import type { Estate, EstatePrincipal } from './estate.ts'
import { indexEstate } from './estate-index.ts'
import { callerOf } from './outsiders.ts'
import { whatCan } from './what-can.ts'
import { whoCan } from './who-can.ts'

function compiled(type: PolicyType, ...Statement: readonly unknown[]): CompiledPolicy {
  const parsed = parsePolicy({ Version: '2012-10-17', Statement }, type)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return compilePolicy(parsed.policy, type)
}

interface Held {
  readonly identity?: readonly CompiledPolicy[]
  readonly trust?: CompiledPolicy
}

function holder(arn: string, { identity = [], trust }: Held = {}): EstatePrincipal {
  const principal = callerOf(arn)
  const accountId = parseAccountId(arn.split(':')[4] ?? '')
  if (principal === undefined || accountId === undefined) throw new Error(arn)
  return { arn, accountId, principal, identity, boundary: null, trust: trust ?? null }
}

function estate(principals: readonly EstatePrincipal[]): Estate {
  const accounts = new Set(principals.map(({ accountId }) => accountId as string))
  return { principals, resources: [], organization: new Map(), accounts, unread: [] }
}

const roleOf = (account: number, name: string) =>
  `arn:aws:iam::${String(account).repeat(12)}:role/${name}`
const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource })
const trust = (AWS: string, more: object = {}) =>
  compiled('trust', { Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', ...more })

const bucketReader = [compiled('identity', allow('s3:GetObject', 'arn:aws:s3:::b/*'))]
const mayAssume = (arn: string) => [compiled('identity', allow('sts:AssumeRole', arn))]

const chain = estate([
  holder(roleOf(1, 'start'), { identity: mayAssume(roleOf(2, 'hop')) }),
  holder(roleOf(1, 'idle')),
  holder(roleOf(2, 'hop'), {
    identity: mayAssume(roleOf(2, 'reader')),
    trust: trust(roleOf(1, 'start'), { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }),
  }),
  holder(roleOf(2, 'reader'), {
    identity: bucketReader,
    trust: compiled(
      'trust',
      { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'sts:AssumeRole' },
      { Effect: 'Allow', Principal: { AWS: '999999999999' }, Action: 'sts:AssumeRole' },
      { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ),
  }),
])

const context = { 'aws:CurrentTime': '2026-05-01T00:00:00Z' }
const owner = parseAccountId('222222222222')
const question = {
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
  context,
  ...(owner === undefined ? {} : { resourceAccount: owner }),
}

test('everybody comes with the roles they go through and what is left open', () => {
  const found = [...whoCan(indexEstate(chain), question)].map(({ who, route, provisos }) => [
    who,
    route,
    provisos.map(({ text }) => text),
  ])
  expect(found).toEqual([
    [roleOf(2, 'reader'), [], []],
    ['arn:aws:iam::222222222222:root', [], []],
    [roleOf(2, 'hop'), [roleOf(2, 'reader')], []],
    ['999999999999', [roleOf(2, 'reader')], []],
    ['ec2.amazonaws.com', [roleOf(2, 'reader')], []],
    [roleOf(1, 'start'), [roleOf(2, 'hop'), roleOf(2, 'reader')], ['sts:ExternalId `x`']],
  ])
})

test('what a principal can become is found the other way round', () => {
  const index = indexEstate(chain)
  const start = chain.principals[0]
  const found =
    start === undefined ? [] : [...whatCan(index, { who: start.arn, asker: start }, context)]
  expect(found.map(({ who, abilities }) => [who, abilities.map(({ actions }) => actions)])).toEqual(
    [
      [roleOf(1, 'start'), [[['sts:AssumeRole']]].flat()],
      [roleOf(2, 'hop'), [[['sts:AssumeRole']]].flat()],
      [roleOf(2, 'reader'), [[['s3:GetObject']]].flat()],
    ],
  )
})

test('a demand that the question contradicts is not met', () => {
  const asked = { ...question, action: 'sts:AssumeRole', resource: roleOf(2, 'hop') }
  const index = indexEstate(chain)
  const withId = (id: string) => [
    ...whoCan(index, { ...asked, context: { ...context, 'sts:ExternalId': id } }),
  ]
  expect(withId('y')).toEqual([])
  expect(withId('x').map(({ who }) => who)).toEqual([roleOf(1, 'start')])
})

test('MFA is no way in for a role session', () => {
  const asks = trust('111111111111', {
    Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  })
  const user = 'arn:aws:iam::111111111111:user/ana'
  const index = indexEstate(
    estate([
      holder(roleOf(1, 'start'), { identity: mayAssume('*') }),
      holder(user, { identity: mayAssume('*') }),
      holder(roleOf(2, 'hop'), { trust: asks }),
    ]),
  )
  const asked = { ...question, action: 'sts:AssumeRole', resource: roleOf(2, 'hop') }
  expect([...whoCan(index, asked)].map(({ who }) => who)).toEqual([user])
})

const resources = ['*', roleOf(1, 'a'), roleOf(2, '*'), roleOf(2, 'a'), roleOf(3, 'b')]
const arbitraryHolder = fc.record({
  account: fc.constantFrom(1, 2, 3),
  name: fc.constantFrom('a', 'b', 'c'),
  may: fc.array(
    fc.record({ on: fc.constantFrom(...resources), effect: fc.constantFrom('Allow', 'Deny') }),
    { maxLength: 2 },
  ),
  trusts: fc.constantFrom('*', '111111111111', '222222222222', roleOf(1, 'a'), roleOf(3, 'b')),
})

test('the index leaves nobody out: every pair decided one by one says the same', () => {
  fc.assert(
    fc.property(fc.array(arbitraryHolder, { maxLength: 9 }), (given) => {
      const holders = given.map(({ account, name, may, trusts }) =>
        holder(roleOf(account, name), {
          identity: may.map(({ on, effect }) =>
            compiled('identity', { Effect: effect, Action: 'sts:AssumeRole', Resource: on }),
          ),
          trust: trust(trusts),
        }),
      )
      const unique = [...new Map(holders.map((each) => [each.arn, each])).values()]
      const index = indexEstate(estate(unique))
      for (const role of unique) {
        const asked = { action: 'sts:AssumeRole', resource: role.arn, context }
        const direct = [...whoCan(index, asked)]
          .filter(({ route, kind }) => route.length === 0 && kind === 'role')
          .map(({ who }) => who)
        const oneByOne = unique.filter((each) => {
          const made = requestFor(index, each, asked)
          return made !== undefined && authorize(made.request, made.layers).kind === 'allow'
        })
        expect([...direct].sort()).toEqual(oneByOne.map(({ arn }) => arn).sort())
      }
    }),
  )
})

test('who may only by keys whose values pull both ways is told, as assumed', () => {
  const from = (...ranges: readonly string[]) => ({
    Condition: { IpAddress: { 'aws:SourceIp': ranges } },
  })
  const held = holder(roleOf(2, 'reader'), {
    identity: [
      compiled('identity', {
        ...allow('s3:GetObject', '*'),
        ...from('203.0.113.0/25', '203.0.113.192/26'),
      }),
    ],
  })
  const boundary = [compiled('boundary', { ...allow('s3:*', '*'), ...from('203.0.113.128/25') })]
  const given = estate([{ ...held, boundary }])
  const [found] = [...whoCan(indexEstate(given), question)]
  expect(found).toMatchObject({
    who: held.arn,
    certainty: 'assumed',
    provisos: [
      { text: 'aws:SourceIp within `203.0.113.0/25` or `203.0.113.192/26`' },
      { text: 'aws:SourceIp within `203.0.113.128/25`' },
    ],
  })
  const asked = { ...question, context: { ...context, 'aws:SourceIp': '203.0.113.1' } }
  expect([...whoCan(indexEstate(given), asked)].map(({ kind }) => kind)).toEqual(['root'])
})

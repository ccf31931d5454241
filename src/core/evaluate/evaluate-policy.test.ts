import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileAction } from '../policy/action-index.ts'
import { type CompiledPolicy, compilePolicy } from '../policy/compile-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { PolicyType } from '../policy/policy.ts'
import { evaluatePolicy, type PolicyOutcome, type StatementMatch } from './evaluate-policy.ts'
import { type Facts, prepareFacts } from './facts.ts'
import { parsePrincipal } from './parse-principal.ts'
import type { Principal } from './request.ts'

const accounts = ['111111111111', '222222222222']

/** Names that begin each other, so that a statement's texts share much with those of others. */
const names = ['a', 'ab', 'abc', 'abd', 'b', 'ba', 'a/b', 'ab/c']
const ends = [
  '',
  '*',
  '/*',
  '?',
  'c',
  `/\${aws:username}`,
  `\${aws:username}`,
  `\${*}`,
  `\${aws:x}/a`,
]
const heads = ['arn:aws:s3:::', 'arn:aws:s3:::', 'arn:*:s3:::', 'arn:aws:s3:*:*:', 'arn:aws:sqs:::']

const resourcePattern = fc.oneof(
  { weight: 1, arbitrary: fc.constant('*') },
  {
    weight: 20,
    arbitrary: fc
      .tuple(fc.constantFrom(...heads), fc.constantFrom(...names), fc.constantFrom(...ends))
      .map((parts) => parts.join('')),
  },
)
const actionPattern = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('s3:GetObject', 's3:PutObject', 'S3:getobject') },
  { weight: 6, arbitrary: fc.constantFrom('s3:Get*', 's3:G*Object', 's3:Put*', 's3:*', 's3:?et*') },
  { weight: 1, arbitrary: fc.constantFrom('*', 'sqs:*', 'sqs:Get*') },
)
const principals = [
  ...accounts,
  ...accounts.flatMap((id) => [
    `arn:aws:iam::${id}:root`,
    `arn:aws:iam::${id}:role/a`,
    `arn:aws:iam::${id}:role/path/a`,
    `arn:aws:iam::${id}:role/ab`,
    `arn:aws:iam::${id}:user/a`,
    `arn:aws:sts::${id}:assumed-role/a/s`,
    `arn:aws:sts::${id}:federated-user/a`,
  ]),
  'AROAAAAAAAAAAAAAAAAAA',
  'AIDAAAAAAAAAAAAAAAAAA',
]

function list<T>(each: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> {
  return fc.array(each, { minLength: 1, maxLength })
}

const principalElement = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>('*', { AWS: '*' }, { CanonicalUser: 'a'.repeat(64) }),
  },
  { weight: 8, arbitrary: list(fc.constantFrom(...principals), 3).map((AWS) => ({ AWS })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('a.amazonaws.com', 'ab.amazonaws.com')
      .map((Service) => ({ Service })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('a.example', 'ab.example').map((Federated) => ({ Federated })),
  },
)

/** Mostly the element, now and then its `Not` form. */
function either<T>(name: string, value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc
    .tuple(fc.constantFrom(...Array.from({ length: 9 }, () => name), `Not${name}`), value)
    .map(([key, each]) => ({ [key]: each }))
}

const effects = fc.constantFrom('Allow', 'Allow', 'Deny').map((Effect) => ({ Effect }))
const versions = fc.constantFrom({ Version: '2012-10-17' }, { Version: '2012-10-17' }, {})

/** What the statements differ in: where only one thing is left, they are many enough to be grouped by it. */
interface World {
  readonly type: PolicyType
  readonly action: fc.Arbitrary<object>
  readonly resource: fc.Arbitrary<object>
  readonly principal: fc.Arbitrary<object>
}

const wide: World = {
  type: 'identity',
  action: either('Action', list(actionPattern, 3)),
  resource: either('Resource', list(resourcePattern, 3)),
  principal: fc.constant({}),
}
const principal = either('Principal', principalElement)
const worlds: Readonly<Record<string, World>> = {
  'differ in actions and resources': wide,
  'differ in everything': { ...wide, type: 'resource', principal },
  'differ in principals': {
    type: 'resource',
    action: fc.constantFrom({ Action: 's3:GetObject' }, { Action: 's3:*' }, { Action: '*' }),
    resource: fc.constantFrom({ Resource: '*' }, { Resource: 'arn:aws:s3:::a*' }),
    principal,
  },
  'differ in actions': { ...wide, resource: fc.constant({ Resource: '*' }) },
}

/** So many statements that their lists are grouped, and the groups are grouped again. */
function policies({
  type,
  action,
  resource,
  principal: named,
}: World): fc.Arbitrary<CompiledPolicy> {
  const statement = fc
    .tuple(effects, action, resource, named)
    .map((all) => Object.assign({}, ...all))
  const statements = fc.array(statement, { minLength: 20, maxLength: 120 })
  return fc.tuple(versions, statements).map(([version, Statement]) => {
    const parsed = parsePolicy({ ...version, Statement }, type)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    return compilePolicy(parsed.policy, 'indexed')
  })
}

const callers: readonly unknown[] = [
  ...accounts.flatMap((id) => [
    `arn:aws:iam::${id}:root`,
    `arn:aws:iam::${id}:user/a`,
    `arn:aws:sts::${id}:assumed-role/a/s`,
    { arn: `arn:aws:sts::${id}:assumed-role/a/s`, roleArn: `arn:aws:iam::${id}:role/path/a` },
    { arn: `arn:aws:sts::${id}:federated-user/a`, userArn: `arn:aws:iam::${id}:user/a` },
    `arn:aws:sts::${id}:federated-user/a`,
  ]),
  { type: 'Anonymous' },
  { type: 'Service', service: 'a.amazonaws.com' },
  { type: 'Federated', arn: 'a.example' },
]

const facts: fc.Arbitrary<() => Facts> = fc
  .record({
    principal: fc.constantFrom(...callers).map(requirePrincipal),
    action: fc.constantFrom('s3:GetObject', 's3:PutObject', 'sqs:GetObject'),
    resource: fc.oneof(
      { weight: 1, arbitrary: fc.constant('*') },
      { weight: 9, arbitrary: fc.constantFrom(...names).map((name) => `arn:aws:s3:::${name}`) },
      { weight: 9, arbitrary: fc.constantFrom(...names).map((name) => `arn:aws:s3:::a/${name}`) },
    ),
    context: fc.constantFrom({}, { 'aws:x': ['b', 'c'] }, { 'aws:x': 'b' }),
  })
  .map((request) => () => {
    const resourceAccount = '222222222222' as Facts['request']['resourceAccount']
    return prepareFacts({ ...request, resourceAccount }, { hasBoundary: false })
  })

function requirePrincipal(value: unknown): Principal {
  const principal = parsePrincipal(value)
  if (principal === undefined) throw new Error(`no principal: ${JSON.stringify(value)}`)
  return principal
}

/** The same policy, of which every statement is looked at. */
function withoutIndex(compiled: CompiledPolicy): CompiledPolicy {
  const all = compiled.statements.map((statement, i) => {
    const action = compiled.policy.statements[i]?.action
    if (action === undefined) throw new Error('a statement without an action')
    return { statement, matchesAction: compileAction(action) }
  })
  const none = new Map<string, never>()
  return { ...compiled, index: { exact: none, byService: none, rest: { all, groups: undefined } } }
}

test.each(Object.entries(worlds))(
  'statements that %s yield what they yield when each is looked at',
  (_, world) => {
    const seen = { allows: 0, denies: 0 }
    fc.assert(
      fc.property(policies(world), list(facts, 12), (policy, requests) => {
        const plain = withoutIndex(policy)
        for (const request of requests) {
          const found = evaluatePolicy(policy, request())
          expect(readable(found)).toEqual(readable(evaluatePolicy(plain, request())))
          seen.allows += found.allows.length
          seen.denies += found.denies.length
        }
      }),
      { numRuns: 200 },
    )
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(200)
  },
)

function readable(outcome: PolicyOutcome): unknown {
  const matches = (list: readonly StatementMatch[]): unknown =>
    list.map(({ statement, grade, doubts }) => [statement.ref.index, grade, doubts])
  const { allowDoubts, denyDoubts } = outcome
  return {
    allows: matches(outcome.allows),
    denies: matches(outcome.denies),
    allowDoubts,
    denyDoubts,
  }
}

test('the sessions of a role that others do not agree on are compared with every statement', () => {
  const Statement = Array.from({ length: 20 }, (_, i) => ({
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: '*',
    Principal: { AWS: `arn:aws:iam::111111111111:role/role-${i}` },
  }))
  const parsed = parsePolicy({ Statement }, 'resource')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const principal = {
    ...requirePrincipal('arn:aws:sts::111111111111:assumed-role/other/s'),
    roleArn: 'arn:aws:iam::111111111111:role/role-7',
  } as Principal
  const resourceAccount = '222222222222' as Facts['request']['resourceAccount']
  const request = { principal, action: 's3:GetObject', resource: '*', resourceAccount, context: {} }
  const found = evaluatePolicy(
    compilePolicy(parsed.policy, 'p'),
    prepareFacts(request, { hasBoundary: false }),
  )
  expect(found.allows.map(({ statement }) => statement.ref.index)).toEqual([7])
})

test('more matches than a call takes arguments are in the order of the document', () => {
  const length = 150_000
  const one = { Effect: 'Allow', Action: ['s3:GetObject'], Resource: '*' }
  const other = { ...one, Action: 's3:*' }
  const Statement = Array.from({ length }, (_, i) => (i % 2 === 0 ? one : other))
  const parsed = parsePolicy({ Statement }, 'identity')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const resourceAccount = '111111111111' as Facts['request']['resourceAccount']
  const principal = requirePrincipal('arn:aws:iam::111111111111:user/a')
  const request = { principal, action: 's3:GetObject', resource: '*', resourceAccount, context: {} }
  const { allows } = evaluatePolicy(
    compilePolicy(parsed.policy, 'p'),
    prepareFacts(request, { hasBoundary: false }),
  )
  expect(allows.length).toBe(length)
  expect(allows.every(({ statement }, i) => statement.ref.index === i)).toBe(true)
})

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { operatorNames } from '../condition/operators.ts'
import { authorize } from '../evaluate/authorize.ts'
import { parseScenario } from '../scenario/parse-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { flip, flipByContext } from './flip.ts'
import { renderFlip } from './render-flip.ts'

const role = 'arn:aws:iam::222222222222:role/OurThingBuildRole'
const runner = {
  arn: 'arn:aws:sts::111111111111:assumed-role/gitlab-runner/s',
  roleArn: 'arn:aws:iam::111111111111:role/gitlab-runner',
}
const mayAssume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: role }
const trusts = {
  Sid: 'push',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111111111111:root' },
  Action: 'sts:AssumeRole',
  Condition: {
    ArnEquals: { 'aws:PrincipalArn': runner.roleArn },
    StringEquals: { 'sts:ExternalId': 'some_key_build' },
  },
}

interface Asked {
  readonly principal?: unknown
  readonly action?: string
  readonly resource?: string
  readonly context?: Readonly<Record<string, unknown>>
  readonly policies: Readonly<Record<string, unknown>>
}

function scenario({ policies, ...request }: Asked): Scenario {
  const parsed = parseScenario({
    id: 't',
    request: { principal: runner, action: 'sts:AssumeRole', resource: role, ...request },
    policies,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.scenario
}

function document(...Statement: readonly unknown[]): unknown {
  return { Version: '2012-10-17', Statement }
}

function words(asked: Asked): readonly string[] {
  const { request, layers } = scenario(asked)
  return renderFlip(flip(request, layers))
}

const s3 = { action: 's3:GetObject', resource: 'arn:aws:s3:::logs/a' }
const ana = 'arn:aws:iam::222222222222:user/ana'
const own = { ...s3, principal: ana, resourceAccount: '222222222222' }
const mayGet = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::logs/*' }

const cases: readonly (readonly [string, Asked, readonly string[]])[] = [
  [
    'a missing external id is sent',
    { policies: { identity: [document(mayAssume)], resource: document(trusts) } },
    ['to allow it: pass the external id `some_key_build` (sts:ExternalId)'],
  ],
  [
    'a caller that the trust policy leaves out is added where the others are',
    {
      principal: {
        ...runner,
        arn: runner.arn.replace('gitlab-runner', 'intern'),
        roleArn: runner.roleArn.replace('gitlab-runner', 'intern'),
      },
      context: { 'sts:ExternalId': 'some_key_build' },
      policies: { identity: [document(mayAssume)], resource: document(trusts) },
    },
    [
      'to allow it: in the trust policy in 222222222222, Statement[0] (push): add `arn:aws:iam::111111111111:role/intern` to the values of aws:PrincipalArn',
    ],
  ],
  [
    'both sides are mended, in order',
    { policies: { resource: document(trusts) } },
    [
      'to allow it:',
      `  1. attach an identity-based policy in 111111111111 with: Allow sts:AssumeRole on \`${role}\``,
      '  2. pass the external id `some_key_build` (sts:ExternalId)',
    ],
  ],
  [
    'a statement about the same action is widened by the resource',
    { ...own, resource: 'arn:aws:s3:::other/a', policies: { identity: [document(mayGet)] } },
    [
      'to allow it: in the identity-based policy `identity[0]` in 222222222222, Statement[0]: add `arn:aws:s3:::other/a` to the resources',
    ],
  ],
  [
    'a statement about more than the action is left as it is',
    {
      ...own,
      resource: 'arn:aws:s3:::other/a',
      policies: { identity: [document({ ...mayGet, Action: 's3:*' })] },
    },
    [
      'to allow it: add to the identity-based policy `identity[0]` in 222222222222: Allow s3:GetObject on `arn:aws:s3:::other/a`',
    ],
  ],
  [
    'a deny without MFA is met by MFA',
    {
      ...own,
      policies: {
        identity: [
          document(mayGet, {
            Effect: 'Deny',
            Action: '*',
            Resource: '*',
            Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
          }),
        ],
      },
      context: { 'aws:MultiFactorAuthPresent': 'false' },
    },
    ['to allow it: sign in with MFA, so that the request has aws:MultiFactorAuthPresent `true`'],
  ],
  [
    'a deny without conditions can only be lifted',
    {
      ...own,
      policies: {
        identity: [
          document(mayGet, { Sid: 'Never', Effect: 'Deny', Action: 's3:*', Resource: '*' }),
        ],
      },
    },
    [
      'to allow it: remove Statement[1] (Never) from the identity-based policy `identity[0]` in 222222222222',
      '  warning: the deny then holds for nobody: see first why it is there',
    ],
  ],
  [
    'a deny that lists the action among others loses it',
    {
      ...own,
      policies: {
        identity: [
          document(mayGet, {
            Effect: 'Deny',
            Action: ['s3:GetObject', 's3:PutObject'],
            Resource: '*',
          }),
        ],
      },
    },
    [
      'to allow it: in the identity-based policy `identity[0]` in 222222222222, Statement[1]: take s3:GetObject out of the actions',
    ],
  ],
  [
    'a boundary has to allow as well',
    {
      ...own,
      policies: {
        identity: [document(mayGet)],
        boundary: [document({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' })],
      },
    },
    [
      'to allow it: add to the permissions boundary `boundary[0]` in 222222222222: Allow s3:GetObject on `arn:aws:s3:::logs/a`',
    ],
  ],
  [
    'an end in the past is put off',
    {
      ...own,
      context: { 'aws:CurrentTime': '2026-05-02T00:00:00Z' },
      policies: {
        identity: [
          document({
            ...mayGet,
            Condition: { DateLessThan: { 'aws:CurrentTime': '2026-05-01T00:00:00Z' } },
          }),
        ],
      },
    },
    [
      'to allow it: in the identity-based policy `identity[0]` in 222222222222, Statement[0]: set to `2026-05-02T00:00:01.000Z` the values of aws:CurrentTime',
    ],
  ],
  [
    'a root user cannot assume roles whatever one changes',
    { principal: 'arn:aws:iam::111111111111:root', policies: { resource: document(trusts) } },
    [
      'nothing smaller changes the answer: a root user cannot assume roles: let a user or a role do it',
    ],
  ],
  [
    'an allow of exactly this goes with its statement',
    {
      context: { 'sts:ExternalId': 'some_key_build' },
      policies: { identity: [document(mayAssume)], resource: document(trusts) },
    },
    ['to take it away: remove Statement[0] (push) from the trust policy in 222222222222'],
  ],
  [
    'an allow of more is taken away by a deny of this alone',
    { ...own, policies: { identity: [document({ ...mayGet, Action: 's3:*' })] } },
    [
      'to take it away: add to the identity-based policy `identity[0]` in 222222222222: Deny s3:GetObject on `arn:aws:s3:::logs/a`',
    ],
  ],
]

test.each(cases)('%s', (_, asked, expected) => {
  expect(words(asked)).toEqual(expected)
})

test('AWS’s own policies are never edited: a statement goes beside them', () => {
  const asked = {
    ...own,
    policies: { identity: [document({ ...mayGet, Resource: 'arn:aws:s3:::x' })] },
  }
  const { request, layers } = scenario(asked)
  const found = flip(request, layers, { isFixed: () => true })
  expect(found.kind === 'changes' && found.changes).toMatchObject([
    { kind: 'addStatement', policy: null },
  ])
})

const conformance = new URL('../../../test/conformance/', import.meta.url)
const scenarios = readdirSync(conformance)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name): readonly unknown[] =>
    JSON.parse(readFileSync(new URL(name, conformance), 'utf8')),
  )

/** The changes made in the scenario's own JSON, as a person would make them. */
function applyByHand(
  raw: Readonly<Record<string, unknown>>,
  scenarioAfter: ReturnType<typeof flip>,
): unknown {
  const copy = structuredClone(raw) as {
    request: Record<string, unknown>
    policies?: Record<string, unknown>
  }
  if (scenarioAfter.kind === 'none') return copy
  const policies = copy.policies ?? {}
  copy.policies = policies
  for (const change of scenarioAfter.changes) {
    if (change.kind === 'sendContext') {
      const before = Object.entries((copy.request.context ?? {}) as object)
      const others = before.filter(([key]) => key.toLowerCase() !== change.key.toLowerCase())
      copy.request.context = Object.fromEntries(
        change.value === null ? others : [...others, [change.key, change.value]],
      )
      continue
    }
    const label =
      change.kind === 'addStatement' || change.kind === 'detachPolicy'
        ? change.policy
        : change.ref.policy
    if (change.kind === 'detachPolicy') return undefined
    const layer = change.kind === 'addStatement' ? change.layer : change.ref.layer
    if (label === 'new policy') return undefined
    if (label === null) {
      const added = {
        Version: '2012-10-17',
        Statement: [change.kind === 'addStatement' ? change.statement : {}],
      }
      if (layer === 'trust' || layer === 'resource') policies.resource = added
      else if (layer === 'scp')
        (policies.scp as unknown[][])[
          change.kind === 'addStatement' ? (change.level ?? 0) : 0
        ]?.push(added)
      else policies[layer] = [...((policies[layer] ?? []) as unknown[]), added]
      continue
    }
    const found = label
      .split(/[.[\]]+/)
      .filter(Boolean)
      .reduce<unknown>(
        (at, key) =>
          Array.isArray(at) || key in (at as object) ? (at as Record<string, unknown>)[key] : at,
        policies,
      ) as { Statement: unknown }
    const list = [found.Statement].flat()
    if (change.kind === 'addStatement') list.push(change.statement)
    else if (change.kind === 'changeStatement') list[change.ref.index] = change.statement
    else list.splice(change.ref.index, 1)
    if (list.length === 0) return undefined
    found.Statement = list
  }
  return copy
}

test('every conformance case flips as said when the changes are made in its documents', () => {
  let [flipped, none] = [0, 0]
  for (const raw of scenarios) {
    const parsed = parseScenario(raw)
    if (!parsed.ok) continue
    const { id, request, layers } = parsed.scenario
    const found = flip(request, layers)
    if (found.kind === 'none') {
      none += 1
      continue
    }
    const made = applyByHand(raw as Readonly<Record<string, unknown>>, found)
    if (made === undefined) continue
    const again = parseScenario(made)
    if (!again.ok) throw new Error(`${id}: ${JSON.stringify(again.problems)}`)
    const after = authorize(again.scenario.request, again.scenario.layers)
    expect(after.kind === 'allow' ? 'allow' : 'deny', id).toBe(found.to)
    flipped += 1
  }
  expect(flipped).toBeGreaterThan(250)
  // What no document of the request's own can change: rules of AWS, grants of keys, the management account.
  expect(none).toBeLessThan(flipped / 15)
})

function valueFor(operator: string): string {
  if (operator.startsWith('Numeric')) return '7'
  if (operator.startsWith('Date')) return '2026-05-01T00:00:00Z'
  if (operator.startsWith('Arn')) return 'arn:aws:iam::111111111111:role/a*'
  if (operator.includes('IpAddress')) return '203.0.113.0/24'
  if (operator === 'Bool' || operator === 'Null') return 'true'
  return operator === 'BinaryEquals' ? 'QmluYXJ5' : 'a*c'
}

const prefixed = operatorNames
  .filter((operator) => operator !== 'Null')
  .flatMap((operator) => ['ForAnyValue:', 'ForAllValues:'].map((prefix) => `${prefix}${operator}`))

test.each([...operatorNames, ...prefixed])('a request that meets or dodges %s is found', (name) => {
  const operator = name.slice(name.indexOf(':') + 1)
  const condition = { Condition: { [name]: { 'x:key': valueFor(operator) } } }
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
  const met = scenario({ ...own, policies: { identity: [document({ ...mayGet, ...condition })] } })
  const answers = [{ context: {} }, { context: { 'x:other': 'a' } }].map(({ context }) =>
    flipByContext({ ...met.request, context }, met.layers),
  )
  expect(answers.map(({ kind }) => kind)).toEqual(['changes', 'changes'])
  const deny = { ...everything, Effect: 'Deny', ...condition }
  const dodged = scenario({ ...own, policies: { identity: [document(everything, deny)] } })
  const way = flipByContext(dodged.request, dodged.layers)
  // AWS: a negated operator under `ForAnyValue` and all under `ForAllValues` have their own answers to a missing key.
  const isSure = !name.startsWith('ForAllValues:') || /Not/.test(operator)
  if (isSure) expect(way.kind).toBe('changes')
})

test('a range on one key is met from both ends', () => {
  const range = {
    NumericGreaterThan: { 'x:n': '5' },
    NumericLessThan: { 'x:n': '7' },
  }
  const { request, layers } = scenario({
    ...own,
    policies: { identity: [document({ ...mayGet, Condition: range })] },
  })
  expect(flipByContext(request, layers)).toMatchObject({
    kind: 'changes',
    changes: [{ key: 'x:n', value: '6', demand: 'x:n above `5` and x:n below `7`' }],
  })
})

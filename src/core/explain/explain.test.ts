import { expect, test } from 'vitest'
import {
  compilePolicy,
  emptyLayers,
  explain,
  type PolicyLayers,
  type PolicyType,
  type Principal,
  parseAccountId,
  parsePolicy,
  parsePrincipal,
  type Request,
  type RequestContext,
  renderDenial,
  renderExplanation,
} from '../index.ts'

function policy(type: PolicyType, label: string, ...statements: readonly unknown[]) {
  const parse = parsePolicy({ Version: '2012-10-17', Statement: statements }, type)
  if (!parse.ok) throw new Error(JSON.stringify(parse.problems))
  return compilePolicy(parse.policy, label)
}

function principal(value: unknown): Principal {
  const parsed = parsePrincipal(value)
  if (parsed === undefined) throw new Error(`no principal: ${JSON.stringify(value)}`)
  return parsed
}

const role = 'arn:aws:iam::222222222222:role/OurThingBuildRole'
const runner = principal({
  arn: 'arn:aws:sts::111111111111:assumed-role/gitlab-runner/job',
  roleArn: 'arn:aws:iam::111111111111:role/ci/gitlab-runner',
})

function ask(resource: string, over: Partial<Request> = {}): Request {
  const resourceAccount = parseAccountId(resource.split(':')[4] ?? '')
  if (resourceAccount === undefined) throw new Error('no account')
  const base = { principal: runner, action: 'sts:AssumeRole', context: {} as RequestContext }
  return { ...base, resource, resourceAccount, ...over }
}

const mayAssume = policy('identity', 'push-images', {
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Resource: role,
})
const trust = policy('trust', 'OurThingBuildRole', {
  Sid: 'PushImages',
  Effect: 'Allow',
  Principal: { AWS: '111111111111' },
  Action: 'sts:AssumeRole',
  Condition: {
    StringEquals: { 'sts:ExternalId': 'some_key_build' },
    ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/ci/gitlab-runner' },
  },
})
const layers: PolicyLayers = { ...emptyLayers, identity: [mayAssume], resource: trust }

test('a missing external id is told with the side and the document', () => {
  const { decision, cause } = explain(ask(role), layers)
  expect(decision).toMatchObject({ kind: 'implicitDeny', missing: 'trust', side: 'resource' })
  expect(cause).toEqual({
    side: 'resource',
    account: '222222222222',
    layer: 'trust',
    document: 'the trust policy in 222222222222',
    text: 'the trust policy in 222222222222 demands sts:ExternalId `some_key_build`, the request has none',
  })
})

test('every element that does not match is told, with the value the request has', () => {
  const other = principal('arn:aws:iam::111111111111:user/intern')
  const context = { 'sts:ExternalId': 'x' }
  const { cause } = explain(ask(role, { principal: other, context }), layers)
  expect(cause?.text).toBe(
    'the trust policy in 222222222222 demands sts:ExternalId `some_key_build`, the request has `x`; it demands aws:PrincipalArn like `arn:aws:iam::111111111111:role/ci/gitlab-runner`, the request has `arn:aws:iam::111111111111:user/intern`',
  )
})

test('a caller without permission is told on its own side', () => {
  const context = { 'sts:ExternalId': 'some_key_build' }
  const narrow = policy('identity', 'other', {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Resource: 'arn:aws:iam::222222222222:role/Other',
  })
  const { cause } = explain(ask(role, { context }), { ...layers, identity: [narrow] })
  expect(cause).toMatchObject({ side: 'principal', account: '111111111111', layer: 'identity' })
  expect(cause?.text).toBe(
    'the identity-based policy `other` in 111111111111 covers `arn:aws:iam::222222222222:role/Other`, the request is on `arn:aws:iam::222222222222:role/OurThingBuildRole`',
  )
  const none = explain(ask(role, { context }), { ...layers, identity: [] })
  expect(none.cause?.text).toBe(
    `nothing in the identity-based policies in 111111111111 allows sts:AssumeRole on \`${role}\``,
  )
})

test('an explicit deny is told by its statement', () => {
  const scp = policy('scp', 'p-guard', {
    Sid: 'NoSts',
    Effect: 'Deny',
    Action: 'sts:*',
    Resource: '*',
  })
  const { cause } = explain(ask(role), { ...layers, scp: [[scp]] })
  expect(cause?.text).toBe(
    'the service control policy `p-guard` in 111111111111 denies it in Statement[0] (NoSts)',
  )
})

test('an explanation reads from the answer down to the statements', () => {
  expect(renderExplanation(explain(ask(role), layers))).toEqual([
    `denied: \`arn:aws:sts::111111111111:assumed-role/gitlab-runner/job\` (a session of \`arn:aws:iam::111111111111:role/ci/gitlab-runner\`) → sts:AssumeRole on ${role}`,
    'because the trust policy in 222222222222 demands sts:ExternalId `some_key_build`, the request has none',
    '  identity-based policies in 111111111111: allows',
    '    + push-images [0] Allow: matches',
    '  trust policy in 222222222222: does not allow',
    '    - OurThingBuildRole [0] PushImages Allow: demands sts:ExternalId `some_key_build`, the request has none',
  ])
})

test('an allow has no cause', () => {
  const context = { 'sts:ExternalId': 'some_key_build' }
  const explanation = explain(ask(role, { context }), layers)
  expect(explanation.cause).toBeUndefined()
  expect(explanation.decision).toMatchObject({
    kind: 'allow',
    certainty: 'documented',
    by: [
      { layer: 'trust', policy: 'OurThingBuildRole', index: 0, sid: 'PushImages' },
      { layer: 'identity', policy: 'push-images', index: 0 },
    ],
  })
})

const own = 'arn:aws:iam::111111111111:role/deploy'
const ana = principal('arn:aws:iam::111111111111:user/ana')
const full = policy('identity', 'all', { Effect: 'Allow', Action: '*', Resource: '*' })
const ec2 = { Effect: 'Allow', Action: 'ec2:*', Resource: '*' }
const denyAll = { Effect: 'Deny', Action: '*', Resource: '*' }
const head = `User: arn:aws:iam::111111111111:user/ana is not authorized to perform: iam:GetRole on resource: ${own}`
const because = `${head} because no`

const denials: readonly (readonly [string, PolicyLayers])[] = [
  [`${because} identity-based policy allows the iam:GetRole action`, emptyLayers],
  [
    `${because} permissions boundary allows the iam:GetRole action`,
    { ...emptyLayers, identity: [full], boundary: [policy('boundary', 'b', ec2)] },
  ],
  [
    `${because} session policy allows the iam:GetRole action`,
    { ...emptyLayers, identity: [full], session: [policy('session', 's', ec2)] },
  ],
  [
    `${because} service control policy allows the iam:GetRole action`,
    { ...emptyLayers, identity: [full], scp: [[policy('scp', 's', ec2)]] },
  ],
  [
    `${because} VPC endpoint policy allows the iam:GetRole action`,
    { ...emptyLayers, identity: [full], vpce: [policy('vpce', 'v', { ...ec2, Principal: '*' })] },
  ],
  [
    `${head} with an explicit deny in an identity-based policy`,
    { ...emptyLayers, identity: [full, policy('identity', 'd', denyAll)] },
  ],
  [
    `${head} with an explicit deny in a permissions boundary`,
    { ...emptyLayers, identity: [full], boundary: [policy('boundary', 'd', denyAll)] },
  ],
  [
    `${head} with an explicit deny in a service control policy`,
    { ...emptyLayers, identity: [full], scp: [[policy('scp', 'd', denyAll)]] },
  ],
]
test.each(denials)('%s', (text, given) => {
  const request = ask(own, { principal: ana, action: 'iam:GetRole' })
  expect(renderDenial(request, explain(request, given).decision)).toBe(text)
})

test('a trust policy of the same account is named; another account is told no reason', () => {
  const inside = ask(own, { principal: ana })
  const given = { ...emptyLayers, identity: [full] }
  expect(renderDenial(inside, explain(inside, given).decision)).toBe(
    `User: arn:aws:iam::111111111111:user/ana is not authorized to perform: sts:AssumeRole on resource: ${own} because no role trust policy allows the sts:AssumeRole action`,
  )
  const outside = ask(role, { principal: ana })
  expect(renderDenial(outside, explain(outside, given).decision)).toBe(
    `User: arn:aws:iam::111111111111:user/ana is not authorized to perform: sts:AssumeRole on resource: ${role}`,
  )
  const root = ask(own, { principal: principal('arn:aws:iam::111111111111:root') })
  expect(renderDenial(root, explain(root, emptyLayers).decision)).toBe(
    'Roles may not be assumed by root accounts.',
  )
})

test('the trace agrees with the decision on which statements match', () => {
  const explanation = explain(ask(role), { ...layers, identity: [mayAssume, full] })
  const identity = explanation.layers.find((trace) => trace.layer === 'identity')
  expect(identity?.policies.map((each) => each.statements[0]?.matches)).toEqual([true, true])
})

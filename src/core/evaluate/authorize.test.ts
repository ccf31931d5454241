// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are text here
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  authorize,
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  explain,
  type PolicyLayers,
  type PolicyType,
  parseAccountId,
  parsePolicy,
  parsePrincipal,
  type Request,
} from '../index.ts'

type Json = Readonly<Record<string, unknown>>

const accounts = ['111111111111', '222222222222']
const oneOf = fc.constantFrom

const someOf = <T>(...values: readonly T[]): fc.Arbitrary<T[]> =>
  fc.uniqueArray(oneOf(...values), { minLength: 1, maxLength: 3 })

const condition = oneOf<Json | undefined>(
  undefined,
  undefined,
  { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
  { StringNotEquals: { 'aws:PrincipalTag/team': ['red', 'blue'] } },
  { 'ForAllValues:StringLike': { 'aws:TagKeys': ['t*', 'c'] } },
  { 'ForAnyValue:StringEqualsIfExists': { 'aws:TagKeys': 'team' } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/app' } },
  { IpAddressIfExists: { 'aws:SourceIp': '203.0.113.0/24' } },
  { NumericLessThan: { 's3:max-keys': '10' } },
  { Null: { 'aws:TagKeys': 'false' } },
)

const actions = someOf('s3:GetObject', 's3:Get*', 's3:*', '*', 's3:PutObject', 'sts:AssumeRole')
const resources = someOf(
  '*',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:::b/${aws:username}',
  'arn:aws:s3:::c',
)
const principals = oneOf<unknown>(
  '*',
  ...accounts.map((id) => ({ AWS: id })),
  { AWS: 'arn:aws:iam::111111111111:user/ana' },
  { AWS: ['arn:aws:iam::111111111111:role/app', 'arn:aws:iam::111111111111:role/x/app'] },
  { AWS: 'arn:aws:sts::111111111111:assumed-role/app/s1' },
  { Service: 'ec2.amazonaws.com' },
)

function statement(type: PolicyType): fc.Arbitrary<Json> {
  const isOf = (...types: readonly PolicyType[]): boolean => types.includes(type)
  const shape = fc.record({
    Effect: isOf('rcp') ? fc.constant('Deny') : oneOf('Allow', 'Allow', 'Deny'),
    action: actions,
    not: fc.boolean(),
    resource: resources,
    principal: principals,
    negate: fc.boolean(),
    condition,
  })
  return shape.map(({ Effect, action, not, resource, principal, negate, condition: given }) => ({
    Effect,
    [not && !isOf('rcp', 'trust') ? 'NotAction' : 'Action']: action,
    Resource: resource,
    ...(isOf('resource', 'vpce') ? { [negate ? 'NotPrincipal' : 'Principal']: principal } : {}),
    ...(isOf('rcp') ? { Principal: '*' } : {}),
    ...(given === undefined ? {} : { Condition: given }),
  }))
}

interface Documents {
  readonly identity: readonly (readonly Json[])[]
  readonly boundary: readonly (readonly Json[])[] | null
  readonly session: readonly (readonly Json[])[] | null
  readonly resource: readonly Json[] | null
  readonly scp: readonly (readonly Json[])[]
  readonly rcp: readonly (readonly Json[])[]
  readonly vpce: readonly (readonly Json[])[] | null
}

const full: Json = { Effect: 'Allow', Action: '*', Resource: '*' }
const list = (type: PolicyType): fc.Arbitrary<Json[]> =>
  fc.array(fc.oneof(statement(type), ...(type === 'rcp' ? [] : [fc.constant(full)])), {
    minLength: 1,
    maxLength: 3,
  })
const lists = (type: PolicyType): fc.Arbitrary<Json[][]> => fc.array(list(type), { maxLength: 2 })
const rare = { freq: 2 }

const documents: fc.Arbitrary<Documents> = fc.record({
  identity: lists('identity'),
  boundary: fc.option(lists('boundary'), rare),
  session: fc.option(lists('session'), rare),
  resource: fc.option(fc.array(statement('resource'), { minLength: 1, maxLength: 3 })),
  scp: lists('scp'),
  rcp: lists('rcp'),
  vpce: fc.option(fc.array(fc.array(statement('vpce'), { minLength: 1 }), { maxLength: 2 }), rare),
})

const request: fc.Arbitrary<Request> = fc
  .record({
    principal: oneOf<unknown>(
      'arn:aws:iam::111111111111:root',
      'arn:aws:iam::111111111111:user/ana',
      'arn:aws:sts::111111111111:assumed-role/app/s1',
      {
        arn: 'arn:aws:sts::111111111111:assumed-role/app/s1',
        roleArn: 'arn:aws:iam::111111111111:role/x/app',
      },
      'arn:aws:sts::111111111111:federated-user/kim',
      { type: 'Anonymous' },
      { type: 'Service', service: 'ec2.amazonaws.com' },
    ),
    action: oneOf('s3:GetObject', 's3:PutObject', 's3:ListBucket'),
    resource: oneOf('arn:aws:s3:::b/ana', 'arn:aws:s3:::b/x', 'arn:aws:s3:::c'),
    account: oneOf(...accounts),
    context: fc.record(
      {
        'aws:PrincipalTag/team': oneOf('red', 'blue', 'green'),
        'aws:TagKeys': fc.array(oneOf('team', 'c', 'x'), { maxLength: 2 }),
        'aws:SourceIp': oneOf('203.0.113.1', '198.51.100.1'),
        's3:max-keys': oneOf<number | string>(5, 50, 'many'),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ principal, account, ...rest }) => {
    const caller = parsePrincipal(principal)
    const resourceAccount = parseAccountId(account)
    if (caller === undefined || resourceAccount === undefined) throw new Error('bug: bad request')
    return { ...rest, principal: caller, resourceAccount }
  })

function compile(type: PolicyType, statements: readonly Json[]): CompiledPolicy {
  const parse = parsePolicy({ Version: '2012-10-17', Statement: statements }, type)
  if (!parse.ok) throw new Error(`bug: ${JSON.stringify(parse.problems)}`)
  return compilePolicy(parse.policy, type)
}

function compileAll(given: Documents): PolicyLayers {
  const all = (type: PolicyType, each: readonly (readonly Json[])[]): CompiledPolicy[] =>
    each.map((statements) => compile(type, statements))
  return {
    identity: all('identity', given.identity),
    boundary: given.boundary && all('boundary', given.boundary),
    session: given.session && all('session', given.session),
    resource: given.resource && compile('resource', given.resource),
    scp: given.scp.map((level) => [compile('scp', level)]),
    rcp: given.rcp.map((level) => [compile('rcp', level)]),
    vpce: given.vpce && all('vpce', given.vpce),
  }
}

/** What order must not change: the kind, the missing layer, the certainty. */
function gist(decision: Decision): unknown {
  const { kind, certainty, notes } = decision
  const missing = decision.kind === 'implicitDeny' ? decision.missing : undefined
  return { kind, certainty, notes, missing }
}

/** The same policies with `change` made to every statement list, and their order turned round. */
function rewrite(
  given: Documents,
  change: (statements: readonly Json[]) => readonly Json[],
): Documents {
  const each = (policies: readonly (readonly Json[])[]): readonly (readonly Json[])[] =>
    policies.map(change)
  return {
    identity: each(given.identity).toReversed(),
    boundary: given.boundary && each(given.boundary).toReversed(),
    session: given.session && each(given.session).toReversed(),
    resource: given.resource && change(given.resource),
    scp: each(given.scp),
    rcp: each(given.rcp),
    vpce: given.vpce && each(given.vpce).toReversed(),
  }
}

const runs = { numRuns: 700 }

test('the order of policies and statements is irrelevant', () => {
  fc.assert(
    fc.property(request, documents, (asked, given) => {
      const turned = rewrite(given, (statements) => statements.toReversed())
      expect(gist(authorize(asked, compileAll(turned)))).toEqual(
        gist(authorize(asked, compileAll(given))),
      )
    }),
    runs,
  )
})

test('adding a deny never allows', () => {
  const layers = ['identity', 'boundary', 'session', 'resource', 'scp', 'rcp', 'vpce'] as const
  const denial = oneOf(...layers).chain((layer) =>
    statement(layer).map((each) => ({ layer, deny: { ...each, Effect: 'Deny' } })),
  )
  fc.assert(
    fc.property(request, documents, denial, (asked, given, { layer, deny }) => {
      const before = compileAll(given)
      const lists = given[layer] ?? []
      const changed = layer === 'resource' ? [...lists, deny] : [...lists, [deny]]
      // A layer that was not attached and a new level would restrict by themselves: only what is there gets the deny.
      fc.pre(lists.length > 0 && layer !== 'scp')
      const after = compileAll({ ...given, [layer]: changed })
      if (authorize(asked, before).kind !== 'allow') {
        expect(authorize(asked, after).kind).not.toBe('allow')
      }
    }),
    runs,
  )
})

test('splitting a list of actions changes nothing', () => {
  const split = (statements: readonly Json[]): readonly Json[] =>
    statements.flatMap((each) => {
      const list = each.Action
      return Array.isArray(list) ? list.map((Action: unknown) => ({ ...each, Action })) : [each]
    })
  fc.assert(
    fc.property(request, documents, (asked, given) => {
      expect(gist(authorize(asked, compileAll(rewrite(given, split))))).toEqual(
        gist(authorize(asked, compileAll(given))),
      )
    }),
    runs,
  )
})

test('an explanation tells the same matches as the decision, and a cause for every denial', () => {
  fc.assert(
    fc.property(request, documents, (asked, given) => {
      const { decision, layers, cause } = explain(asked, compileAll(given))
      expect(cause === undefined).toBe(decision.kind === 'allow')
      if (decision.kind === 'implicitDeny') return
      const matching = layers
        .flatMap((layer) => layer.policies.flatMap((policy) => policy.statements))
        .filter((each) => each.matches)
        .map((each) => ({ layer: each.ref.layer, index: each.ref.index }))
      for (const { layer, index } of decision.by) expect(matching).toContainEqual({ layer, index })
    }),
    runs,
  )
})

import fc from 'fast-check'
import type {
  ConditionJson,
  Document,
  PrincipalJson,
  ReferencePrincipal,
  ReferenceScenario,
  StatementJson,
} from './document.ts'
import { calls, conditionKeys, principals, resources } from './small-world.ts'

/**
 * Any scenario of a world so small that its policies often speak of its requests.
 * What the pages forbid (a policy that no service would store) is left out.
 */
export const anyScenario: fc.Arbitrary<ReferenceScenario> = fc
  .record({ call: fc.constantFrom(...calls), principal: fc.constantFrom(...principals.callers) })
  .chain(({ call, principal }) => {
    const isTrust = /^sts:.*Assume|^sts:TagSession/i.test(call.action)
    return fc.record({
      request: fc.record({
        principal: fc.constant(principal),
        action: fc.constant(call.action),
        resource: fc.constant(call.resource),
        resourceAccount: fc.constant(call.resource === '*' ? accountOf(principal) : call.account),
        // Whether a request without a resource carries the key, the pages do not say.
        context: anyContext.map((context) =>
          call.resource === '*'
            ? { 'aws:ResourceAccount': accountOf(principal), ...context }
            : context,
        ),
      }),
      policies: fc.record({
        identity: isStored(principal) ? lists(nameless, 3) : fc.constant([]),
        boundary: isBounded(principal) ? rarely(lists(nameless, 1, 1)) : fc.constant(null),
        session: isSession(principal) ? rarely(lists(nameless, 2, 1)) : fc.constant(null),
        resource: call.hasPolicy ? often(isTrust ? trust : naming) : fc.constant(null),
        scp: levels(nameless),
        rcp: levels(rcp),
        vpce: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, lists(naming, 1, 1)),
      }),
    })
  })

function accountOf(principal: ReferencePrincipal): string {
  return 'type' in principal ? '111111111111' : (principal.arn.split(':')[4] ?? '')
}

function isStored(principal: ReferencePrincipal): boolean {
  return !('type' in principal) && !principal.arn.endsWith(':root')
}

function isBounded(principal: ReferencePrincipal): boolean {
  return isStored(principal)
}

function isSession(principal: ReferencePrincipal): boolean {
  return !('type' in principal) && principal.arn.includes(':sts:')
}

function some<T>(values: readonly T[], most = 2): fc.Arbitrary<T[]> {
  return fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: most })
}

function lists<T>(each: fc.Arbitrary<T>, most: number, least = 0): fc.Arbitrary<T[]> {
  return fc.array(each, { minLength: least, maxLength: most })
}

function rarely<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: value })
}

function often<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 9, arbitrary: value })
}

function levels(document: fc.Arbitrary<Document>): fc.Arbitrary<Document[][]> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant<Document[][]>([]) },
    { weight: 1, arbitrary: lists(lists(document, 2, 1), 2, 1) },
  )
}

const anyContext = fc
  .subarray([...conditionKeys.keys()], { maxLength: 6 })
  .chain((keys) =>
    fc.record(
      Object.fromEntries(
        keys.map((key) => [key, fc.constantFrom(...(conditionKeys.get(key)?.requests ?? []))]),
      ),
    ),
  )

const anyCondition: fc.Arbitrary<ConditionJson> = fc
  .constantFrom(...conditionKeys.entries())
  .chain(([key, { operators, policies }]) =>
    fc
      .record({
        operator: fc.constantFrom(...operators),
        prefix: fc.constantFrom('', '', '', 'ForAllValues:', 'ForAnyValue:'),
        suffix: fc.constantFrom('', '', 'IfExists'),
        written: fc.constantFrom(key, key.toLowerCase(), key.toUpperCase()),
        values: some(policies),
      })
      .map(({ operator, prefix, suffix, written, values }) =>
        operator === 'Null'
          ? { Null: { [written]: [String(values.length === 1)] } }
          : { [`${prefix}${operator}${suffix}`]: { [written]: values } },
      ),
  )

const conditions: fc.Arbitrary<Pick<StatementJson, 'Condition'>> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: anyCondition.map((Condition) => ({ Condition })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anyCondition, anyCondition)
      .map(([one, other]) => ({ Condition: { ...one, ...other } })),
  },
)

const effects: fc.Arbitrary<Pick<StatementJson, 'Effect'>> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ Effect: 'Allow' as const }) },
  { weight: 1, arbitrary: fc.constant({ Effect: 'Deny' as const }) },
)

const actionPatterns = [
  '*',
  's3:*',
  'S3:GETOBJECT',
  's3:Get?bject',
  's3:*Bucket*',
  'sqs:Send*',
  'kms:*',
  'sts:Assume*',
  'sts:*',
  'iam:*',
]

const actions: fc.Arbitrary<Pick<StatementJson, 'Action' | 'NotAction'>> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ Action: '*' }) },
  { weight: 4, arbitrary: some(actionPatterns, 3).map((Action) => ({ Action })) },
  { weight: 1, arbitrary: some(actionPatterns.slice(1)).map((NotAction) => ({ NotAction })) },
)

const targets: fc.Arbitrary<Pick<StatementJson, 'Resource' | 'NotResource'>> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ Resource: '*' }) },
  { weight: 4, arbitrary: some(resources).map((Resource) => ({ Resource })) },
  { weight: 1, arbitrary: some(resources).map((NotResource) => ({ NotResource })) },
)

const anyPrincipal: fc.Arbitrary<PrincipalJson> = fc.oneof(
  { weight: 1, arbitrary: fc.constant('*' as const) },
  { weight: 1, arbitrary: fc.constant({ AWS: '*' }) },
  { weight: 8, arbitrary: some(principals.named, 3).map((AWS) => ({ AWS })) },
  { weight: 1, arbitrary: fc.constant({ Service: principals.service }) },
  { weight: 1, arbitrary: fc.constant({ Federated: principals.provider }) },
)

const named: fc.Arbitrary<Pick<StatementJson, 'Principal' | 'NotPrincipal'>> = fc.oneof(
  { weight: 9, arbitrary: anyPrincipal.map((Principal) => ({ Principal })) },
  {
    weight: 1,
    arbitrary: some(principals.named, 5).map((AWS) => ({ NotPrincipal: { AWS } })),
  },
)

const versions = fc.constantFrom(
  { Version: '2012-10-17' },
  { Version: '2012-10-17' },
  { Version: '2008-10-17' },
  {},
)

function documents(...parts: readonly fc.Arbitrary<object>[]): fc.Arbitrary<Document> {
  const statement = fc.tuple(effects, actions, conditions, ...parts).map(joined)
  return fc
    .tuple(versions, lists(statement, 3, 1))
    .map(([version, Statement]) => ({ ...version, Statement }))
}

/** A later part overrides an earlier one; undefined takes an element away. */
function joined(parts: readonly object[]): StatementJson {
  const all = parts.flatMap((part) => Object.entries(part))
  const kept = [...new Map(all)].filter(([, value]) => value !== undefined)
  return { Effect: 'Deny', ...Object.fromEntries(kept) }
}

const boundServices = ['s3:*', 'sts:AssumeRole*', 'kms:*', 'sqs:Send*']

const trustActions = ['sts:*', 'sts:Assume*', 'STS:assumerole', 'sts:TagSession']

const nameless = documents(targets)
const naming = documents(targets, named)
const trust = documents(
  named,
  some(trustActions).map((Action) => ({ Action, NotAction: undefined })),
)
/** One's own RCPs only deny, name everyone, and say the service of every action. */
const rcp = fc
  .tuple(documents(targets, fc.constant({ Principal: '*', Effect: 'Deny' })), some(boundServices))
  .map(([{ Statement }, Action]) => ({
    Version: '2012-10-17',
    Statement: Statement.map(({ NotAction: _, ...statement }) => ({ ...statement, Action })),
  }))

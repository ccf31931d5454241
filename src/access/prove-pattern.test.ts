import { expect, test } from 'vitest'
import type { CompiledPolicy } from '../core/index.ts'
import { addressOutside } from './prove-addresses.ts'
import { findPossibleAllow } from './prove-pattern.ts'
import { compileDocument } from './prove-world.ts'

function policyOf(statements: readonly object[]): CompiledPolicy {
  const document = { Version: '2012-10-17', Statement: statements }
  return compileDocument(document, { type: 'identity', label: 'test' })
}

const objects = 'arn:aws:s3:::cache/*'
const allowGet = { Effect: 'Allow', Action: ['s3:Get*', 's3:PutObject'], Resource: objects }
const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' }
// biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
const ownObjects = 'arn:aws:s3:::${aws:username}/*'
const onlyWithMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }

/** Whether a pattern may be allowed by statements, erring on the side of yes. */
const cases: readonly (readonly [
  words: string,
  statements: readonly object[],
  action: string,
  resource: string,
  mayBe: boolean,
])[] = [
  ['another action', [allowGet], 's3:Delete*', objects, false],
  ['an action by prefix', [allowGet], 's3:*Object', objects, true],
  ['an action in another case', [allowGet], 'S3:GETOBJECT', objects, true],
  ['another bucket', [allowGet], 's3:GetObject', 'arn:aws:s3:::other/*', false],
  ['a part of the objects', [allowGet], 's3:GetObject', 'arn:aws:s3:::cache/secret/*', true],
  ['anything at all', [allowGet], 's3:*', '*', true],
  [
    'all but the action',
    [{ ...allowAll, Action: undefined, NotAction: 's3:*' }],
    's3:Put*',
    '*',
    false,
  ],
  [
    'all but a part of the actions',
    [{ ...allowAll, Action: undefined, NotAction: 's3:PutObject' }],
    's3:Put*',
    '*',
    true,
  ],
  [
    'all but the objects',
    [{ ...allowAll, Resource: undefined, NotResource: objects }],
    's3:*',
    'arn:aws:s3:::cache/a/*',
    false,
  ],
  [
    'all but some objects',
    [{ ...allowAll, Resource: undefined, NotResource: 'arn:aws:s3:::cache/a' }],
    's3:*',
    objects,
    true,
  ],
  ['a variable', [{ ...allowGet, Resource: ownObjects }], 's3:Get*', objects, true],
  ['a condition', [{ ...allowGet, Condition: onlyWithMfa }], 's3:GetObject', objects, true],
  [
    'a deny that covers it',
    [allowAll, { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::cache/*' }],
    's3:Put*',
    'arn:aws:s3:::cache/a/*',
    false,
  ],
  [
    'a deny that covers a part',
    [allowAll, { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::cache/a/*' }],
    's3:Put*',
    objects,
    true,
  ],
  [
    'a deny with a condition',
    [allowAll, { Effect: 'Deny', Action: '*', Resource: '*', Condition: onlyWithMfa }],
    's3:Put*',
    objects,
    true,
  ],
  [
    'a deny that takes the statement back',
    [allowGet, { Effect: 'Deny', Action: 's3:*', Resource: objects }],
    '*',
    '*',
    false,
  ],
  [
    'a deny with `?` against `*`',
    [allowAll, { Effect: 'Deny', Action: '*', Resource: 'arn:aws:s3:::cache/?' }],
    's3:*',
    objects,
    true,
  ],
  [
    'a deny whose star would reach into the next segment',
    [allowAll, { Effect: 'Deny', Action: '*', Resource: 'arn:aws:sns:*:1:t' }],
    'sns:*',
    'arn:aws:sns:eu:9:x:1:t',
    true,
  ],
  ['nothing allowed', [], '*', '*', false],
]

test.each(cases)('%s', (...[, statements, action, resource, mayBe]) => {
  const policies = statements.map((statement) => policyOf([statement]))
  expect(findPossibleAllow(policies, { action, resource }) !== undefined).toBe(mayBe)
})

test.each([
  [['203.0.113.0/24'], '192.0.2.1'],
  [['192.0.2.0/24'], '192.0.1.255'],
  [['192.0.2.1'], '192.0.2.0'],
  [['0.0.0.0/1', '192.0.2.0/24'], '128.0.0.0'],
  [['2001:db8::/32'], '192.0.2.1'],
  [['0.0.0.0/0'], undefined],
  [['0.0.0.0/1', '128.0.0.0/1'], undefined],
])('finds an address outside %o', (ranges, outside) => {
  expect(addressOutside(ranges)).toBe(outside)
})

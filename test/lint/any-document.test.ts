import fc from 'fast-check'
import { expect, test } from 'vitest'
import { guessPolicyType, lintPolicy } from '../../src/catalog/index.ts'
import { lintWithin } from '../../src/catalog/lint/lint-policy.ts'
import { createWork, workFor } from '../../src/catalog/lint/work.ts'
import type { PolicyType } from '../../src/core/index.ts'

const types: readonly PolicyType[] = [
  'identity',
  'resource',
  'trust',
  'boundary',
  'session',
  'scp',
  'rcp',
  'vpce',
]

const scalar = fc.oneof(
  fc.constantFrom('*', 's3:Get*', 's3:GetObject', 'sts:AssumeRole', 'arn:aws:s3:::a/*', 'Allow'),
  fc.constantFrom('Deny', '111111111111', '2012-10-17', `\${aws:username}`, 'x', '', '__proto__'),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.string(),
)
const key = fc.constantFrom(
  ...['Version', 'Id', 'Statement', 'Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action'],
  ...['NotAction', 'Resource', 'NotResource', 'Condition', 'AWS', 'Service', 'Federated'],
  ...['StringEquals', 'ForAllValues:StringLike', 'Null', 'aws:SourceIp', 's3:prefix', 'a.b[0]'],
  ...['__proto__', 'constructor', ''],
)
const { document } = fc.letrec((tie) => ({
  document: fc.oneof(
    { depthSize: 'medium' },
    scalar,
    fc.array(tie('document'), { maxLength: 4 }),
    fc.dictionary(key, tie('document'), { maxKeys: 6 }),
  ),
}))

test('any JSON value gives findings with places, and never an exception', () => {
  fc.assert(
    fc.property(document, fc.constantFrom(...types), fc.nat(4), (value, type, indent) => {
      const text = JSON.stringify(value, null, indent)
      const lines = text.split('\n')
      for (const { path, position, message } of lintPolicy(text, {
        type,
        accountId: '222222222222',
      })) {
        expect(message).not.toBe('')
        expect(path).not.toMatch(/undefined|\[object/)
        expect(position.column).toBeGreaterThanOrEqual(1)
        expect(position.column).toBeLessThanOrEqual((lines[position.line - 1]?.length ?? 0) + 1)
      }
      guessPolicyType(text)
    }),
    { numRuns: 2000 },
  )
})

test('any text gives findings too', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      expect(Array.isArray(lintPolicy(text, { type: 'identity' }))).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

function statement(parts: object): string {
  const usual = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ ...usual, ...parts }] })
}

function many<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** Documents that make one comparison or another grow faster than they do, by their size. */
const hostile: Readonly<Record<string, (size: number) => string>> = {
  'patterns of actions': (size) => statement({ Action: many(size, (i) => `ec2:*a${i}*`) }),
  'patterns of resources': (size) =>
    statement({ Action: ['ec2:*', 's3:*'], Resource: many(size, (i) => `arn:aws:ec2:*:*:*${i}`) }),
  'one long resource': (size) =>
    statement({ Action: 'ec2:*', Resource: `arn:aws:ec2:*:*:${'*a?'.repeat(size * 4)}` }),
  'condition keys': (size) =>
    statement({
      Action: 'ec2:*',
      Condition: { StringEquals: Object.fromEntries(many(size, (i) => [`ec2:Tag${i}/a`, 'b'])) },
    }),
  statements: (size) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: many(size, (i) => ({ Effect: 'Allow', Action: `s3:Get${i}*`, Resource: '*' })),
    }),
}

test.each(Object.entries(hostile))(
  'ten times as many %s: work as the length explains',
  (_, make) => {
    const small = make(200)
    const large = make(2000)
    expect(large.length).toBeGreaterThan(small.length * 8)
    for (const text of [small, large]) {
      const free = createWork(Number.POSITIVE_INFINITY)
      lintWithin(text, { type: 'identity' }, free)
      const held = createWork(workFor(text.length))
      const codes = lintWithin(text, { type: 'identity' }, held).map(({ code }) => code)
      expect(held.spent()).toBeLessThanOrEqual(workFor(text.length))
      // It stops only where it must, and says so.
      expect(codes.includes('not-all-checked')).toBe(free.spent() > workFor(text.length))
      if (!held.isUsedUp()) expect(held.spent()).toBe(free.spent())
    }
    const limits = workFor(large.length) - workFor(small.length)
    expect(limits / (large.length - small.length)).toBeLessThan(100)
  },
)

test('some documents would need more work than their length explains', () => {
  const text = hostile['patterns of actions']?.(2000) ?? ''
  const free = createWork(Number.POSITIVE_INFINITY)
  lintWithin(text, { type: 'identity' }, free)
  expect(free.spent()).toBeGreaterThan(workFor(text.length))
})

import { cpuUsage } from 'node:process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { authorize, emptyLayers } from '../evaluate/authorize.ts'
import { parsePrincipal } from '../evaluate/parse-principal.ts'
import type { Request } from '../evaluate/request.ts'
import { compilePolicy } from './compile-policy.ts'
import { grammars } from './grammar.ts'
import { type PolicyParse, parsePolicy } from './parse-policy.ts'
import type { PolicyType } from './policy.ts'

const types = Object.keys(grammars) as PolicyType[]
const request = {
  principal: parsePrincipal('arn:aws:sts::111111111111:assumed-role/a/s'),
  action: 's3:GetObject',
  resource: `arn:aws:s3:::${'a'.repeat(1000)}`,
  resourceAccount: '111111111111',
  context: { 'a:b': 'a'.repeat(500) },
} as unknown as Request

function decide(parsed: PolicyParse): string {
  if (!parsed.ok) return 'not parsed'
  const compiled = compilePolicy(parsed.policy, 'hostile')
  const isOfResource = parsed.policy.statements.some((each) => each.principal !== undefined)
  const layers = isOfResource ? { resource: compiled } : { identity: [compiled] }
  return authorize(request, { ...emptyLayers, ...layers }).kind
}

const size = 100_000
const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' }

/** As many as make 100 kB. */
function fill<T>(make: (i: number) => T): T[] {
  const list: T[] = []
  for (let length = 0; length < size; length += JSON.stringify(list.at(-1)).length + 1) {
    list.push(make(list.length))
  }
  return list
}

function keys(make: (i: number) => string, value: unknown): Record<string, unknown> {
  const list = fill((i) => [make(i), value] as const)
  return Object.fromEntries(list)
}

function having(elements: object): object {
  return { Version: '2012-10-17', Statement: [{ ...statement, ...elements }] }
}

function nested(open: string, close: string, depth: number): unknown {
  return JSON.parse(`${open.repeat(depth)}1${close.repeat(depth)}`)
}

const ordinary = JSON.stringify({ Version: '2012-10-17', Statement: fill(() => statement) })
const s3 = 'arn:aws:s3:::'
const variable = `\${a:b}`
const hostile: Readonly<Record<string, unknown>> = {
  'lists in lists': having({ Action: nested('[', ']', 1000) }),
  'text of lists in lists': '['.repeat(size),
  'objects in objects': having({ Condition: nested('{"a":', '}', 1000) }),
  'empty statements': { Statement: fill(() => ({})) },
  'statements that are none': { Statement: fill(() => null) },
  'wrong effects': { Statement: fill(() => ({ Effect: 'Alow' })) },
  'ids that are taken': { Statement: fill(() => ({ Sid: 'a' })) },
  'unknown elements': { ...having({}), ...keys((i) => `Statemen${i}`, 1) },
  'unknown elements of a statement': having(keys((i) => `Resourc${i}`, 1)),
  'unknown operators': having({ Condition: keys((i) => `StringEqua${i}`, { 'a:b': 'c' }) }),
  'unknown kinds of principals': having({ Principal: keys((i) => `AWSS${i}`, 'x') }),
  'condition keys': having({ Condition: { StringEquals: keys((i) => `a:${i}`, 'x') } }),
  'wrong condition keys': having({ Condition: { StringEquals: keys((i) => `a${i}`, 'x') } }),
  'a condition key of spaces': having({
    Condition: { StringEquals: { [`a:${' '.repeat(size)}`]: 'x' } },
  }),
  'a condition key of colons': having({
    Condition: { StringEquals: { [`${'a:'.repeat(size / 2)} `]: 'x' } },
  }),
  'condition values': having({ Condition: { IpAddress: { 'a:b': fill(() => '::/0') } } }),
  'wrong condition values': having({ Condition: { DateEquals: { 'a:b': fill(() => 'x') } } }),
  'a long number': having({ Condition: { NumericEquals: { 'a:b': `${'1'.repeat(size)}x` } } }),
  'a long address': having({ Condition: { IpAddress: { 'a:b': '1:'.repeat(size / 2) } } }),
  principals: having({ Principal: { AWS: fill((i) => String(100_000_000_000 + i)) } }),
  'unique ids': having({ Principal: { AWS: fill((i) => `AROA${10_000_000 + i}`) } }),
  'wrong principals': having({ Principal: { AWS: fill(() => 'x') } }),
  'a long provider': having({ Principal: { Federated: `${'a-.'.repeat(size / 3)}!` } }),
  'a long service': having({ Principal: { Service: `${'a.'.repeat(size / 2)}!` } }),
  'a resource of stars': having({ Resource: '*'.repeat(size) }),
  'a resource of stars and letters': having({ Resource: `${s3}${'*a'.repeat(size / 2)}` }),
  'a resource of question marks': having({ Resource: `${s3}${'?'.repeat(size)}` }),
  'a resource of variables that start': having({ Resource: `${s3}${'${'.repeat(size / 2)}` }),
  'a resource of variables': having({ Resource: `${s3}${variable.repeat(size / 6)}` }),
  'a value of variables': having({
    Condition: { StringLike: { 'a:b': variable.repeat(size / 6) } },
  }),
  'a resource of colons': having({ Resource: `arn:aws:s3${':'.repeat(size)}` }),
  'resources that begin each other': having({
    Resource: Array.from({ length: 440 }, (_, i) => `${s3}${'a'.repeat(i)}`),
  }),
  'statements whose resources begin each other': {
    Statement: Array.from({ length: 400 }, (_, i) => ({
      ...statement,
      Resource: `${s3}${'a'.repeat(i)}`,
    })),
  },
  'names beside patterns': having({
    Action: fill((i) => (i % 2 === 0 ? `s3:a${i}` : `s3:b${i}*`)),
  }),
  services: having({ Action: fill((i) => `s${i}:a`) }),
  'many actions on many resources': {
    Statement: Array.from({ length: 40 }, (_, i) => ({
      ...statement,
      Action: Array.from({ length: 250 }, (__, j) => `s3:a${j + i}`),
      Resource: Array.from({ length: 8 }, (__, j) => `${s3}${i}${j}x`),
    })),
  },
  'wrong actions': having({ Action: fill(() => 'x') }),
  'a long action': having({ Action: `s3:${'a*'.repeat(size / 2)}!` }),
}

/** The least of a few: what else the machine does only adds. */
function processorMs(work: () => unknown): number {
  const costs = [1, 2, 3, 4].map(() => {
    const before = cpuUsage()
    work()
    const { user, system } = cpuUsage(before)
    return (user + system) / 1000
  })
  return Math.min(...costs)
}

// Reading 100 kB of an ordinary document as JSON takes a third of a millisecond: 150 times that is 50 ms.
test.each(Object.entries(hostile))('%s cost no more than 150 times JSON', (_, document) => {
  const unit = processorMs(() => JSON.parse(ordinary)) / ordinary.length
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  const most = 150 * unit * Math.max(text.length, size)
  for (const type of ['identity', 'resource'] as const) {
    expect(processorMs(() => parsePolicy(document, type))).toBeLessThan(most)
    const parsed = parsePolicy(document, type)
    expect(processorMs(() => decide(parsed))).toBeLessThan(most)
  }
})

test('a document with many mistyped names has hints at the first, and every problem', () => {
  const parsed = parsePolicy(having(keys((i) => `Resourc${i % 10}${i}`, 1)), 'identity')
  const problems = parsed.ok ? [] : parsed.problems
  expect(problems.length).toBeGreaterThan(1000)
  expect(problems.filter(({ message }) => message.includes('did you mean'))).toHaveLength(20)
})

/** JSON that has the words of policies in it more often than chance would. */
const { any } = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>('*', 'Allow', 'Deny', 's3:Get*', `${s3}a/\${a:b}`, '2012-10-17'),
    fc.constantFrom<unknown>('111111111111', 'arn:aws:iam::111111111111:root', '', null, true, 1),
    fc.jsonValue(),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom(
        ...['Version', 'Id', 'Statement', 'Sid', 'Effect', 'Principal', 'NotPrincipal', 'AWS'],
        ...['Action', 'NotAction', 'Resource', 'NotResource', 'Condition', 'StringLike', 'a:b'],
        ...['__proto__', 'constructor', 'toString'],
      ),
      tie('any'),
      { maxKeys: 6 },
    ),
  ),
}))
/** Mostly what is right. */
function mostly(...right: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 19, arbitrary: fc.constantFrom(...right) },
    { weight: 1, arbitrary: any },
  )
}

const condition = fc.constantFrom<unknown>(
  { StringLike: { 'a:b': variable } },
  { Null: { 'a:b': true } },
)
const likePolicy = fc.record({
  Version: mostly('2012-10-17', '2008-10-17'),
  Statement: fc.array(
    fc.record(
      {
        Effect: mostly('Allow', 'Deny'),
        Action: mostly('sts:AssumeRole', 'sts:*', ['s3:GetObject', 's3:*']),
        Resource: mostly('*', `${s3}a*`, [`${s3}${variable}`]),
        Principal: mostly('*', { AWS: '111111111111' }),
        Condition: fc.oneof(condition, any),
      },
      { requiredKeys: ['Effect', 'Action'] },
    ),
    { minLength: 1, maxLength: 3 },
  ),
})

test('any JSON value is a policy or a list of problems, as a value and as text', () => {
  const seen = { ok: 0, problems: 0 }
  fc.assert(
    fc.property(fc.oneof(any, likePolicy), fc.constantFrom(...types), (document, type) => {
      const parsed = parsePolicy(document, type)
      expect(['not parsed', 'allow', 'explicitDeny', 'implicitDeny']).toContain(decide(parsed))
      if (parsed.ok) seen.ok += 1
      else {
        seen.problems += 1
        expect(parsed.problems.length).toBeGreaterThan(0)
        for (const { code, message } of parsed.problems) expect(`${code}${message}`).not.toBe('')
      }
      if (typeof document !== 'string') {
        expect(parsePolicy(JSON.stringify(document), type).ok).toBe(parsed.ok)
      }
    }),
    { numRuns: 3000 },
  )
  expect(seen.ok).toBeGreaterThan(30)
  expect(seen.problems).toBeGreaterThan(300)
})

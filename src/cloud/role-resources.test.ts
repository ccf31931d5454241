import { expect, test } from 'vitest'
import { isCallerDocument, isOwnCallerDocument } from './ownership.ts'
import { roleResourcesOf, withoutRoles } from './role-resources.ts'

const role = (account: string, name = 'Reader'): string => `arn:aws:iam::${account}:role/${name}`
const [one, two] = [role('111111111111'), role('222222222222')]
const any = role('*')
const statement = (resource: string | readonly string[], more: object = {}) => ({
  Sid: 'StileReader',
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Resource: resource,
  ...more,
})
const narrowed = (...accounts: readonly string[]) => ({
  Condition: { StringEquals: { 'aws:ResourceAccount': accounts } },
})
const policy = (...statements: readonly object[]) => ({
  Version: '2012-10-17',
  Statement: statements,
})

test.each([
  ['one ARN', policy(statement(one)), [one]],
  ['several statements', policy(statement([two, one]), statement(one)), [one, two]],
  [
    'any account, narrowed',
    policy(statement(any, narrowed('222222222222', '111111111111'))),
    [one, two],
  ],
  ['any account', policy(statement([one, any])), 'any'],
  ['a lone statement', { Version: '2012-10-17', Statement: statement(one) }, [one]],
])('roles of a document with %s', (_, document, roles) => {
  expect(roleResourcesOf(document)).toEqual(roles)
})

test.each([
  {
    title: 'nothing to leave out',
    document: policy(statement([one, two])),
    leftOut: [],
    expected: policy(statement([one, two])),
  },
  {
    title: 'one of two',
    document: policy(statement([one, two])),
    leftOut: [two],
    expected: policy(statement([one])),
  },
  {
    title: 'a whole statement',
    document: policy(statement(one), statement(two)),
    leftOut: [one],
    expected: policy(statement(two)),
  },
  { title: 'everything', document: policy(statement(one)), leftOut: [one], expected: undefined },
  {
    title: 'an account behind a wildcard',
    document: policy(statement(any, narrowed('111111111111', '222222222222'))),
    leftOut: [two],
    expected: policy(statement(any, narrowed('111111111111'))),
  },
  {
    title: 'all accounts behind a wildcard',
    document: policy(statement(any, narrowed('222222222222'))),
    leftOut: [two],
    expected: undefined,
  },
  {
    title: 'a role of another name',
    document: policy(statement(one)),
    leftOut: [role('111111111111', 'Other')],
    expected: policy(statement(one)),
  },
])('leaving out $title', ({ document, leftOut, expected }) => {
  expect(withoutRoles(document, new Set(leftOut))).toEqual(expected)
})

test.each([
  ['as Stile writes it', policy(statement(one)), true],
  [
    'with tags and source identity',
    policy(
      statement(one, { Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] }),
    ),
    true,
  ],
  [
    'with another action',
    policy(statement(one, { Action: ['sts:AssumeRole', 's3:GetObject'] })),
    false,
  ],
  ['with all actions', policy(statement(one, { Action: '*' })), false],
  ['with another Sid', policy(statement(one, { Sid: 'MyRoles' })), false],
  ['with one foreign statement', policy(statement(one), statement(one, { Sid: 'Mine' })), false],
  ['on everything', policy(statement('*')), false],
  ['on roles and more', policy(statement([one, 'arn:aws:s3:::b'])), false],
  ['without statements', policy(), false],
  [
    'without NotAction tricks',
    policy({ Sid: 'StileX', Effect: 'Allow', NotAction: 'a:b', Resource: one }),
    false,
  ],
])('a caller document %s is recognised or not', (_, document, expected) => {
  expect(isCallerDocument(document)).toBe(expected)
})

const own = { own: new Set([one]) }

test.each([
  ['its own role', policy(statement(one)), true],
  ["its own and another's", policy(statement([one, two])), false],
  ['any account, narrowed to its own', policy(statement(any, narrowed('111111111111'))), true],
  [
    'any account, narrowed to more',
    policy(statement(any, narrowed('111111111111', '222222222222'))),
    false,
  ],
  ['any account', policy(statement(any)), false],
])('an undeclared caller policy on %s belongs to the file or not', (_, document, expected) => {
  expect(isOwnCallerDocument(document, own)).toBe(expected)
})

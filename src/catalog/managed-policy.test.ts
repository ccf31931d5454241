import { expect, test } from 'vitest'
import { findManagedPolicy, managedPolicyNames, nearestManagedPolicy } from './managed-policy.ts'
import { openPack } from './pack.ts'

test.each([
  ['AmazonEC2ContainerRegistryPowerUser', '/', 'ecr:PutImage'],
  ['ReadOnlyAccess', '/', 's3:GetObject'],
  ['AdministratorAccess', '/', '"*"'],
  ['AWSLambdaBasicExecutionRole', '/service-role/', 'logs:PutLogEvents'],
  ['Billing', '/job-function/', 'billing'],
])('%s is found by name, by path and by ARN', (name, path, said) => {
  const policy = findManagedPolicy(name)
  expect(policy).toMatchObject({ name, path, arn: `arn:aws:iam::aws:policy${path}${name}` })
  expect(policy?.versionId).toMatch(/^v\d+$/)
  expect(policy?.updatedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect(JSON.stringify(policy?.document)).toContain(said.startsWith('"') ? said : said.slice(0, 5))
  expect(findManagedPolicy(policy?.arn ?? '')).toEqual(policy)
  expect(findManagedPolicy(`${path}${name}`)).toEqual(policy)
})

test('a policy of a path is found with the path as AWS shows it', () => {
  expect(findManagedPolicy('service-role/AWSLambdaBasicExecutionRole')?.path).toBe('/service-role/')
})

test('an ARN of another partition keeps it', () => {
  const arn = 'arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess'
  expect(findManagedPolicy(arn)?.arn).toBe(arn)
})

test.each([
  'readonlyaccess',
  'AWSLambdaBasicExecutionRole2',
  '',
  'arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole',
  'arn:aws:iam::111111111111:policy/ReadOnlyAccess',
  'arn:aws:iam::aws:role/ReadOnlyAccess',
  'arn:other:iam::aws:policy/ReadOnlyAccess',
  'job-function/ReadOnlyAccess',
  'constructor',
])('`%s` is no AWS managed policy', (name) => {
  expect(findManagedPolicy(name)).toBeUndefined()
})

test.each([
  ['AmazonEC2ContainerRegistryPoweruser', 'AmazonEC2ContainerRegistryPowerUser'],
  ['ReadOnlyAcess', 'ReadOnlyAccess'],
  ['arn:aws:iam::aws:policy/AdministratorAcces', 'AdministratorAccess'],
  ['NothingLikeThat', undefined],
])('%s was meant to be %s', (name, nearest) => {
  expect(nearestManagedPolicy(name)).toBe(nearest)
})

test('every name has a document of its own', () => {
  const names = managedPolicyNames()
  expect(names.length).toBeGreaterThan(1500)
  const without = names.filter((name) => findManagedPolicy(name)?.document.Statement === undefined)
  expect(without).toEqual([])
})

test('one body is read without its neighbours', () => {
  const pack = openPack('managed-policies')
  const rows = [...pack.rows.values()]
  const middle = rows[700]
  if (middle === undefined) throw new Error('the pack has too few rows')
  expect(middle.length).toBeLessThan(200_000)
  // A body is one compressed stream of `length` bytes: half of it, or its neighbour's bytes, do not unpack.
  expect(pack.readBody(middle)).toHaveProperty('Statement')
  expect(() => pack.readBody({ ...middle, length: middle.length >> 1 })).toThrow()
  expect(() => pack.readBody({ ...middle, offset: middle.offset + 1 })).toThrow()
})

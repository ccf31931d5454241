import { expect, test } from 'vitest'
import { findManagedPolicy } from '../../../catalog/index.ts'
import { linkedServices } from './linked-services.ts'

/** A policy that the catalog's source lacks: the role has it and it allows nothing here. */
const unpublished = ['AmazonLexBotPolicy']

test.each([...linkedServices.values()])('$principal has a policy that AWS publishes', (service) => {
  const { principal, roleName, policyName } = service
  expect(principal).toMatch(/^[a-z0-9.-]+\.amazonaws\.com$/)
  expect(roleName).toMatch(/^AWSServiceRoleFor[\w-]+$/)
  const path = unpublished.includes(policyName) ? undefined : '/aws-service-role/'
  expect(findManagedPolicy(policyName)?.path).toBe(path)
})

test('no two services share a role', () => {
  const names = [...linkedServices.values()].map(({ roleName }) => roleName)
  expect(new Set(names).size).toBe(names.length)
})

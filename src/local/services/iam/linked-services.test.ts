import { expect, test } from 'vitest'
import { findManagedPolicy } from '../../../catalog/index.ts'
import { linkedServices } from './linked-services.ts'

test.each([...linkedServices.values()])('$principal has a policy that AWS publishes', (service) => {
  const { principal, roleName, policyName } = service
  expect(principal).toMatch(/^[a-z0-9.-]+\.amazonaws\.com$/)
  expect(roleName).toMatch(/^AWSServiceRoleFor\w+$/)
  expect(findManagedPolicy(policyName)?.path).toBe('/aws-service-role/')
})

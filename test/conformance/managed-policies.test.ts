import { expect, test } from 'vitest'
import { findManagedPolicy, managedPolicyNames } from '../../src/catalog/index.ts'
import { parsePolicy, renderPolicy } from '../../src/core/index.ts'

test('every policy that AWS itself publishes is read without a problem and rendered back the same', () => {
  const names = managedPolicyNames()
  expect(names.length).toBeGreaterThan(1000)
  for (const name of names) {
    const parse = parsePolicy(findManagedPolicy(name)?.document, 'identity')
    expect(parse.ok ? [] : parse.problems, name).toEqual([])
    if (!parse.ok) continue
    expect(parsePolicy(renderPolicy(parse.policy), 'identity'), name).toEqual(parse)
  }
})

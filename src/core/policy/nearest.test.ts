import { expect, test } from 'vitest'
import { nearestName } from './nearest.ts'

test.each([
  ['acount', ['accounts', 'account'], 'account'],
  ['biuld', ['build', 'bold'], 'build'],
  ['externalID', ['externalId', 'mfa'], 'externalId'],
  ['xyz', ['account', 'role'], undefined],
  ['a', ['b'], 'b'],
  ['', ['abc'], undefined],
  ['prod', [], undefined],
])('%s among %j', (text, candidates, expected) => {
  expect(nearestName(text, candidates)).toBe(expected)
})

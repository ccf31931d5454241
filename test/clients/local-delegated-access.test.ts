import { PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { GetDelegatedAccessTokenCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import { refusal, refused } from '../support/refused.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let ana: Keys
let bob: Keys
beforeAll(async () => {
  world = await startTwoAccounts()
  ana = await world.newUser(world.home, 'ana')
  bob = await world.newUser(world.home, 'bob')
  const Action = 'sts:GetDelegatedAccessToken'
  const PolicyDocument = policyText({ Effect: 'Allow', Action, Resource: '*' })
  const put = { UserName: 'ana', PolicyName: 'given', PolicyDocument }
  await world.iam(world.root(world.home)).send(new PutUserPolicyCommand(put))
})
afterAll(() => world.stop())

function ask(keys: Keys, TradeInToken: string | undefined) {
  return world.sts(keys).send(new GetDelegatedAccessTokenCommand({ TradeInToken }))
}

test.each(['made-up', 'x'.repeat(5000), '-'])('no token is known: %.20s', async (token) => {
  const refusing = refusal('ValidationError', 400, 'Invalid trade-in token')
  expect(await refused(ask(ana, token))).toEqual(refusing)
})

test('a token is demanded', async () => {
  const message =
    "1 validation error detected: Value null at 'tradeInToken' failed to satisfy constraint: Member must not be null"
  expect(await refused(ask(ana, undefined))).toEqual(refusal('ValidationError', 400, message))
})

test('permission is looked at first', async () => {
  const user = `arn:aws:iam::${world.home}:user/bob`
  const action = 'sts:GetDelegatedAccessToken'
  const message = `User: ${user} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`
  expect(await refused(ask(bob, 'made-up'))).toEqual(refusal('AccessDenied', 403, message))
})

test('a token is kept by nobody', async () => {
  await refused(ask(ana, 'very-secret-token'))
  expect(JSON.stringify(world.aws.events())).not.toContain('very-secret-token')
})

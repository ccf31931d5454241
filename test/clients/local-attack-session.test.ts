import { CreateRoleCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts

beforeAll(async () => {
  world = await startTwoAccounts()
})
afterAll(() => world.stop())

test('a context that somebody vouches for is not dropped', async () => {
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: it takes sts:SetContext on both sides.
  const mallory = await world.newUser(world.home, 'mallory')
  const iam = world.iam(world.root(world.home))
  const PolicyDocument = policyText({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' })
  const given = { UserName: 'mallory', PolicyName: 'given', PolicyDocument }
  await iam.send(new PutUserPolicyCommand(given))
  const trust = { Effect: 'Allow', Principal: { AWS: world.home }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = policyText(trust)
  await iam.send(new CreateRoleCommand({ RoleName: 'near', AssumeRolePolicyDocument }))
  const RoleArn = `arn:aws:iam::${world.home}:role/near`
  const input = { RoleArn, RoleSessionName: 'run' }
  const ProvidedContexts = [
    {
      ProviderArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter',
      ContextAssertion: 'junk',
    },
  ]
  const sts = world.sts(mallory)
  await expect(
    sts.send(new AssumeRoleCommand({ ...input, ProvidedContexts })),
  ).rejects.toMatchObject({
    name: 'NotImplemented',
  })
  await expect(sts.send(new AssumeRoleCommand(input))).resolves.toBeDefined()
})

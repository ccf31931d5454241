import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

/** Of an administrator who may manage bounded users alone, and wants to become one of them. */
let world: TwoAccounts
let mallory: Keys
let boundary: string

beforeAll(async () => {
  world = await startTwoAccounts()
  const root = world.iam(world.root(world.home))
  const PolicyDocument = policyText({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
  const made = await root.send(new CreatePolicyCommand({ PolicyName: 'limit', PolicyDocument }))
  boundary = made.Policy?.Arn ?? ''
  const bounded = { UserName: 'bounded', PermissionsBoundary: boundary }
  await root.send(new CreateUserCommand(bounded))
  mallory = await world.newUser(world.home, 'mallory')
  const allowed = policyText({
    Effect: 'Allow',
    Action: 'iam:*',
    Resource: '*',
    Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
  })
  const input = { UserName: 'mallory', PolicyName: 'delegated', PolicyDocument: allowed }
  await root.send(new PutUserPolicyCommand(input))
})
afterAll(() => world.stop())

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
describe('leave by a boundary', () => {
  const UserName = 'bounded'

  test('holds for the calls that tell it', async () => {
    const PolicyDocument = policyText({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
    const input = { UserName, PolicyName: 'own', PolicyDocument }
    const { $metadata } = await world.iam(mallory).send(new PutUserPolicyCommand(input))
    expect($metadata.httpStatusCode).toBe(200)
  })

  const others = {
    CreateAccessKey: () => new CreateAccessKeyCommand({ UserName }),
    CreateLoginProfile: () => new CreateLoginProfileCommand({ UserName, Password: 'Guess-Me-1!' }),
    TagUser: () => new TagUserCommand({ UserName, Tags: [{ Key: 'team', Value: 'x' }] }),
    UpdateUser: () => new UpdateUserCommand({ UserName, NewUserName: 'renamed' }),
    DeleteUser: () => new DeleteUserCommand({ UserName }),
  }
  test.each(Object.entries(others))('is none for %s', async (_name, command) => {
    const client = world.iam(mallory)
    // Each is a command of its own type.
    const sent = client.send(command() as CreateAccessKeyCommand)
    await expect(sent).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetPolicyCommand,
  GetUserCommand,
  PutUserPolicyCommand,
  SimulatePrincipalPolicyCommand,
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

describe('of another account nobody learns or changes anything', () => {
  let stranger: Keys
  let foreign: string
  beforeAll(async () => {
    stranger = await world.newUser(world.home, 'stranger')
    const all = policyText({ Effect: 'Allow', Action: '*', Resource: '*' })
    const input = { UserName: 'stranger', PolicyName: 'all', PolicyDocument: all }
    await world.iam(world.root(world.home)).send(new PutUserPolicyCommand(input))
    const other = world.iam(world.root(world.other))
    const made = await other.send(
      new CreatePolicyCommand({ PolicyName: 'theirs', PolicyDocument: all }),
    )
    foreign = made.Policy?.Arn ?? ''
    await other.send(new CreateUserCommand({ UserName: 'victim' }))
  })

  test('not by its policies', async () => {
    const client = world.iam(stranger)
    const PolicyArn = foreign
    const read = client.send(new GetPolicyCommand({ PolicyArn }))
    await expect(read).rejects.toMatchObject({ name: 'AccessDenied' })
    const attachment = new AttachUserPolicyCommand({ UserName: 'stranger', PolicyArn })
    await expect(client.send(attachment)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })

  test.each(['victim', 'nobody'])('not by a simulation of %s', async (name) => {
    const PolicySourceArn = `arn:aws:iam::${world.other}:user/${name}`
    const input = { PolicySourceArn, ActionNames: ['s3:GetObject'] }
    const simulation = world.iam(stranger).send(new SimulatePrincipalPolicyCommand(input))
    await expect(simulation).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

test('a deny of a user holds for the name in any case', async () => {
  const root = world.iam(world.root(world.home))
  const clerk = await world.newUser(world.home, 'clerk')
  const put = (PolicyName: string, statement: object) => {
    const PolicyDocument = policyText({ Action: 'iam:GetUser', ...statement })
    return root.send(new PutUserPolicyCommand({ UserName: 'clerk', PolicyName, PolicyDocument }))
  }
  await put('all', { Effect: 'Allow', Resource: '*' })
  const read = () => world.iam(clerk).send(new GetUserCommand({ UserName: 'BOUNDED' }))
  expect((await read()).User?.UserName).toBe('bounded')
  await put('but', { Effect: 'Deny', Resource: `arn:aws:iam::${world.home}:user/bounded` })
  await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' })
})

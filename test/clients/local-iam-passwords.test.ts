import {
  AttachUserPolicyCommand,
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteAccountPasswordPolicyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  type IAMClient,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import { refusal, refused } from '../support/refused.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let iam: IAMClient
let ana: Keys
beforeAll(async () => {
  world = await startTwoAccounts()
  iam = world.iam(world.root(world.home))
  ana = await world.newUser(world.home, 'ana')
})
afterAll(() => world.stop())

const first = 'Correct-horse-1'
const UserName = 'ana'

describe('login profiles', () => {
  test('a profile is made, told, changed and deleted', async () => {
    const created = await iam.send(new CreateLoginProfileCommand({ UserName, Password: first }))
    expect(created.LoginProfile).toMatchObject({ UserName, PasswordResetRequired: false })
    await iam.send(new UpdateLoginProfileCommand({ UserName, PasswordResetRequired: true }))
    const told = await iam.send(new GetLoginProfileCommand({ UserName }))
    expect(told.LoginProfile?.PasswordResetRequired).toBe(true)
    expect(
      await refused(iam.send(new CreateLoginProfileCommand({ UserName, Password: first }))),
    ).toEqual(refusal('EntityAlreadyExists', 409, 'Login Profile for User ana already exists.'))
    await iam.send(new DeleteLoginProfileCommand({ UserName }))
    expect(await refused(iam.send(new GetLoginProfileCommand({ UserName })))).toEqual(
      refusal('NoSuchEntity', 404, 'Login Profile for User ana cannot be found.'),
    )
  })

  test('a user with a profile cannot be deleted', async () => {
    const held = { UserName: 'held', Password: first }
    await iam.send(new CreateUserCommand(held))
    await iam.send(new CreateLoginProfileCommand(held))
    const message = 'Cannot delete entity, must delete login profile first.'
    expect(await refused(iam.send(new DeleteUserCommand(held)))).toEqual(
      refusal('DeleteConflict', 409, message),
    )
    await iam.send(new DeleteLoginProfileCommand(held))
    await iam.send(new DeleteUserCommand(held))
  })

  test.each([
    ['short-1', 'Password should have a minimum length of 8'],
    ['all-lower-case', 'Password does not conform to the account password policy.'],
  ])('%s is no password', async (Password, message) => {
    const call = iam.send(new CreateLoginProfileCommand({ UserName, Password }))
    expect(await refused(call)).toEqual(refusal('PasswordPolicyViolation', 400, message))
  })
})

describe('the account password policy', () => {
  test('there is none at first', async () => {
    expect(await refused(iam.send(new GetAccountPasswordPolicyCommand({})))).toEqual(
      refusal(
        'NoSuchEntity',
        404,
        `The Password Policy with domain name ${world.home} cannot be found.`,
      ),
    )
  })

  test('what is left out goes back to its default', async () => {
    const whole = { MinimumPasswordLength: 14, RequireSymbols: true, MaxPasswordAge: 90 }
    await iam.send(new UpdateAccountPasswordPolicyCommand(whole))
    const before = await iam.send(new GetAccountPasswordPolicyCommand({}))
    expect(before.PasswordPolicy).toMatchObject({ ...whole, ExpirePasswords: true })
    await iam.send(new UpdateAccountPasswordPolicyCommand({}))
    const after = await iam.send(new GetAccountPasswordPolicyCommand({}))
    expect(after.PasswordPolicy).toEqual({
      MinimumPasswordLength: 6,
      RequireSymbols: false,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
    })
    await iam.send(new DeleteAccountPasswordPolicyCommand({}))
  })

  test.each([
    [{ RequireUppercaseCharacters: true }, 'lower-1', 'one uppercase letter'],
    [{ RequireLowercaseCharacters: true }, 'UPPER-1', 'one lowercase letter'],
    [{ RequireNumbers: true }, 'no-number', 'one number'],
    [{ RequireSymbols: true }, 'nosymbol1', 'one symbol'],
  ])('%j refuses %s', async (policy, Password, lack) => {
    await iam.send(new UpdateAccountPasswordPolicyCommand(policy))
    const call = iam.send(new CreateLoginProfileCommand({ UserName, Password }))
    const message = `Password should have at least ${lack}`
    expect(await refused(call)).toEqual(refusal('PasswordPolicyViolation', 400, message))
    await iam.send(new DeleteAccountPasswordPolicyCommand({}))
  })
})

describe('a user changes its own password', () => {
  const change = (keys: Keys, OldPassword: string, NewPassword: string) =>
    world.iam(keys).send(new ChangePasswordCommand({ OldPassword, NewPassword }))
  const denied = { Error: { Code: 'AccessDenied' }, $metadata: { httpStatusCode: 403 } }

  test('only where a policy or the account allows it, and never against a deny', async () => {
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: first }))
    expect(await refused(change(ana, first, 'Second-horse-2'))).toMatchObject(denied)
    await iam.send(
      new UpdateAccountPasswordPolicyCommand({
        AllowUsersToChangePassword: true,
        PasswordReusePrevention: 2,
      }),
    )
    await change(ana, first, 'Second-horse-2')
    await world.iam(ana).send(new GetAccountPasswordPolicyCommand({}))
    expect(await refused(change(ana, first, 'Third-horse-3'))).toEqual(
      refusal('AccessDenied', 403, 'The old password was incorrect.'),
    )
    expect(await refused(change(ana, 'Second-horse-2', first))).toMatchObject({
      Error: { Code: 'PasswordPolicyViolation' },
    })
    await change(ana, 'Second-horse-2', 'Third-horse-3')
    await change(ana, 'Third-horse-3', first)
    await iam.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: 'deny',
        PolicyDocument: policyText({ Effect: 'Deny', Action: 'iam:*', Resource: '*' }),
      }),
    )
    expect(await refused(change(ana, first, 'Fourth-horse-4'))).toMatchObject(denied)
  })

  test('a permissions boundary binds it', async () => {
    const keys = await world.newUser(world.home, 'bound')
    await iam.send(new CreateLoginProfileCommand({ UserName: 'bound', Password: first }))
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
    await iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: 'bound', PermissionsBoundary }),
    )
    expect(await refused(change(keys, first, 'Second-horse-2'))).toMatchObject(denied)
  })

  test('roots and roles have none', async () => {
    expect(await refused(change(world.root(world.home), first, first))).toEqual(
      refusal('InvalidUserType', 400, 'Only IAM Users can change their own password'),
    )
  })

  test('an expired password stays where the account says so', async () => {
    const keys = await world.newUser(world.home, 'late')
    await iam.send(
      new AttachUserPolicyCommand({
        UserName: 'late',
        PolicyArn: 'arn:aws:iam::aws:policy/IAMUserChangePassword',
      }),
    )
    await iam.send(new CreateLoginProfileCommand({ UserName: 'late', Password: first }))
    const policy = { MaxPasswordAge: 1, HardExpiry: true }
    await iam.send(new UpdateAccountPasswordPolicyCommand(policy))
    await change(keys, first, 'Second-horse-2')
    world.passSeconds(86_401)
    expect(await refused(change(keys, 'Second-horse-2', first))).toMatchObject(denied)
  })
})

import {
  CreateRoleCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteUserCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetMFADeviceCommand,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListMFADeviceTagsCommand,
  ListVirtualMFADevicesCommand,
  PutUserPolicyCommand,
  ResyncMFADeviceCommand,
  TagMFADeviceCommand,
  UntagMFADeviceCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { totpCode, totpStep } from '../../src/local/services/iam/mfa-totp.ts'
import type { Keys } from '../support/aws-under-test.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
beforeAll(async () => {
  world = await startTwoAccounts()
})
afterAll(() => world.stop())

/** Each test has its user and device, and begins half a minute later, so that its codes are its own. */
beforeEach(() => world.passSeconds(30))

const root = () => world.iam(world.root(world.home))

function decodeBase32(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  const bytes = bits.join('').match(/.{8}/g) ?? []
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}

interface Device {
  readonly serial: string
  readonly code: (offsetSteps?: number) => string
}

async function newDevice(name: string): Promise<Device> {
  const { VirtualMFADevice: made } = await root().send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name }),
  )
  const text = Buffer.from(made?.Base32StringSeed ?? []).toString()
  expect(
    Buffer.from(made?.QRCodePNG ?? [])
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG')
  expect(text).toMatch(/^[A-Z2-7]{64}$/)
  const seed = decodeBase32(text)
  return {
    serial: made?.SerialNumber ?? '',
    code: (offset = 0) => totpCode(seed, totpStep(world.nowMs()) + offset),
  }
}

function enable(user: string, device: Device, codes: readonly [string, string]) {
  return root().send(
    new EnableMFADeviceCommand({
      UserName: user,
      SerialNumber: device.serial,
      AuthenticationCode1: codes[0],
      AuthenticationCode2: codes[1],
    }),
  )
}

/** A user with a device whose last two codes are spent; the next is good. */
async function withDevice(name: string): Promise<{ readonly keys: Keys; readonly device: Device }> {
  const keys = await world.newUser(world.home, name)
  const device = await newDevice(name)
  await enable(name, device, [device.code(-1), device.code()])
  world.passSeconds(30)
  return { keys, device }
}

async function allow(user: string, statement: object): Promise<void> {
  const PolicyDocument = policyText({ Effect: 'Allow', ...statement })
  await root().send(
    new PutUserPolicyCommand({ UserName: user, PolicyName: 'given', PolicyDocument }),
  )
}

const wrongCode = {
  name: 'AccessDenied',
  message: 'MultiFactorAuthentication failed with invalid MFA one time pass code.',
}
const notTheirs = {
  name: 'AccessDenied',
  message: expect.stringContaining('serial number is valid'),
}

describe('a device', () => {
  test('is enabled with two codes that follow each other', async () => {
    await world.newUser(world.home, 'eve')
    const device = await newDevice('eve')
    const refused = { name: 'InvalidAuthenticationCodeException' }
    const wrong: readonly (readonly [string, string])[] = [
      ['000000', '000000'],
      [device.code(), device.code()],
      [device.code(), device.code(-1)],
      [device.code(-2), device.code()],
      [device.code(-20), device.code(-19)],
    ]
    for (const codes of wrong) {
      await expect(enable('eve', device, codes)).rejects.toMatchObject(refused)
    }
    const codes = [device.code(-1), device.code()] as const
    await enable('eve', device, codes)
    await expect(enable('eve', device, codes)).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
    })
  })

  test('is told of, tagged, taken away and deleted', async () => {
    const { device } = await withDevice('fay')
    const SerialNumber = device.serial
    const iam = root()
    const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName: 'fay' }))
    expect(MFADevices).toMatchObject([{ UserName: 'fay', SerialNumber }])
    const got = await iam.send(new GetMFADeviceCommand({ SerialNumber, UserName: 'fay' }))
    expect(got).toMatchObject({ UserName: 'fay', SerialNumber })
    const assigned = await iam.send(
      new ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned' }),
    )
    const mine = assigned.VirtualMFADevices?.find((one) => one.SerialNumber === SerialNumber)
    expect(mine?.User?.UserName).toBe('fay')
    expect(mine?.Base32StringSeed).toBeUndefined()
    await iam.send(new TagMFADeviceCommand({ SerialNumber, Tags: [{ Key: 'a', Value: 'b' }] }))
    const { Tags } = await iam.send(new ListMFADeviceTagsCommand({ SerialNumber }))
    expect(Tags).toEqual([{ Key: 'a', Value: 'b' }])
    await iam.send(new UntagMFADeviceCommand({ SerialNumber, TagKeys: ['a'] }))
    await expect(
      iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })),
    ).rejects.toMatchObject({ name: 'DeleteConflictException' })
    await iam.send(new DeactivateMFADeviceCommand({ UserName: 'fay', SerialNumber }))
    const none = await iam.send(new ListMFADevicesCommand({ UserName: 'fay' }))
    expect(none.MFADevices).toEqual([])
    await iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
    await expect(
      iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })),
    ).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })

  test('is one of at most eight', async () => {
    await world.newUser(world.home, 'gus')
    for (const at of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const device = await newDevice(`gus-${at}`)
      const attempt = enable('gus', device, [device.code(-1), device.code()])
      if (at <= 8) await attempt
      else await expect(attempt).rejects.toMatchObject({ name: 'LimitExceededException' })
    }
  })

  test('keeps its user from being deleted', async () => {
    await withDevice('hal')
    const attempt = root().send(new DeleteUserCommand({ UserName: 'hal' }))
    await expect(attempt).rejects.toMatchObject({ name: 'DeleteConflictException' })
  })

  test('whose clock is off is brought back by resync', async () => {
    const { keys, device } = await withDevice('ivy')
    const late = () => session(keys, device, device.code(10))
    await expect(late()).rejects.toMatchObject(wrongCode)
    const resync = (first: string, second: string) =>
      root().send(
        new ResyncMFADeviceCommand({
          UserName: 'ivy',
          SerialNumber: device.serial,
          AuthenticationCode1: first,
          AuthenticationCode2: second,
        }),
      )
    await expect(resync('000000', '000001')).rejects.toMatchObject({
      name: 'InvalidAuthenticationCodeException',
    })
    await resync(device.code(8), device.code(9))
    await expect(late()).resolves.toBeDefined()
  })
})

async function session(keys: Keys, device: Device, code = device.code()): Promise<Keys> {
  const input = { SerialNumber: device.serial, TokenCode: code }
  const { Credentials } = await world.sts(keys).send(new GetSessionTokenCommand(input))
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
}

describe('GetSessionToken', () => {
  test('takes a code once', async () => {
    const { keys, device } = await withDevice('jon')
    const code = device.code()
    await session(keys, device, code)
    await expect(session(keys, device, code)).rejects.toMatchObject(wrongCode)
    await expect(session(keys, device, device.code(-1))).rejects.toMatchObject(wrongCode)
    world.passSeconds(30)
    await expect(session(keys, device)).resolves.toBeDefined()
  })

  test('gives sessions that IAM takes and that say how old the code is', async () => {
    const { keys, device } = await withDevice('kim')
    const condition = {
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      NumericLessThan: { 'aws:MultiFactorAuthAge': '600' },
    }
    await allow('kim', { Action: 'iam:*', Resource: '*', Condition: condition })
    const list = new ListAccessKeysCommand({ UserName: 'kim' })
    await expect(world.iam(keys).send(list)).rejects.toMatchObject({ name: 'AccessDenied' })
    const proved = await session(keys, device)
    await expect(world.iam(proved).send(list)).resolves.toBeDefined()
    world.passSeconds(600)
    await expect(world.iam(proved).send(list)).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('refuses devices of others, halves of a proof and codes nearby', async () => {
    const { keys, device } = await withDevice('leo')
    const { keys: others, device: theirs } = await withDevice('mia')
    await expect(session(keys, theirs)).rejects.toMatchObject(notTheirs)
    await expect(session(others, device)).rejects.toMatchObject(notTheirs)
    const sts = world.sts(keys)
    const half = { name: 'AccessDenied', message: expect.stringContaining('must provide both') }
    const serial = new GetSessionTokenCommand({ SerialNumber: device.serial })
    await expect(sts.send(serial)).rejects.toMatchObject(half)
    const code = new GetSessionTokenCommand({ TokenCode: device.code() })
    await expect(sts.send(code)).rejects.toMatchObject(half)
    await expect(session(keys, device, device.code(2))).rejects.toMatchObject(wrongCode)
    const absent = { ...device, serial: `${device.serial}-absent` }
    await expect(session(keys, absent)).rejects.toMatchObject(notTheirs)
  })

  test('knows a device that was taken away no longer, nor its codes under a new user', async () => {
    const { keys, device } = await withDevice('ned')
    const SerialNumber = device.serial
    await root().send(new DeactivateMFADeviceCommand({ UserName: 'ned', SerialNumber }))
    await expect(session(keys, device)).rejects.toMatchObject(notTheirs)
    await world.newUser(world.home, 'oda')
    await expect(enable('oda', device, [device.code(-2), device.code(-1)])).rejects.toMatchObject({
      name: 'InvalidAuthenticationCodeException',
    })
  })
})

describe('AssumeRole', () => {
  async function guarded(name: string): Promise<string> {
    const document = policyText({
      Effect: 'Allow',
      Principal: { AWS: world.home },
      Action: 'sts:AssumeRole',
      Condition: {
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        NumericLessThan: { 'aws:MultiFactorAuthAge': '300' },
      },
    })
    const input = { RoleName: name, AssumeRolePolicyDocument: document }
    const { Role } = await world.iam(world.root(world.other)).send(new CreateRoleCommand(input))
    return Role?.Arn ?? ''
  }

  test('into a role that asks for a second factor takes one', async () => {
    const { keys, device } = await withDevice('pam')
    await allow('pam', { Action: 'sts:*', Resource: '*' })
    const RoleArn = await guarded('guarded')
    await expect(world.assume(keys, { RoleArn })).rejects.toMatchObject({ name: 'AccessDenied' })
    const proof = { SerialNumber: device.serial, TokenCode: device.code() }
    const role = await world.assume(keys, { RoleArn, ...proof })
    const { Arn } = await world.sts(role).send(new GetCallerIdentityCommand({}))
    expect(Arn).toContain('assumed-role/guarded/')
    await expect(world.assume(keys, { RoleArn, ...proof })).rejects.toMatchObject(wrongCode)
    world.passSeconds(30)
    const session1 = await session(keys, device)
    await expect(world.assume(session1, { RoleArn })).resolves.toBeDefined()
  })

  test('by a session without a second factor may bring one', async () => {
    const { keys, device } = await withDevice('quy')
    await allow('quy', { Action: 'sts:*', Resource: '*' })
    const RoleArn = await guarded('guarded-2')
    const { Credentials } = await world.sts(keys).send(new GetSessionTokenCommand({}))
    const plain = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    }
    await expect(world.assume(plain, { RoleArn })).rejects.toMatchObject({ name: 'AccessDenied' })
    const proof = { SerialNumber: device.serial, TokenCode: device.code() }
    await expect(world.assume(plain, { RoleArn, ...proof })).resolves.toBeDefined()
  })

  test('by a role session has no device to bring', async () => {
    const { keys, device } = await withDevice('rob')
    await allow('rob', { Action: 'sts:*', Resource: '*' })
    const RoleArn = await guarded('guarded-3')
    const proof = () => ({ SerialNumber: device.serial, TokenCode: device.code() })
    const role = await world.assume(keys, { RoleArn, ...proof() })
    world.passSeconds(30)
    await expect(world.assume(role, { RoleArn, ...proof() })).rejects.toMatchObject(notTheirs)
    const next = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'next' })
    await expect(world.sts(role).send(next)).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

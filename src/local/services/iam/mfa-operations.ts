import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { User } from './entities.ts'
import { findHolder, holderArn, holderContext, requireHolder, userKind } from './holder.ts'
import { deleteConflict, entityAlreadyExists, limitExceeded, noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import type { MfaDevice } from './mfa-device.ts'
import { matchCodePair, mfaDevicesOf, mfaDevicesOfUser, userOfDevice } from './mfa-device.ts'
import type { PathInput } from './names.ts'
import { newArn, pathOf } from './names.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { renderPng } from './png.ts'
import { drawQrCode } from './qr-code.ts'
import { iamQuotas } from './quotas.ts'
import { tagOperationsOf } from './tag-operations.ts'
import type { Tag } from './tags.ts'
import { mergeTags, readTags, renderTags, requestTagContext, resourceTagContext } from './tags.ts'
import { encodeBase32 } from './unique-id.ts'
import type { OptionalUserInput } from './user.ts'
import { findNamedUser, namedUserArn, renderUser } from './user.ts'

/** 64 letters in Base32, as AWS gives out. */
const seedSize = 40

interface CreateInput extends PathInput {
  readonly VirtualMFADeviceName: string
  readonly Tags?: readonly Tag[]
}

function arnOfNew(input: CreateInput, call: IamCall): string {
  return newArn(call, { word: 'mfa', path: pathOf(input), name: input.VirtualMFADeviceName })
}

const createDevice = iamOperation<CreateInput, object>({
  name: 'CreateVirtualMFADevice',
  resource: arnOfNew,
  context: (input) => requestTagContext(input.Tags),
  alsoAsk: (input) => (input.Tags === undefined ? [] : [{ action: 'iam:TagMFADevice' }]),
  run(input, call) {
    const serialNumber = arnOfNew(input, call)
    const devices = mfaDevicesOf(call.store, call.accountId)
    if (devices.get(serialNumber) !== undefined) {
      throw entityAlreadyExists('MFADevice entity at the same path and name already exists.')
    }
    const seed = call.randomBytes(seedSize)
    const tags = mergeTags({}, readTags(input.Tags))
    devices.set(serialNumber, {
      serialNumber,
      accountId: call.accountId,
      seed: seed.toString('base64'),
      createdAtMs: call.nowMs,
      tags,
    })
    const told = renderTags(tags)
    const base32 = encodeBase32(seed)
    return {
      VirtualMFADevice: {
        SerialNumber: serialNumber,
        Base32StringSeed: Buffer.from(base32),
        ...renderPicture(input.VirtualMFADeviceName, base32, call),
        ...(told.length === 0 ? {} : { Tags: told }),
      },
    }
  },
})

/** What an app that makes codes reads with a camera: the device has no user yet, so the account stands for it. */
function renderPicture(name: string, base32: string, call: IamCall): object {
  const text = `otpauth://totp/${name}@${call.accountId}?secret=${base32}`
  const code = drawQrCode(Buffer.from(text))
  return code === undefined ? {} : { QRCodePNG: renderPng(code, { scale: 4, margin: 4 }) }
}

interface UserInput {
  readonly UserName: string
}

interface DeviceInput {
  readonly SerialNumber: string
}

interface CodesInput extends UserInput, DeviceInput {
  readonly AuthenticationCode1: string
  readonly AuthenticationCode2: string
}

const askedOnUser = {
  resource: (input: UserInput, call: IamCall) => holderArn(userKind, input.UserName, call),
  context: (input: UserInput, call: IamCall) =>
    holderContext(findHolder(userKind, input.UserName, call)),
}

const enableDevice = iamOperation<CodesInput, object>({
  name: 'EnableMFADevice',
  ...askedOnUser,
  run(input, call) {
    const user = requireHolder(userKind, input.UserName, call)
    const device = requireDevice(input.SerialNumber, call)
    if (device.assigned !== undefined) {
      throw entityAlreadyExists('MFA Device is already in use.')
    }
    if (mfaDevicesOfUser(call.store, user).length >= iamQuotas.mfaDevicesPerUser) {
      throw limitExceeded(
        `Cannot exceed quota for MFADevicesPerUser: ${iamQuotas.mfaDevicesPerUser}`,
      )
    }
    const { driftSteps, lastStep } = requireCodes(device, input, { call, withinSteps: 3 })
    const assigned = { driftSteps, userId: user.id, enabledAtMs: call.nowMs }
    saveDevice({ ...device, lastStep, assigned }, call)
    return {}
  },
})

const resyncDevice = iamOperation<CodesInput, object>({
  name: 'ResyncMFADevice',
  ...askedOnUser,
  run(input, call) {
    const { device, assigned } = requireDeviceOfUser(input, call)
    const { driftSteps, lastStep } = requireCodes(device, input, { call, withinSteps: 20 })
    saveDevice({ ...device, lastStep, assigned: { ...assigned, driftSteps } }, call)
    return {}
  },
})

interface Codes {
  readonly call: IamCall
  readonly withinSteps: number
}

function requireCodes(device: MfaDevice, input: CodesInput, { call, withinSteps }: Codes) {
  const { AuthenticationCode1: first, AuthenticationCode2: second } = input
  const found = matchCodePair(device, { first, second, nowMs: call.nowMs, withinSteps })
  if (found !== undefined) return found
  const message = 'Authentication code for device is not valid.'
  throw new ServiceError('InvalidAuthenticationCode', message, { status: 403 })
}

const deactivateDevice = iamOperation<OptionalUserInput & DeviceInput, object>({
  name: 'DeactivateMFADevice',
  resource: namedUserArn,
  context: (input, call) => holderContext(findHolder(userKind, input.UserName ?? '', call)),
  run(input, call) {
    const { device } = requireDeviceOfUser(input, call)
    const { assigned: _, ...free } = device
    saveDevice(free, call)
    return {}
  },
})

function saveDevice(device: MfaDevice, call: IamCall): void {
  mfaDevicesOf(call.store, call.accountId).set(device.serialNumber, device)
}

function requireDevice(serialNumber: string, call: IamCall): MfaDevice {
  const device = mfaDevicesOf(call.store, call.accountId).get(serialNumber)
  if (device !== undefined) return device
  throw noSuchEntity(`VirtualMFADevice with serial number ${serialNumber} doesn't exist.`)
}

function requireDeviceOfUser(input: OptionalUserInput & DeviceInput, call: IamCall) {
  const user = findNamedUser(input, call)
  const device = mfaDevicesOf(call.store, call.accountId).get(input.SerialNumber)
  const { assigned } = device ?? {}
  if (device !== undefined && assigned !== undefined && assigned.userId === user?.id) {
    return { device, assigned }
  }
  throw noSuchEntity(`MFA Device ${input.SerialNumber} invalid for user ${input.UserName ?? ''}.`)
}

const deleteDevice = iamOperation<DeviceInput, object>({
  name: 'DeleteVirtualMFADevice',
  resource: (input) => input.SerialNumber,
  context: deviceContext,
  run(input, call) {
    const device = requireDevice(input.SerialNumber, call)
    if (device.assigned !== undefined) {
      throw deleteConflict('MFA VirtualDevice in use. Must deactivate first.')
    }
    mfaDevicesOf(call.store, call.accountId).delete(device.serialNumber)
    return {}
  },
})

function deviceContext(input: DeviceInput, call: IamCall) {
  const device = mfaDevicesOf(call.store, call.accountId).get(input.SerialNumber)
  return resourceTagContext(device?.tags)
}

const listDevices = iamOperation<OptionalUserInput & PageInput, object>({
  name: 'ListMFADevices',
  resource: namedUserArn,
  context: (input, call) => holderContext(findHolder(userKind, input.UserName ?? '', call)),
  run(input, call) {
    const user = findNamedUser(input, call)
    const devices = user === undefined ? [] : mfaDevicesOfUser(call.store, user)
    const page = paginate(devices, input, (device) => device.serialNumber)
    const told = page.items.map((device) => renderAssigned(device, user?.name ?? ''))
    return { MFADevices: told, ...page.more }
  },
})

const getDevice = iamOperation<OptionalUserInput & DeviceInput, object>({
  name: 'GetMFADevice',
  resource: namedUserArn,
  context: (input, call) => holderContext(findHolder(userKind, input.UserName ?? '', call)),
  run(input, call) {
    const { device } = requireDeviceOfUser(input, call)
    const owner = userOfDevice(call.store, device)
    return renderAssigned(device, owner?.name ?? '')
  },
})

function renderAssigned(device: MfaDevice, userName: string): object {
  return {
    UserName: userName,
    SerialNumber: device.serialNumber,
    EnableDate: new Date(device.assigned?.enabledAtMs ?? 0),
  }
}

interface ListVirtualInput extends PageInput {
  readonly AssignmentStatus?: 'Assigned' | 'Unassigned' | 'Any'
}

const listVirtualDevices = iamOperation<ListVirtualInput, object>({
  name: 'ListVirtualMFADevices',
  run(input, call) {
    const status = input.AssignmentStatus ?? 'Any'
    const all = [...mfaDevicesOf(call.store, call.accountId).entries()].map(([, one]) => one)
    const wanted = all.filter(
      (one) => status === 'Any' || (status === 'Assigned') === (one.assigned !== undefined),
    )
    const page = paginate(wanted, input, (device) => device.serialNumber)
    const told = page.items.map((device) => renderVirtual(device, userOfDevice(call.store, device)))
    return { VirtualMFADevices: told, ...page.more }
  },
})

function renderVirtual(device: MfaDevice, user: User | undefined): object {
  const { assigned, serialNumber } = device
  return {
    SerialNumber: serialNumber,
    ...(user === undefined ? {} : { User: renderUser(user) }),
    ...(assigned === undefined ? {} : { EnableDate: new Date(assigned.enabledAtMs) }),
  }
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_cliapi.html */
export const mfaOperations: readonly Operation[] = [
  createDevice,
  enableDevice,
  resyncDevice,
  deactivateDevice,
  deleteDevice,
  getDevice,
  listDevices,
  listVirtualDevices,
  ...tagOperationsOf<DeviceInput>({
    noun: 'MFADevice',
    resource: (input) => input.SerialNumber,
    context: deviceContext,
    find: (input, call) => requireDevice(input.SerialNumber, call),
    save: (input, tags, call) => {
      saveDevice({ ...requireDevice(input.SerialNumber, call), tags }, call)
    },
  }),
]

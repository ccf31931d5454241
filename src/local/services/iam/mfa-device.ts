import { timingSafeEqual } from 'node:crypto'
import type { AccountId } from '../../../core/index.ts'
import type { Store, Table } from '../../store/store.ts'
import type { User } from './entities.ts'
import { totpCode, totpStep } from './mfa-totp.ts'
import { nameKey, principalPlacesOf, usersOf } from './tables.ts'
import type { Tags } from './tags.ts'

/** A virtual MFA device: a seed that the server and somebody's authenticator share. */
export interface MfaDevice {
  /** Its ARN: `arn:aws:iam::ID:mfa/path/NAME`. */
  readonly serialNumber: string
  readonly accountId: AccountId
  /** Base64. */
  readonly seed: string
  readonly createdAtMs: number
  readonly tags: Tags
  /** The period of the last code that was taken: it and all before it are void, also for a user to come. */
  readonly lastStep?: number
  readonly assigned?: MfaAssignment
}

export interface MfaAssignment {
  readonly userId: string
  readonly enabledAtMs: number
  /** How many periods the device's clock is ahead of the server's. */
  readonly driftSteps: number
}

/** By serial number. */
export const mfaDevicesOf = (store: Store, accountId: AccountId): Table<MfaDevice> =>
  store.table('iam.mfa-devices', accountId)

/** The devices of one user, in the order of their serial numbers. */
export function mfaDevicesOfUser(
  store: Store,
  user: Pick<User, 'accountId' | 'id'>,
): readonly MfaDevice[] {
  const all = [...mfaDevicesOf(store, user.accountId).entries()].map(([, device]) => device)
  return all.filter((device) => device.assigned?.userId === user.id)
}

/** The user a device is assigned to, if that user is still there. */
export function userOfDevice(store: Store, device: MfaDevice): User | undefined {
  const id = device.assigned?.userId
  const place = id === undefined ? undefined : principalPlacesOf(store).get(id)
  if (place?.kind !== 'user' || place.accountId !== device.accountId) return undefined
  const user = usersOf(store, device.accountId).get(nameKey(place.name))
  return user?.id === id ? user : undefined
}

export interface CodePair {
  readonly first: string
  readonly second: string
  readonly nowMs: number
  /** How far the device's clock may be off, in periods, either way. */
  readonly withinSteps: number
}

/** Finds two codes that follow each other; undefined when they are not this device's. */
export function matchCodePair(
  device: MfaDevice,
  { first, second, nowMs, withinSteps }: CodePair,
): { readonly driftSteps: number; readonly lastStep: number } | undefined {
  const seed = Buffer.from(device.seed, 'base64')
  const now = totpStep(nowMs)
  const used = device.lastStep ?? Number.NEGATIVE_INFINITY
  for (let drift = -withinSteps; drift <= withinSteps; drift += 1) {
    const step = now + drift
    if (step - 1 < 0 || step - 1 <= used) continue
    if (!isCode(seed, step - 1, first) || !isCode(seed, step, second)) continue
    return { driftSteps: drift, lastStep: step }
  }
  return undefined
}

/**
 * Takes one code: the device as it is afterwards, for which the code is void, or undefined. A code stands for the
 * period now, and for the one before and after it.
 */
export function takeCode(device: MfaDevice, code: string, nowMs: number): MfaDevice | undefined {
  const { assigned, lastStep = Number.NEGATIVE_INFINITY } = device
  if (assigned === undefined) return undefined
  const seed = Buffer.from(device.seed, 'base64')
  const now = totpStep(nowMs) + assigned.driftSteps
  const step = [now - 1, now, now + 1].find(
    (one) => one > lastStep && one >= 0 && isCode(seed, one, code),
  )
  if (step === undefined) return undefined
  return { ...device, lastStep: step }
}

function isCode(seed: Buffer, step: number, code: string): boolean {
  const expected = Buffer.from(totpCode(seed, step))
  const given = Buffer.from(code)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
